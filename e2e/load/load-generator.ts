/**
 * The load generator: a few processes, so that it is not one event loop that measures itself, and
 * so that each can say what processor time it took. They stay up from plan to plan, warm.
 *
 * Everything is bounded in number and time, and only loopback addresses are loaded.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import type { FromProcess, ToProcess } from './load-process.ts';
import { mergeSorted, summarize } from './percentiles.ts';
import { messageCountOf } from './recorder.ts';
import { monotonicMs } from './run-share.ts';
import {
  type Counters,
  failureKinds,
  type LoadPlan,
  type LoadResult,
  measures,
  type ShareResult,
} from './types.ts';

const bounds = { messages: 1_000_000, connections: 20_000, runTimeoutMs: 600_000 };
const startDelayMs = 30;

export interface LoadGenerator extends AsyncDisposable {
  run(plan: LoadPlan): Promise<LoadResult>;
}

export const planDefaults = {
  host: '127.0.0.1',
  session: 'per-message',
  pipelined: false,
  tls: null,
  message: { sizeBytes: 10 * 1024, body: 'text' },
  stepTimeoutMs: 30_000,
  runTimeoutMs: 120_000,
} as const;

export async function startLoadGenerator(
  processCount = Math.min(2, availableParallelism()),
): Promise<LoadGenerator> {
  const processes = await Promise.all(
    Array.from({ length: processCount }, () => LoadProcess.start()),
  );
  return {
    async run(plan) {
      checkPlan(plan);
      // One with messages to send and no connection to send them by would be no use.
      const used = processes.slice(0, plan.shape.connections);
      await Promise.all(
        used.map((each, processIndex) =>
          each.prepare({ plan, processIndex, processCount: used.length }),
        ),
      );
      const atMs = monotonicMs() + startDelayMs;
      const shares = await Promise.all(used.map((each) => each.runAt(atMs)));
      return merge(plan, shares);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(processes.map((each) => each.stop()));
    },
  };
}

function checkPlan(plan: LoadPlan): void {
  const { host, shape, runTimeoutMs } = plan;
  if (!['127.0.0.1', '::1'].includes(host)) {
    throw new Error(`${host} is not a loopback address, and load is for this machine only.`);
  }
  if (shape.connections < 1 || shape.connections > bounds.connections) {
    throw new Error(`Between 1 and ${bounds.connections} connections, please.`);
  }
  if (messageCountOf(plan) > bounds.messages || runTimeoutMs > bounds.runTimeoutMs) {
    throw new Error('More messages or more time than the generator is made for.');
  }
}

class LoadProcess {
  readonly #child: ChildProcess;
  #waiting: { resolve: (message: FromProcess) => void; reject: (error: Error) => void } | null =
    null;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', (message: FromProcess) => {
      if (message.kind === 'failed') this.#waiting?.reject(new Error(message.text));
      else this.#waiting?.resolve(message);
      this.#waiting = null;
    });
    child.on('exit', (code) => {
      this.#waiting?.reject(new Error(`A process of the load generator ended with ${code}.`));
      this.#waiting = null;
    });
  }

  static async start(): Promise<LoadProcess> {
    const child = fork(new URL('./load-process.ts', import.meta.url), {
      execArgv: ['--import', 'tsx'],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const started = new LoadProcess(child);
    await started.#answer();
    return started;
  }

  async prepare(share: (ToProcess & { kind: 'prepare' })['share']): Promise<void> {
    this.#child.send({ kind: 'prepare', share } satisfies ToProcess);
    await this.#answer();
  }

  async runAt(atMs: number): Promise<ShareResult> {
    this.#child.send({ kind: 'start', atMs } satisfies ToProcess);
    const answer = await this.#answer();
    if (answer.kind !== 'done') throw new Error(`"${answer.kind}" where a result was expected`);
    return answer.result;
  }

  stop(): Promise<void> {
    if (this.#child.exitCode !== null) return Promise.resolve();
    return new Promise((resolve) => {
      this.#child.once('exit', () => resolve());
      this.#child.disconnect();
    });
  }

  #answer(): Promise<FromProcess> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }
}

function merge(plan: LoadPlan, shares: readonly ShareResult[]): LoadResult {
  const samples = mapOf(measures, (measure) =>
    mergeSorted(shares.map((share) => share.samples[measure])),
  );
  const failures = mapOf(failureKinds, (kind) => sum(shares.map((share) => share.failures[kind])));
  const elapsedMs =
    Math.max(...shares.map(({ endedAtMs }) => endedAtMs)) -
    Math.min(...shares.map(({ startedAtMs }) => startedAtMs));
  const counters = addUp(shares.map((share) => ({ ...share.counters }))) as unknown as Counters;
  const processes = shares.map(({ cpu }) => cpu);
  return {
    plan,
    counters,
    failures,
    failedCount: sum(Object.values(failures)),
    failureTexts: shares.flatMap(({ failureTexts }) => failureTexts),
    replies: addUp(shares.map(({ replies }) => replies)),
    tlsProtocols: addUp(shares.map(({ tlsProtocols }) => tlsProtocols)),
    latency: mapOf(measures, (measure) => summarize(samples[measure])),
    samples,
    acknowledged: interleave(
      messageCountOf(plan),
      shares.map(({ acknowledged }) => acknowledged),
    ),
    elapsedMs,
    messagesPerSecond: (counters.acknowledged / elapsedMs) * 1000,
    generator: {
      processes,
      cpuPercent: (sum(processes.map(({ cpuMs }) => cpuMs)) / elapsedMs) * 100,
      loopUtilizationMax: Math.max(...processes.map(({ loopUtilization }) => loopUtilization)),
    },
  };
}

/** Message n fell to process n modulo their number. */
function interleave(count: number, parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from({ length: count }, (_, index) => {
    const part = parts[index % parts.length];
    return part?.[Math.floor(index / parts.length)] ?? 0;
  });
}

function addUp(records: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const record of records) {
    for (const [name, count] of Object.entries(record)) total[name] = (total[name] ?? 0) + count;
  }
  return total;
}

function mapOf<Key extends string, Value>(
  keys: readonly Key[],
  valueFor: (key: Key) => Value,
): Record<Key, Value> {
  return Object.fromEntries(keys.map((key) => [key, valueFor(key)])) as Record<Key, Value>;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
