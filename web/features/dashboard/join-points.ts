/**
 * History and what was heard live, as one line of points.
 *
 * Where somebody listened, live points stand; where nobody did, history does. A row of history
 * that was heard in part, such as that in which the page was opened, gives what is left of it: its
 * counts less those heard, over the seconds not heard. So nothing is missing, and nothing is there
 * twice. Where neither knows anything there is a gap.
 */
import { gapAt, type Point } from './points.ts';

interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Both ascend; live points follow each other without a hole, but where events were missed. */
export function joinPoints(
  history: readonly Point[],
  live: readonly Point[],
  from: number,
): readonly Point[] {
  const joined: Point[] = [];
  const add = (point: Point) => {
    if (point.at + point.seconds < from) return;
    const last = joined.at(-1);
    if (last && point.at - last.at > 1.8 * Math.max(last.seconds, point.seconds)) {
      joined.push(gapAt(last.at + last.seconds));
    }
    joined.push(point);
  };
  let next = 0;
  const addLiveBefore = (at: number) => {
    for (let point = live[next]; point && point.at < at; point = live[next]) {
      add(point);
      next += 1;
    }
  };
  for (const row of history) {
    addLiveBefore(row.at);
    const heard = heardIn(row, live, next);
    const missed = missedIn(row, heard);
    const rest = heard.length === 0 ? row : remainder(row, heard, missed);
    for (const { from: at, to } of missed) {
      addLiveBefore(at);
      add(heard.length === 0 ? row : { ...rest, at, seconds: to - at });
    }
  }
  addLiveBefore(Number.POSITIVE_INFINITY);
  return joined;
}

/** The one before `next` may reach into the row. */
function heardIn(row: Point, live: readonly Point[], next: number): readonly Point[] {
  const end = row.at + row.seconds;
  const heard: Point[] = [];
  for (let i = Math.max(0, next - 1); i < live.length; i += 1) {
    const point = live[i];
    if (!point || point.at >= end) break;
    if (point.at + point.seconds > row.at) heard.push(point);
  }
  return heard;
}

/** Times are differences of fractions; less than this is no time. */
const leastSeconds = 0.001;

function missedIn(row: Point, heard: readonly Point[]): readonly Stretch[] {
  const missed: Stretch[] = [];
  const end = row.at + row.seconds;
  let knownTo = row.at;
  for (const { at, seconds } of heard) {
    if (at - knownTo > leastSeconds) missed.push({ from: knownTo, to: at });
    knownTo = Math.max(knownTo, at + seconds);
  }
  if (end - knownTo > leastSeconds) missed.push({ from: knownTo, to: end });
  return missed;
}

const counted = [
  'throughput',
  'bytesPerSecond',
  'connectionsPerSecond',
  'refusedPerSecond',
  'tlsOk',
  'tlsFailed',
] as const;
const named = ['errors', 'replies', 'faults'] as const;

/** Percentiles and gauges stay those of the whole row: what they were in a part nobody knows. */
function remainder(row: Point, heard: readonly Point[], missed: readonly Stretch[]): Point {
  const missedSeconds = missed.reduce((sum, { from, to }) => sum + to - from, 0);
  // Of a moment no rate is fair.
  const overSeconds = Math.max(1, missedSeconds);
  const left = (rateOf: (point: Point) => number): number => {
    const heardCount = heard.reduce(
      (sum, point) => sum + rateOf(point) * overlapSeconds(row, point),
      0,
    );
    return Math.max(0, Math.round(rateOf(row) * row.seconds - heardCount)) / overSeconds;
  };
  const numbers = counted.map(
    (key) => [key, row[key] === null ? null : left((point) => point[key] ?? 0)] as const,
  );
  const records = named.map((key) => {
    const names = Object.keys(row[key] ?? {});
    const rates = names
      .map((name) => [name, left((point) => point[key]?.[name] ?? 0)] as const)
      .filter(([, rate]) => rate > 0);
    return [key, row[key] === null ? null : Object.fromEntries(rates)] as const;
  });
  return { ...row, ...Object.fromEntries(numbers), ...Object.fromEntries(records) };
}

function overlapSeconds(row: Point, { at, seconds }: Point): number {
  return Math.max(0, Math.min(row.at + row.seconds, at + seconds) - Math.max(row.at, at));
}
