/**
 * What the steps have in common: one measured run of the load generator against a server of its
 * own, and a notebook for what was found.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { busyCpuMs, type ListenCounts, listenCounts } from '../load/host.ts';
import type { LoadGenerator } from '../load/load-generator.ts';
import {
  cpuMsOf,
  peakMemoryOf,
  type ServerProcess,
  startServerProcess,
} from '../load/server-process.ts';
import type { LoadPlan, LoadResult } from '../load/types.ts';
import { isWhole, type Verification, verifyStored } from '../load/verify-stored.ts';
import { type CounterRow, compareCounters } from './counters.ts';
import { type MetricsDocument, readMetrics } from './metrics-document.ts';

const readTimeoutMs = 60_000;
/** What was begun may go on for so long. */
const leastRunMs = 10_000;
/** The server tells of the end of a connection a little after the client saw it. */
const settleTimeoutMs = 5_000;

export interface Check {
  readonly name: string;
  readonly passed: boolean;
  readonly text: string;
}

export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What one step writes down while it goes. */
export class Notebook {
  readonly checks: Check[] = [];
  readonly tables: Table[] = [];
  readonly notes: string[] = [];
  /** For the JSON report. */
  readonly runs: unknown[] = [];

  check(name: string, passed: boolean, text: string): void {
    this.checks.push({ name, passed, text });
  }
}

export interface StressRun {
  readonly quick: boolean;
  readonly program: string;
  readonly generator: LoadGenerator;
  readonly say: (text: string) => void;
  /** Of the time that all steps have together. */
  readonly remainingMs: () => number;
}

export interface Step {
  readonly name: string;
  readonly title: string;
  readonly run: (run: StressRun, notebook: Notebook) => Promise<void>;
}

export interface Measured {
  readonly name: string;
  readonly load: LoadResult;
  /** `null` without /proc. */
  readonly serverCpuPercent: number | null;
  readonly serverCpuMsPerMessage: number | null;
  readonly serverPeakBytes: number | null;
  /** Of one core, taken by whatever else ran on the machine: what spoils figures. */
  readonly othersCpuPercent: number | null;
  readonly verification: Verification;
  readonly metrics: MetricsDocument | null;
  readonly counters: readonly CounterRow[];
  /** Of the host, before and after. */
  readonly listen: { readonly before: ListenCounts | null; readonly after: ListenCounts | null };
}

export interface Measurement {
  readonly name: string;
  readonly flags?: readonly string[];
  readonly plan: (server: ServerProcess) => LoadPlan;
  /** Some are meant to overflow the accept queue, and then clients do fail. */
  readonly mayFail?: boolean;
  /** While the server still runs, after everything was compared. */
  readonly afterwards?: (server: ServerProcess) => Promise<void>;
}

/** Nothing may be pruned that has to be found again. */
const keepAll = ['--keep-messages=0', '--keep-bytes=0', '--log-level=warn'];

/** A fresh server for each run, so that its counters since start are the counters of the run. */
export async function measure(
  run: StressRun,
  notebook: Notebook,
  measurement: Measurement,
): Promise<Measured> {
  const { name, flags = [], mayFail = false } = measurement;
  if (run.remainingMs() <= 0) {
    throw new Error(`${name} was not run: the time for all is up. See --minutes.`);
  }
  run.say(`  ${name} …`);
  await using server = await startServerProcess([...keepAll, ...flags], run.program);
  const plan = measurement.plan(server);
  const [serverBefore, busyBefore] = [await cpuMsOf(server.pid), busyCpuMs()];
  const listenBefore = listenCounts();
  const load = await run.generator.run({
    ...plan,
    runTimeoutMs: Math.min(plan.runTimeoutMs, Math.max(leastRunMs, run.remainingMs())),
  });
  const [serverAfter, busyAfter] = [await cpuMsOf(server.pid), busyCpuMs()];
  const listenAfter = listenCounts();

  await untilRead(server.url);
  const verification = await verifyStored(server.url, load, run.quick ? 10 : 50);
  const { metrics, counters } = await settledCounters(server.url, load);
  const serverCpuMs = difference(serverBefore, serverAfter);
  const busyMs = difference(busyBefore, busyAfter);
  const generatorMs = load.generator.processes.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
  const measured: Measured = {
    name,
    load,
    serverCpuPercent: percent(serverCpuMs, load.elapsedMs),
    serverCpuMsPerMessage: serverCpuMs === null ? null : serverCpuMs / load.counters.acknowledged,
    serverPeakBytes: await peakMemoryOf(server.pid),
    othersCpuPercent:
      busyMs === null || serverCpuMs === null
        ? null
        : percent(Math.max(0, busyMs - serverCpuMs - generatorMs), load.elapsedMs),
    verification,
    metrics,
    counters,
    listen: { before: listenBefore, after: listenAfter },
  };
  await measurement.afterwards?.(server);
  checkRun(notebook, measured, mayFail);
  notebook.runs.push(forReport(measured));
  const { failedCount, messagesPerSecond, counters: counted } = load;
  run.say(
    `    ${counted.acknowledged} messages, ${messagesPerSecond.toFixed(0)}/s, ${failedCount} failed`,
  );
  return measured;
}

function checkRun(notebook: Notebook, measured: Measured, mayFail: boolean): void {
  const { name, load, verification, counters, metrics } = measured;
  if (!mayFail) {
    const { timeout } = load.failures;
    notebook.check(
      `${name}: nothing failed`,
      load.failedCount === 0,
      `${load.failedCount} failures, ${timeout} of them time-outs. ${load.failureTexts.join(' · ')}`,
    );
  }
  const { acknowledged, missing, duplicated, unacknowledged, different, compared } = verification;
  notebook.check(
    `${name}: what was acknowledged is stored`,
    isWhole(verification, load.failedCount),
    `${acknowledged} acknowledged: ${missing} missing, ${duplicated} twice, ${unacknowledged} ` +
      `stored without a 250; ${different} of ${compared} compared octet for octet differ`,
  );
  // A client that gave up has counted what the server never saw.
  if (load.failedCount > 0) return;
  const wrong = counters.filter(({ isEqual }) => !isEqual);
  notebook.check(
    `${name}: the server counted what the generator counted`,
    metrics !== null && wrong.length === 0,
    metrics === null
      ? 'GET /api/metrics gave no metrics.'
      : wrong.length === 0
        ? `${counters.length} counters agree`
        : wrong
            .map((row) => `${row.name}: ${row.generator} sent, ${row.server} counted`)
            .join(' · '),
  );
}

/** Reading and indexing come after the 250; only then does a list know the Message-ID. */
async function untilRead(url: string): Promise<void> {
  const deadlineAtMs = Date.now() + readTimeoutMs;
  while (Date.now() < deadlineAtMs) {
    const response = await fetch(`${url}/api/server`);
    const { store } = (await response.json()) as { readonly store: { pendingCount: number } };
    if (store.pendingCount === 0) return;
    await sleep(50);
  }
  throw new Error(`The server had not read everything after ${readTimeoutMs / 1000} s.`);
}

async function settledCounters(url: string, load: LoadResult) {
  const deadlineAtMs = Date.now() + settleTimeoutMs;
  for (;;) {
    const metrics = await readMetrics(url);
    const counters = metrics === null ? [] : compareCounters(load, metrics);
    const agree = metrics !== null && counters.every(({ isEqual }) => isEqual);
    if (agree || metrics === null || load.failedCount > 0 || Date.now() > deadlineAtMs) {
      return { metrics, counters };
    }
    await sleep(100);
  }
}

/** Without the samples, which are many. */
function forReport({ load, ...rest }: Measured): unknown {
  const { samples: _, acknowledged: __, ...result } = load;
  return { ...rest, load: result };
}

function difference(before: number | null, after: number | null): number | null {
  return before === null || after === null ? null : after - before;
}

function percent(ms: number | null, ofMs: number): number | null {
  return ms === null ? null : (ms / ofMs) * 100;
}
