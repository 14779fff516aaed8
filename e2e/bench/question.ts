import type { LoadGenerator } from '../load/load-generator.ts';
import type { ContenderName } from './contenders/contender.ts';
import type { SmtpSource } from './drivers/smtp-source.ts';
import type { Notebook } from './report.ts';

export interface Bench {
  readonly rounds: number;
  /** Part of every load, 0 to 1: less than all for a run that guards ratios and not speed. */
  readonly scale: number;
  /** Not measured, for brevity. */
  readonly leaveOut: readonly ContenderName[];
  /** A built cli.js. */
  readonly program: string;
  /** One process, kept: on two cores a second would only take from the server. */
  readonly generator: () => Promise<LoadGenerator>;
  /** Throws `ContenderMissing` where it cannot be had. */
  readonly source: () => Promise<SmtpSource>;
  /** No two plans of a run may have the same name. */
  readonly uniqueName: () => string;
  readonly say: (text: string) => void;
}

export const groups = ['throughput', 'latency', 'store', 'growth', 'page', 'bench'] as const;

export interface Question {
  readonly name: string;
  readonly group: (typeof groups)[number];
  readonly title: string;
  ask(bench: Bench, notebook: Notebook): Promise<void>;
}
