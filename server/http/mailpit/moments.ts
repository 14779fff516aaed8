/** Points in time as people write them in a search, in the time zone that the client names. */

/** Epoch milliseconds, or `null` for what is no time. */
export function parseMoment(text: string, timeZone: string | null): number | null {
  const value = text.trim();
  if (/^\d{10}$/.test(value)) return Number(value) * 1_000;
  if (/^\d{13}$/.test(value)) return Number(value);
  return parseNumbers(value, timeZone) ?? parseWords(value, timeZone);
}

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const clock = String.raw`(?:[T ]+(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)? ?(Z|UTC|GMT|[+-]\d\d:?\d\d)?)?`;
const yearFirst = new RegExp(`^(\\d{4})(?:[-/.](\\d{1,2})(?:[-/.](\\d{1,2})${clock})?)?$`, 'i');
const monthFirst = new RegExp(`^(\\d{1,2})[-/.](\\d{1,2})[-/.](\\d{4})${clock}$`, 'i');

/** `2026-05-31 09:30`, `2026/05`, and with the month first `5/31/2026`. */
function parseNumbers(value: string, timeZone: string | null): number | null {
  const first = yearFirst.exec(value);
  const match = first ?? monthFirst.exec(value);
  if (match === null) return null;
  const [, a, b, c, hour, minute, second, fraction, zone] = match;
  const [year, month, day] = first === null ? [c, a, b] : [a, b, c];
  const date = [Number(year), Number(month ?? 1), Number(day ?? 1)] as const;
  const time = [Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0)] as const;
  const utcMs = Date.UTC(date[0], date[1] - 1, date[2], ...time);
  // Date takes 31 February for 3 March, and hour 25 for one of the next day.
  const read = new Date(utcMs);
  if (read.getUTCMonth() !== date[1] - 1 || read.getUTCDate() !== date[2]) return null;
  const atMs = utcMs + Math.floor(Number(`0.${fraction ?? 0}`) * 1_000);
  return zone === undefined ? fromWallClock(atMs, timeZone) : atMs - zoneOffsetMs(zone);
}

function zoneOffsetMs(zone: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(zone) ?? [];
  const ms = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000;
  return sign === '-' ? -ms : ms;
}

/** `31 May 2026`, `May 31, 2026 9:30`, and what stands in a Date field. */
function parseWords(value: string, timeZone: string | null): number | null {
  if (!/[a-z]{3}/i.test(value) || !/\d{4}/.test(value)) return null;
  const hasZone = /(?:[+-]\d{4}|\b(?:GMT|UTC|[ECMP][SD]T)|\dZ)\b/i.test(value);
  const atMs = Date.parse(hasZone ? value : `${value} UTC`);
  if (Number.isNaN(atMs)) return null;
  return hasZone ? atMs : fromWallClock(atMs, timeZone);
}

/** What a clock on the wall of that place showed, given as if it were UTC. */
function fromWallClock(wallMs: number, timeZone: string | null): number {
  if (timeZone === null) {
    const wall = new Date(wallMs);
    return new Date(
      wall.getUTCFullYear(),
      wall.getUTCMonth(),
      wall.getUTCDate(),
      wall.getUTCHours(),
      wall.getUTCMinutes(),
      wall.getUTCSeconds(),
      wall.getUTCMilliseconds(),
    ).getTime();
  }
  // The offset at the guess may be the one on the other side of a change of clocks: look twice.
  const guess = wallMs - offsetMs(wallMs, timeZone);
  return wallMs - offsetMs(guess, timeZone);
}

function offsetMs(atMs: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(atMs);
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0);
  const wallMs = Date.UTC(
    of('year'),
    of('month') - 1,
    of('day'),
    of('hour'),
    of('minute'),
    of('second'),
  );
  return wallMs - Math.floor(atMs / 1_000) * 1_000;
}
