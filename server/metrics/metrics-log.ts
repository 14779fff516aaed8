/**
 * JSON lines: one document per line, at each interval, and a last one at the end. Lines are written
 * one after the other; a file that cannot be written is reported once, until it can be again.
 */
import { appendFile } from 'node:fs/promises';
import type { MetricsDocument } from './types.ts';

export interface MetricsLog {
  /** Writes the last line. */
  close(): Promise<void>;
}

export function startMetricsLog(options: {
  readonly document: () => MetricsDocument;
  readonly intervalMs: number;
  readonly write: (line: string) => Promise<void>;
  readonly onError: (error: unknown) => void;
}): MetricsLog {
  let written = Promise.resolve();
  let failing = false;
  const writeLine = () => {
    const line = `${JSON.stringify(options.document())}\n`;
    written = written
      .then(() => options.write(line))
      .then(
        () => {
          failing = false;
        },
        (error: unknown) => {
          if (!failing) options.onError(error);
          failing = true;
        },
      );
  };
  const timer = setInterval(writeLine, options.intervalMs).unref();
  return {
    close() {
      clearInterval(timer);
      writeLine();
      return written;
    },
  };
}

/** Opened anew for each line, so that a file that was moved away by a rotation begins again. */
export function appendTo(file: string): (line: string) => Promise<void> {
  return (line) => appendFile(file, line);
}
