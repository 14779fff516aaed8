/**
 * The Date field (RFC 5322 §3.3) with its obsolete forms (§4.3): two-digit years, zones by name,
 * comments anywhere. Beyond that the orders that C's `asctime` and ISO 8601 write, because senders
 * do. What names no real point in time has no date; nothing is guessed.
 */
import { withoutComments } from './parameters.ts';

export interface ReadDate {
  readonly ms: number;
  /** False when only an obsolete or foreign form explains it. */
  readonly current: boolean;
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const monthNames =
  'january february march april may june july august september sept october november december'.split(
    ' ',
  );
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** Minutes east of UTC. Military letters and unknown names mean an unknown zone, read as UTC. */
const zones: ReadonlyMap<string, number> = new Map([
  ['ut', 0],
  ['gmt', 0],
  ['utc', 0],
  ['z', 0],
  ['est', -300],
  ['edt', -240],
  ['cst', -360],
  ['cdt', -300],
  ['mst', -420],
  ['mdt', -360],
  ['pst', -480],
  ['pdt', -420],
]);

/** A date has a dozen words at most; more is no date and not worth reading. */
const dateCharactersMax = 200;

const isoForm =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?\s?(Z|[+-]\d{2}:?\d{2})?$/i;
const timeForm = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?$/;
const offsetForm = /^(?:gmt|utc)?([+-])(\d{2}):?(\d{2})$/i;

export function parseDate(text: string): ReadDate | null {
  const bare = withoutComments(text.slice(0, 10 * dateCharactersMax)).trim();
  if (bare === '' || bare.length > dateCharactersMax) return null;
  return parseIso(bare) ?? parseWords(bare, bare !== text.trim());
}

interface Fields {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  offsetMinutes: number;
}

function parseIso(text: string): ReadDate | null {
  const match = isoForm.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second, zone] = match;
  const ms = toMs({
    year: Number(year),
    month: Number(month) - 1,
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second ?? 0),
    offsetMinutes: offsetOf(zone ?? 'Z') ?? 0,
  });
  return ms === null ? null : { ms, current: false };
}

/** Words in any order that leaves no doubt: the first number is the day, the other the year. */
function parseWords(text: string, hadComments: boolean): ReadDate | null {
  let current = true;
  let month = -1;
  let time: RegExpExecArray | null = null;
  let offsetMinutes: number | null = null;
  const numbers: string[] = [];
  // `12-Jan-2024` is one word to its sender.
  const words = text
    .replace(/(\d)-([A-Za-z]{3,9})-(\d)/, '$1 $2 $3')
    .split(/[\s,]+/)
    .filter((word) => word !== '');
  for (const [place, word] of words.entries()) {
    const lower = word.toLowerCase().replace(/\.$/, '');
    const offset = time === null ? null : offsetOf(lower);
    if (offset !== null) {
      offsetMinutes ??= offset;
      current &&= /^[+-]\d{4}$/.test(word);
    } else if (/^\d+$/.test(lower)) numbers.push(lower);
    else if (time === null && timeForm.test(lower)) time = timeForm.exec(lower);
    else if (month < 0 && monthOf(lower) >= 0) month = monthOf(lower);
    else if (place > 0 && !/^[a-z]+$/.test(lower)) return null;
    else if (place > 0) {
      // Before the time this would have been a month; after it, a zone nobody has heard of.
      if (time === null) return null;
      current = false;
    } else if (!days.includes(lower.slice(0, 3))) return null;
  }
  const [day, year] = numbers;
  if (time === null || month < 0 || day === undefined || year === undefined) return null;
  if (numbers.length > 2 || day.length > 2 || year.length > 4) return null;
  const ms = toMs({
    year: fullYear(year),
    month,
    day: Number(day),
    hour: Number(time[1]),
    minute: Number(time[2]),
    second: Number(time[3] ?? 0),
    offsetMinutes: offsetMinutes ?? 0,
  });
  if (ms === null) return null;
  return { ms, current: current && !hadComments && offsetMinutes !== null && year.length === 4 };
}

function monthOf(word: string): number {
  const short = months.indexOf(word.slice(0, 3));
  return word.length === 3 || monthNames.includes(word) ? short : -1;
}

function offsetOf(word: string): number | null {
  const named = zones.get(word.toLowerCase());
  if (named !== undefined) return named;
  if (/^[a-z]$/i.test(word)) return 0;
  const match = offsetForm.exec(word);
  if (match === null) return null;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return match[1] === '-' ? -minutes : minutes;
}

/** RFC 5322 §4.3: two digits below 50 are this century, three digits count from 1900. */
function fullYear(digits: string): number {
  const year = Number(digits);
  if (digits.length >= 4) return year;
  return digits.length === 2 && year < 50 ? year + 2000 : year + 1900;
}

function toMs(fields: Fields): number | null {
  const { year, month, day, hour, minute, second, offsetMinutes } = fields;
  if (hour > 23 || minute > 59 || second > 60 || Math.abs(offsetMinutes) >= 24 * 60) return null;
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  // A day the month does not have would roll over into the next one.
  if (date.getUTCMonth() !== month || date.getUTCDate() !== day || month < 0) return null;
  return date.getTime() + ((hour * 60 + minute - offsetMinutes) * 60 + second) * 1000;
}
