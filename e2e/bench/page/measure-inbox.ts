/** What the inbox costs a browser: to open, to scroll, and while mail comes in. */
import { gzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { type LoadGenerator, planDefaults } from '../../load/load-generator.ts';
import { quantile } from '../../load/percentiles.ts';
import { openWatchedPage, type PageUse } from './watched-page.ts';

const scrolledPixelsPerFrame = 900;

export interface InboxOpened {
  /** All that is loaded before the first row is there. */
  readonly scriptGzipBytes: number;
  /** From the start of the navigation. */
  readonly firstRowMs: readonly number[];
}

export interface InboxScrolled {
  readonly framesPerSecond: number;
  readonly frameMsP95: number | null;
  readonly frameMsMax: number | null;
}

export interface InboxMeasured {
  readonly opened: InboxOpened;
  readonly scrolled: InboxScrolled;
  readonly underLoad: PageUse;
  readonly acknowledgedPerSecond: number;
}

export async function measureInbox(asked: {
  readonly url: string;
  readonly smtpPort: number;
  readonly generator: LoadGenerator;
  readonly planName: string;
  readonly opens: number;
  readonly seconds: number;
  readonly messagesPerSecond: number;
}): Promise<InboxMeasured> {
  const { url, smtpPort, generator, seconds, messagesPerSecond } = asked;
  await using watched = await openWatchedPage();
  const { page } = watched;
  const opened = await open(page, url, asked.opens);
  const scrolled = await scroll(page, seconds);
  await page.goto(url);
  await firstRow(page);
  let acknowledgedPerSecond = 0;
  const underLoad = await watched.during(async () => {
    const result = await generator.run({
      ...planDefaults,
      name: asked.planName,
      port: smtpPort,
      shape: { kind: 'rate', messagesPerSecond, seconds, connections: 50 },
      session: 'persistent',
      runTimeoutMs: seconds * 4_000 + 30_000,
    });
    acknowledgedPerSecond = result.messagesPerSecond;
  });
  return { opened, scrolled, underLoad, acknowledgedPerSecond };
}

async function open(page: Page, url: string, times: number): Promise<InboxOpened> {
  const scripts = new Map<string, Promise<number>>();
  page.on('response', (response) => {
    if (!new URL(response.url()).pathname.endsWith('.js')) return;
    const bytes = response.body().then(
      (body) => gzipSync(body).length,
      () => 0,
    );
    scripts.set(response.url(), bytes);
  });
  const firstRowMs: number[] = [];
  let scriptGzipBytes = 0;
  for (let number = 0; number < times; number++) {
    await page.goto(url, { waitUntil: 'commit' });
    firstRowMs.push(await firstRow(page));
    if (number > 0) continue;
    const sizes = await Promise.all(scripts.values());
    scriptGzipBytes = sizes.reduce((sum, size) => sum + size, 0);
  }
  return { scriptGzipBytes, firstRowMs };
}

/** Resolves with the time since the navigation began at which the row was painted, or nearly so. */
async function firstRow(page: Page): Promise<number> {
  const found = await page.waitForFunction(
    () => document.querySelector('[role="grid"] [role="row"]') !== null && performance.now(),
    undefined,
    { polling: 'raf' },
  );
  return Number(await found.jsonValue());
}

async function scroll(page: Page, seconds: number): Promise<InboxScrolled> {
  const frames = await page.evaluate(
    async ({ pixels, untilMs }) => {
      const scroller = document.querySelector('[role="grid"]');
      const times: number[] = [];
      const startedAtMs = performance.now();
      let lastMs = startedAtMs;
      while (performance.now() - startedAtMs < untilMs) {
        await new Promise(requestAnimationFrame);
        const nowMs = performance.now();
        times.push(nowMs - lastMs);
        lastMs = nowMs;
        scroller?.scrollBy({ top: pixels, behavior: 'instant' });
      }
      return times;
    },
    { pixels: scrolledPixelsPerFrame, untilMs: seconds * 1000 },
  );
  const sorted = Float64Array.from(frames).sort();
  const totalMs = frames.reduce((sum, each) => sum + each, 0);
  return {
    framesPerSecond: (frames.length / totalMs) * 1000,
    frameMsP95: quantile(sorted, 0.95),
    frameMsMax: quantile(sorted, 1),
  };
}
