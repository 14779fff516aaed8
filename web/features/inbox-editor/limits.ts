/** Retention as people type it: a number of messages, a number of days; nothing is no limit. */
import type { InboxRetention } from '../../lib/api.ts';

const dayMs = 86_400_000;

export interface TypedLimits {
  readonly messages: string;
  readonly days: string;
}

export function typedLimits({ messagesMax, ageMsMax }: InboxRetention): TypedLimits {
  return {
    messages: messagesMax === 0 ? '' : String(messagesMax),
    days: ageMsMax === 0 ? '' : String(Number((ageMsMax / dayMs).toFixed(4))),
  };
}

/** `null` when one of them is no number that can be a limit. */
export function readLimits({ messages, days }: TypedLimits): InboxRetention | null {
  const messagesMax = messages.trim() === '' ? 0 : Number(messages);
  const ageMsMax = days.trim() === '' ? 0 : Math.round(Number(days) * dayMs);
  const isCount = Number.isInteger(messagesMax) && messagesMax >= 0 && messagesMax <= 10_000_000;
  const isAge = Number.isFinite(ageMsMax) && ageMsMax >= 0 && ageMsMax <= 3_660 * dayMs;
  return isCount && isAge ? { messagesMax, ageMsMax } : null;
}
