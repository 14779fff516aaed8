/** Asks questions of one set-up: what they share is started when first wanted and ended at the end. */
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { busyCpuMs, describeMachine } from '../load/host.ts';
import { type LoadGenerator, startLoadGenerator } from '../load/load-generator.ts';
import { Disposables } from './disposables.ts';
import { openSmtpSource, type SmtpSource } from './drivers/smtp-source.ts';
import type { Bench, Question } from './question.ts';
import { type Answer, Notebook } from './report.ts';

/** After so long something hangs, and nobody shall wait for it all night. */
const questionTimeoutMs = 15 * 60_000;

const disturbingPercent = 15;
const lookMs = 500;

export class Asker implements AsyncDisposable {
  readonly #shared = new Disposables();
  readonly #bench: Bench;

  constructor(options: Pick<Bench, 'rounds' | 'scale' | 'leaveOut' | 'program' | 'say'>) {
    let generator: Promise<LoadGenerator> | null = null;
    let source: Promise<SmtpSource> | null = null;
    let names = 0;
    this.#bench = {
      ...options,
      generator: () => {
        generator ??= startLoadGenerator(1).then((started) => this.#shared.use(started));
        return generator;
      },
      source: () => {
        source ??= openSmtpSource().then((opened) => this.#shared.use(opened));
        return source;
      },
      uniqueName: () => `bench${++names}`,
    };
  }

  /** A question that throws has failed, and others can still be asked. */
  async ask(question: Question): Promise<Answer> {
    const bench = this.#bench;
    bench.say(question.title);
    const notebook = new Notebook();
    const startedAt = new Date();
    const othersPercent = await othersShare();
    if (othersPercent !== null && othersPercent > disturbingPercent) {
      bench.say(
        `  Others take ${othersPercent.toFixed(0)} % of the processors: only ratios will hold.`,
      );
    }
    const watchdog = setTimeout(() => {
      bench.say(
        `"${question.name}" was not answered within ${questionTimeoutMs / 60_000} minutes.`,
      );
      process.exit(3);
    }, questionTimeoutMs);
    try {
      await question.ask(bench, notebook);
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      notebook.check(`${question.name} was answered`, false, text);
    }
    clearTimeout(watchdog);
    return {
      name: question.name,
      group: question.group,
      title: question.title,
      startedAt: startedAt.toISOString(),
      tookMs: Date.now() - startedAt.getTime(),
      rounds: bench.rounds,
      scale: bench.scale,
      commit: describeMachine().commit,
      othersPercent,
      figures: notebook.figures,
      charts: notebook.charts,
      checks: notebook.checks,
      notes: notebook.notes,
    };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#shared[Symbol.asyncDispose]();
  }
}

/** In per cent of all processors, while we do nothing ourselves. */
async function othersShare(): Promise<number | null> {
  const [before, startedAtMs] = [busyCpuMs(), performance.now()];
  await sleep(lookMs);
  const after = busyCpuMs();
  if (before === null || after === null) return null;
  const possibleMs = (performance.now() - startedAtMs) * availableParallelism();
  return Math.min(100, ((after - before) / possibleMs) * 100);
}
