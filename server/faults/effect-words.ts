/**
 * The short form of an effect, for addresses and command lines: `452`, `550-5.1.1`, `stall`,
 * `delay-100-300`, `reset-1000`, `store-then-451`. Anything else is `null`: nothing half-parses.
 * FAULTS.md has the table.
 */
import { ehloKeywords } from './points.ts';
import type { DelayMs, FaultPoint, ReplyText, SingleEffect } from './types.ts';

interface Form {
  readonly pattern: RegExp;
  readonly read: (match: RegExpExecArray) => SingleEffect | null;
}

const forms: readonly Form[] = [
  {
    pattern: /^([45]\d\d)(?:-(\d\.\d{1,3}\.\d{1,3}))?$/,
    read: (match) => ({ kind: 'reply', ...replyOf(match) }),
  },
  {
    pattern: /^delay-(\d{1,6})(?:-(\d{1,6}))?$/,
    read: (match) => ({ kind: 'delay', delayMs: delayOf(match) }),
  },
  { pattern: /^(stall|reset|close)(?:-(\d{1,10}))?$/, read: endOf },
  {
    pattern: /^throttle-(\d{1,10})$/,
    read: ([, bytesPerSecond]) => ({ kind: 'throttle', bytesPerSecond: Number(bytesPerSecond) }),
  },
  { pattern: /^lose$/, read: () => ({ kind: 'lose' }) },
  { pattern: /^store-then-fail$/, read: () => ({ kind: 'store-then-fail' }) },
  {
    pattern: /^store-then-(reset|close|stall)$/,
    read: ([, by]) => ({ kind: 'store-then-fail', by: by as 'reset' | 'close' | 'stall' }),
  },
  {
    pattern: /^store-then-([45]\d\d)(?:-(\d\.\d{1,3}\.\d{1,3}))?$/,
    read: (match) => ({ kind: 'store-then-fail', by: replyOf(match) }),
  },
  { pattern: /^hide-([a-z0-9]+)$/, read: hidden },
  // Keywords do not tell upper case from lower (RFC 5321 §2.4).
  {
    pattern: /^add-([a-z0-9][a-z0-9-]*)$/,
    read: ([, keyword = '']) => ({ kind: 'capabilities', add: [keyword.toUpperCase()] }),
  },
  {
    pattern: /^size-(\d{1,10})$/,
    read: ([, bytes]) => ({ kind: 'capabilities', sizeBytes: Number(bytes) }),
  },
  { pattern: /^ok$/, read: () => ({ kind: 'ok' }) },
];

export function parseEffectWord(word: string): SingleEffect | null {
  const lower = word.toLowerCase();
  for (const { pattern, read } of forms) {
    const match = pattern.exec(lower);
    if (match !== null) return read(match);
  }
  return null;
}

/** Where an effect belongs that comes without a point. */
export function usualPointOf(effect: SingleEffect): FaultPoint {
  switch (effect.kind) {
    case 'lose':
    case 'store-then-fail':
      return 'final';
    case 'throttle':
      return 'body';
    case 'capabilities':
      return 'ehlo';
    default:
      return 'afterBytes' in effect && effect.afterBytes !== undefined ? 'body' : 'rcpt';
  }
}

function replyOf([, code, enhanced]: RegExpExecArray): ReplyText {
  return { code: Number(code), ...(enhanced === undefined ? {} : { enhanced }) };
}

function delayOf([, least, most]: RegExpExecArray): DelayMs {
  return most === undefined ? Number(least) : [Number(least), Number(most)];
}

function endOf([, kind, afterBytes]: RegExpExecArray): SingleEffect {
  const how = kind as 'stall' | 'reset' | 'close';
  return { kind: how, ...(afterBytes === undefined ? {} : { afterBytes: Number(afterBytes) }) };
}

function hidden([, word = '']: RegExpExecArray): SingleEffect | null {
  const keyword = ehloKeywords.find((known) => known === word.toUpperCase());
  return keyword === undefined ? null : { kind: 'capabilities', drop: [keyword] };
}
