/**
 * A page in a real Chromium, and what the browser itself says it costs: processor time of each of
 * its processes, time of the page's main thread, layouts, and tasks that hold it up.
 *
 * Chromium draws in software here (`--disable-gpu`), which counts for the renderer; with a
 * graphics processor it costs less.
 */
import { type CDPSession, chromium, type Page } from '@playwright/test';
import { busyCpuMs } from '../../load/host.ts';
import { type MainThreadTask, tasksDuring } from './main-thread-tasks.ts';

export interface PageUse {
  readonly seconds: number;
  /** Per cent of one core: the page's process, and all of Chromium's together. */
  readonly rendererPercent: number;
  readonly chromiumPercent: number;
  /** Of the page's main thread, milliseconds a second. */
  readonly taskMs: number;
  readonly scriptMs: number;
  readonly styleMs: number;
  readonly layoutMs: number;
  readonly layoutsPerSecond: number;
  readonly heapBytes: number;
  readonly tasks: readonly MainThreadTask[];
  /** Per cent of one core: all that ran on the machine, Chromium included; `null` where it cannot be told. */
  readonly machinePercent: number | null;
}

/** What w3.org/TR/longtasks calls a long task. */
const longTaskMs = 50;

/** The longest task and how many were long: as they took, and as the thread was running. */
export function taskFigures({ tasks }: PageUse) {
  const wall = tasks.map(({ wallMs }) => wallMs);
  const cpu = tasks.map(({ cpuMs }) => cpuMs);
  const long = (times: readonly number[]) => times.filter((ms) => ms > longTaskMs).length;
  return {
    'longest task, ms': Math.max(...wall),
    'of its thread, ms': Math.max(...cpu),
    'tasks over 50 ms': long(wall),
    'of its thread, over 50 ms': long(cpu),
  };
}

export interface WatchedPage extends AsyncDisposable {
  readonly page: Page;
  readonly cdp: CDPSession;
  /** What the page costs while something happens. */
  during(work: () => Promise<unknown>): Promise<PageUse>;
}

/** Where each navigation leaves what it observed. */
declare global {
  interface Window {
    benchShift: number;
    /** When the first row of a list came into the document. */
    benchFirstRowMs: number;
  }
}

export async function openWatchedPage(
  viewport = { width: 1440, height: 900 },
): Promise<WatchedPage> {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  try {
    const page = await browser.newPage({ viewport });
    await page.addInitScript(observe);
    const cdp = await page.context().newCDPSession(page);
    const ofBrowser = await browser.newBrowserCDPSession();
    await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
    const look = () => lookAt(cdp, ofBrowser);
    return {
      page,
      cdp,
      async during(work) {
        const before = await look();
        let after = before;
        const tasks = await tasksDuring({ browser, page }, async () => {
          await work();
          after = await look();
        });
        return usedBetween(before, after, tasks);
      },
      [Symbol.asyncDispose]: () => browser.close(),
    };
  } catch (error) {
    await browser.close();
    throw error;
  }
}

/** In the page, before its own code. */
function observe(): void {
  window.benchShift = 0;
  window.benchFirstRowMs = Number.POSITIVE_INFINITY;
  new MutationObserver((_, observer) => {
    if (document.querySelector('[role="grid"] [role="row"]') === null) return;
    window.benchFirstRowMs = performance.now();
    observer.disconnect();
  }).observe(document, { childList: true, subtree: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & {
      value: number;
      hadRecentInput: boolean;
    })[]) {
      if (!entry.hadRecentInput) window.benchShift += entry.value;
    }
  }).observe({ type: 'layout-shift', buffered: true });
}

interface Look {
  readonly atMs: number;
  readonly rendererS: number;
  readonly chromiumS: number;
  readonly metrics: ReadonlyMap<string, number>;
  readonly busyMs: number | null;
}

async function lookAt(cdp: CDPSession, ofBrowser: CDPSession): Promise<Look> {
  const { processInfo } = await ofBrowser.send('SystemInfo.getProcessInfo');
  const { metrics } = await cdp.send('Performance.getMetrics');
  const sum = (wanted: (type: string) => boolean) =>
    processInfo.reduce((total, { type, cpuTime }) => total + (wanted(type) ? cpuTime : 0), 0);
  return {
    atMs: performance.now(),
    rendererS: sum((type) => type === 'renderer'),
    chromiumS: sum(() => true),
    metrics: new Map(metrics.map(({ name, value }) => [name, value])),
    busyMs: busyCpuMs(),
  };
}

function usedBetween(before: Look, after: Look, tasks: readonly MainThreadTask[]): PageUse {
  const seconds = (after.atMs - before.atMs) / 1_000;
  const more = (name: string) => (after.metrics.get(name) ?? 0) - (before.metrics.get(name) ?? 0);
  const msPerSecond = (name: string) => (more(name) * 1_000) / seconds;
  return {
    seconds,
    rendererPercent: ((after.rendererS - before.rendererS) / seconds) * 100,
    chromiumPercent: ((after.chromiumS - before.chromiumS) / seconds) * 100,
    taskMs: msPerSecond('TaskDuration'),
    scriptMs: msPerSecond('ScriptDuration'),
    styleMs: msPerSecond('RecalcStyleDuration'),
    layoutMs: msPerSecond('LayoutDuration'),
    layoutsPerSecond: more('LayoutCount') / seconds,
    heapBytes: after.metrics.get('JSHeapUsedSize') ?? 0,
    tasks,
    machinePercent:
      before.busyMs === null || after.busyMs === null
        ? null
        : (after.busyMs - before.busyMs) / seconds / 10,
  };
}
