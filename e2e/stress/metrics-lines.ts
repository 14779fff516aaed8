/** Is the metrics log complete? Each line whole, none missing, the last one written at the end. */
import type { MetricsDocument } from './metrics-document.ts';

/** Two lines further apart than this, in intervals: one is missing between them. */
const gapMin = 1.9;

export interface LinesFound {
  readonly lineCount: number;
  /** What is wrong, in words. */
  readonly faults: readonly string[];
  readonly last: MetricsDocument | null;
  readonly longestGapMs: number;
}

export function readMetricsLines(
  text: string,
  expected: {
    readonly intervalMs: number;
    readonly startedAtMs: number;
    /** When the server was told to stop. */
    readonly stoppedAtMs: number;
    readonly messages: number;
    readonly bytes: number;
  },
): LinesFound {
  const faults: string[] = [];
  if (!text.endsWith('\n')) faults.push('the last line has no end');
  const documents: MetricsDocument[] = [];
  for (const [index, line] of text.trimEnd().split('\n').entries()) {
    try {
      const document = JSON.parse(line) as MetricsDocument;
      if (document.type !== 'smtp_metrics') faults.push(`line ${index + 1} is something else`);
      else documents.push(document);
    } catch {
      faults.push(`line ${index + 1} is no JSON: ${line.slice(0, 80)}`);
    }
  }
  const { intervalMs, startedAtMs, stoppedAtMs } = expected;
  const times = documents.map(({ timestamp }) => Date.parse(timestamp));
  let longestGapMs = 0;
  for (const [index, time] of times.entries()) {
    const gapMs = time - (times[index - 1] ?? startedAtMs);
    longestGapMs = Math.max(longestGapMs, gapMs);
    if (gapMs < 0) faults.push(`line ${index + 1} is older than the one before`);
    if (gapMs > gapMin * intervalMs) {
      faults.push(`${gapMs.toFixed(0)} ms without a line before line ${index + 1}`);
    }
  }
  const totals = documents.map(({ messages }) => messages.total_processed);
  if (totals.some((total, index) => total < (totals[index - 1] ?? 0))) {
    faults.push('a total went down');
  }
  const last = documents.at(-1) ?? null;
  if (last === null) faults.push('there is no line');
  else {
    if (Date.parse(last.timestamp) < stoppedAtMs) faults.push('there is no line of the shutdown');
    const { total_processed, bytes_transferred } = last.messages;
    if (total_processed !== expected.messages || bytes_transferred !== expected.bytes) {
      faults.push(
        `the last line counts ${total_processed} messages and ${bytes_transferred} octets where ` +
          `${expected.messages} and ${expected.bytes} were acknowledged`,
      );
    }
  }
  return { lineCount: documents.length, faults, last, longestGapMs };
}
