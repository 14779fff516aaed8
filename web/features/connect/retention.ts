import type { ServerInfoShape } from '../../../server/http/shapes.ts';
import { formatBytes, formatCount, plural } from '../../lib/format.ts';

type Retention = ServerInfoShape['store']['retention'];

const units = [
  { name: 'day', ms: 86_400_000 },
  { name: 'hour', ms: 3_600_000 },
  { name: 'minute', ms: 60_000 },
  { name: 'second', ms: 1_000 },
] as const;

/** Which limits are in force, in words; 0 stands for no limit. */
export function describeRetention({ messagesMax, ageMsMax, bytesMax }: Retention): string {
  const limits = [
    messagesMax > 0 && `${formatCount(messagesMax)} messages`,
    ageMsMax > 0 && `${describeAge(ageMsMax)} of age`,
    bytesMax > 0 && formatBytes(bytesMax),
  ].filter((limit) => limit !== false);
  if (limits.length === 0) return 'Everything is kept.';
  return `Up to ${joined(limits)}; the oldest go first.`;
}

function describeAge(ms: number): string {
  const unit = units.find((candidate) => ms % candidate.ms === 0) ?? units[3];
  return plural(Math.round(ms / unit.ms), unit.name);
}

function joined(items: readonly string[]): string {
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} and ${last}`;
}
