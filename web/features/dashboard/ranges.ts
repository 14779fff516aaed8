/** How far back the charts look. Short ranges grow by events, long ones are asked for again. */
export interface Range {
  readonly id: string;
  readonly label: string;
  /** For screen readers and titles: “the last …”. */
  readonly spoken: string;
  readonly seconds: number;
  readonly live: boolean;
  /** How often history is asked for again. Live ranges do so only to fill what events missed. */
  readonly refetchMs: number;
}

/** What one screen is wide; more would be drawn upon each other. */
export const pointsMax = 600;

export const ranges = [
  live('1m', '1 min', 'minute', 60),
  live('5m', '5 min', '5 minutes', 300),
  live('15m', '15 min', '15 minutes', 900),
  kept('1h', '1 h', 'hour', 3_600, 10_000),
  kept('6h', '6 h', '6 hours', 21_600, 60_000),
  kept('24h', '24 h', '24 hours', 86_400, 180_000),
  kept('7d', '7 d', '7 days', 604_800, 300_000),
] as const satisfies readonly Range[];

/** What the ring of live points has to hold. */
export const liveSecondsMax = 900;

const [, fiveMinutes] = ranges;

export function parseRange(search: string): Range {
  const id = new URLSearchParams(search).get('range');
  return ranges.find((range) => range.id === id) ?? fiveMinutes;
}

function live(id: string, label: string, spoken: string, seconds: number): Range {
  return { id, label, spoken, seconds, live: true, refetchMs: 60_000 };
}

function kept(
  id: string,
  label: string,
  spoken: string,
  seconds: number,
  refetchMs: number,
): Range {
  return { id, label, spoken, seconds, live: false, refetchMs };
}
