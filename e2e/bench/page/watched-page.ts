/**
 * A page in a real Chromium, and what the browser itself says it costs: processor time of each of
 * its processes, time of the page's main thread, layouts, and tasks that hold it up.
 *
 * Chromium draws in software here (`--disable-gpu`), which counts for the renderer; with a
 * graphics processor it costs less.
 */
import { type CDPSession, chromium, type Page } from '@playwright/test';

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
  /** Tasks of 50 ms and more on the main thread, in milliseconds. */
  readonly longTasksMs: readonly number[];
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
    benchLongTasksMs: number[];
    benchShift: number;
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
    const look = () => lookAt(page, cdp, ofBrowser);
    return {
      page,
      cdp,
      async during(work) {
        await page.evaluate(() => {
          window.benchLongTasksMs = [];
        });
        const before = await look();
        await work();
        return usedBetween(before, await look());
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
  window.benchLongTasksMs = [];
  window.benchShift = 0;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.benchLongTasksMs.push(duration);
  }).observe({ type: 'longtask', buffered: true });
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
  readonly longTasksMs: readonly number[];
}

async function lookAt(page: Page, cdp: CDPSession, ofBrowser: CDPSession): Promise<Look> {
  const { processInfo } = await ofBrowser.send('SystemInfo.getProcessInfo');
  const { metrics } = await cdp.send('Performance.getMetrics');
  const longTasksMs = await page.evaluate(() => window.benchLongTasksMs);
  const sum = (wanted: (type: string) => boolean) =>
    processInfo.reduce((total, { type, cpuTime }) => total + (wanted(type) ? cpuTime : 0), 0);
  return {
    atMs: performance.now(),
    rendererS: sum((type) => type === 'renderer'),
    chromiumS: sum(() => true),
    metrics: new Map(metrics.map(({ name, value }) => [name, value])),
    longTasksMs,
  };
}

function usedBetween(before: Look, after: Look): PageUse {
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
    longTasksMs: after.longTasksMs,
  };
}
