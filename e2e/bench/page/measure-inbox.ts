/** What the inbox costs a browser: to open, to scroll, to use, and while mail comes in. */
import { gzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { type LoadGenerator, planDefaults } from '../../load/load-generator.ts';
import { quantile } from '../../load/percentiles.ts';
import { processorUseOf } from '../processor-use.ts';
import { openWatchedPage, type PageUse } from './watched-page.ts';

const scrolledPixelsPerFrame = 900;
const stepsDown = 20;

export interface InboxOpened {
  /** All that is asked for before the first row is there. */
  readonly scriptGzipBytes: number;
  /** From the start of the navigation; in a browser just started, and then in the same again. */
  readonly firstMs: number;
  readonly againMs: readonly number[];
}

export interface InboxScrolled {
  readonly framesPerSecond: number;
  readonly frameMsP95: number | null;
  readonly frameMsMax: number | null;
}

export interface InboxUnderLoad {
  readonly use: PageUse;
  readonly acknowledgedPerSecond: number;
  /** Per cent of one core that went to others than Chromium, the server and the load. */
  readonly besidesPercent: number | null;
}

export interface InboxMeasured {
  readonly opened: InboxOpened;
  readonly scrolled: InboxScrolled;
  /** By what was done. */
  readonly used: Readonly<Record<string, PageUse>>;
  readonly underLoad: InboxUnderLoad;
}

interface Asked {
  readonly url: string;
  readonly smtpPort: number;
  readonly serverPid: number;
  readonly generator: LoadGenerator;
  readonly planName: string;
  readonly opens: number;
  readonly seconds: number;
  readonly messagesPerSecond: number;
}

export async function measureInbox(asked: Asked): Promise<InboxMeasured> {
  await using watched = await openWatchedPage();
  const { page } = watched;
  const opened = await open(page, asked.url, asked.opens);
  const scrolled = await scroll(page, asked.seconds);
  const used: Record<string, PageUse> = {};
  for (const [what, act] of Object.entries(acts)) {
    await page.goto(asked.url);
    await firstRow(page);
    used[what] = await watched.during(() => act(page));
  }
  await page.goto(asked.url);
  await firstRow(page);
  const underLoad = await load(asked, (work) => watched.during(work));
  return { opened, scrolled, used, underLoad };
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
  await page.goto(url, { waitUntil: 'commit' });
  const firstMs = await firstRow(page);
  const needed = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .filter(({ startTime }) => startTime < window.benchFirstRowMs)
      .map(({ name }) => name),
  );
  const sizes = await Promise.all(needed.map((script) => scripts.get(script) ?? 0));
  const againMs: number[] = [];
  while (againMs.length < times - 1) {
    await page.goto(url, { waitUntil: 'commit' });
    againMs.push(await firstRow(page));
  }
  return { scriptGzipBytes: sizes.reduce((sum, size) => sum + size, 0), firstMs, againMs };
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

const acts: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  async 'a message opened'(page) {
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.locator('article h2').waitFor();
    await page.locator('[role="row"][aria-current="true"]').waitFor();
  },
  async 'stepped through'(page) {
    for (let step = 1; step <= stepsDown; step++) {
      await page.keyboard.press('j');
      // The grid names its active row; the first step goes to the first row.
      await page
        .locator(`[role="row"][aria-rowindex="${step}"][class*="active"]`)
        .waitFor({ state: 'attached' });
    }
  },
  async 'another inbox'(page) {
    await page.locator('nav a[href^="/?inbox="]').nth(1).click();
    await page.locator('[role="grid"][aria-busy="false"] [role="row"]').first().waitFor();
  },
  async 'searched while typing'(page) {
    await page.keyboard.press('/');
    // Slowly enough that each letter is a search.
    await page.keyboard.type('ba de', { delay: 350 });
    await page.waitForURL(/query=ba\+de/);
    await page.locator('[role="grid"][aria-busy="false"] [role="row"]').first().waitFor();
  },
};

async function load(
  asked: Asked,
  during: (work: () => Promise<unknown>) => Promise<PageUse>,
): Promise<InboxUnderLoad> {
  const { generator, planName, smtpPort, serverPid, seconds, messagesPerSecond } = asked;
  let acknowledgedPerSecond = 0;
  let oursPercent = 0;
  const use = await during(async () => {
    const before = await processorUseOf(serverPid);
    const result = await generator.run({
      ...planDefaults,
      name: planName,
      port: smtpPort,
      shape: { kind: 'rate', messagesPerSecond, seconds, connections: 50 },
      session: 'persistent',
      runTimeoutMs: seconds * 4_000 + 30_000,
    });
    acknowledgedPerSecond = result.messagesPerSecond;
    const serverMs = ((await processorUseOf(serverPid))?.totalMs ?? 0) - (before?.totalMs ?? 0);
    oursPercent = (serverMs / result.elapsedMs) * 100 + result.generator.cpuPercent;
  });
  const { machinePercent, chromiumPercent } = use;
  const besidesPercent =
    machinePercent === null ? null : Math.max(0, machinePercent - chromiumPercent - oursPercent);
  return { use, acknowledgedPerSecond, besidesPercent };
}
