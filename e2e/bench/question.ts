import type { LoadGenerator } from '../load/load-generator.ts';
import type { SmtpSource } from './drivers/smtp-source.ts';
import type { Notebook } from './report.ts';

export interface Bench {
  readonly rounds: number;
  /** A fraction of every load: for a run with the tests, which guards ratios and not speed. */
  readonly short: boolean;
  /** A built cli.js. */
  readonly program: string;
  readonly generator: () => Promise<LoadGenerator>;
  readonly source: () => Promise<SmtpSource>;
  readonly say: (text: string) => void;
}

export interface Question {
  readonly name: string;
  readonly title: string;
  ask(bench: Bench, notebook: Notebook): Promise<void>;
}
