/** Octets and milliseconds, and how people write them. */
export const KiB = 1024;
export const MiB = 1024 * KiB;
export const GiB = 1024 * MiB;
const TiB = 1024 * GiB;

export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

/** Lower case. `10M` is 10 MiB as everywhere on the command line; `10MB` is what the SI says. */
const octetsPerUnit: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: KiB,
  kib: KiB,
  kb: 1e3,
  m: MiB,
  mib: MiB,
  mb: 1e6,
  g: GiB,
  gib: GiB,
  gb: 1e9,
  t: TiB,
  tib: TiB,
  tb: 1e12,
};

/** A bare number is seconds. */
const msPerUnit: Readonly<Record<string, number>> = {
  '': second,
  ms: 1,
  s: second,
  m: minute,
  min: minute,
  h: hour,
  d: day,
  w: 7 * day,
};

/** `10MiB`, `10M`, `10485760` → octets; `null` when it is none of these. */
export function parseSize(text: string): number | null {
  return parseQuantity(text, octetsPerUnit);
}

/** `300s`, `5m`, `500ms`, `7d` → milliseconds; `null` when it is none of these. */
export function parseDuration(text: string): number | null {
  return parseQuantity(text, msPerUnit);
}

function parseQuantity(text: string, units: Readonly<Record<string, number>>): number | null {
  const [, amount, unit] = /^(\d{1,15}(?:\.\d{1,6})?) ?([a-z]{0,3})$/i.exec(text) ?? [];
  if (amount === undefined || unit === undefined) return null;
  const factor = Object.hasOwn(units, unit.toLowerCase()) ? units[unit.toLowerCase()] : undefined;
  if (factor === undefined) return null;
  const value = Math.round(Number(amount) * factor);
  return Number.isSafeInteger(value) ? value : null;
}

export function formatSize(octets: number): string {
  return formatQuantity(octets, [
    ['TiB', TiB],
    ['GiB', GiB],
    ['MiB', MiB],
    ['KiB', KiB],
    ['B', 1],
  ]);
}

export function formatDuration(ms: number): string {
  if (ms > 0 && ms % day === 0) return `${ms / day}d`;
  // Timeouts are quoted in seconds by RFC 5321 readers and by our own documents: 300s, not 5m.
  if (ms % hour === 0 && ms > 0) return `${ms / hour}h`;
  return ms % second === 0 ? `${ms / second}s` : `${ms}ms`;
}

function formatQuantity(value: number, units: readonly (readonly [string, number])[]): string {
  for (const [name, factor] of units) {
    if (value >= factor && value % factor === 0) return `${value / factor} ${name}`;
  }
  return String(value);
}
