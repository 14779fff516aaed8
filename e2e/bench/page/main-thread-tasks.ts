/**
 * Each task of a page's main thread, from Chromium's own trace: how long it took, and how much of
 * that the thread was running. Where more wants to run than there are processors, the first is
 * longer than the second by what the thread was made to wait in the middle of it.
 */
import type { Browser, Page } from '@playwright/test';

export interface MainThreadTask {
  readonly wallMs: number;
  readonly cpuMs: number;
}

export async function tasksDuring(
  { browser, page }: { readonly browser: Browser; readonly page: Page },
  work: () => Promise<unknown>,
): Promise<readonly MainThreadTask[]> {
  await browser.startTracing(page, { categories: ['toplevel'] });
  try {
    await work();
  } catch (error) {
    await browser.stopTracing();
    throw error;
  }
  return readTasks((await browser.stopTracing()).toString());
}

/** Times are microseconds; `tdur` is of the thread's own clock. */
interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

function readTasks(trace: string): readonly MainThreadTask[] {
  const { traceEvents } = JSON.parse(trace) as { readonly traceEvents: readonly TraceEvent[] };
  const threads = new Map<string, MainThreadTask[]>();
  for (const event of traceEvents) {
    if (event.name !== 'thread_name' || event.args?.name !== 'CrRendererMain') continue;
    threads.set(threadOf(event), []);
  }
  for (const event of traceEvents) {
    if (event.ph !== 'X' || event.name !== taskName) continue;
    threads
      .get(threadOf(event))
      ?.push({ wallMs: (event.dur ?? 0) / 1_000, cpuMs: (event.tdur ?? 0) / 1_000 });
  }
  // Chromium keeps a process in reserve, which has a main thread too and does nothing.
  const [busiest] = [...threads.values()].sort((a, b) => cpuOf(b) - cpuOf(a));
  if (!busiest?.length) throw new Error(`Chromium's trace has no ${taskName} of a page.`);
  return busiest;
}

const taskName = 'ThreadControllerImpl::RunTask';

function threadOf({ pid, tid }: TraceEvent): string {
  return `${pid}:${tid}`;
}

function cpuOf(tasks: readonly MainThreadTask[]): number {
  return tasks.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
}
