import { chromium, type Page } from '@playwright/test';
import { quantile } from '../../load/percentiles.ts';
import { startPrixfixe } from '../contenders/prixfixe.ts';
import { openSender, smallMessage } from '../drivers/single-sender.ts';
import type { Bench, Question } from '../question.ts';

const messagesPerRound = 20;
const appearTimeoutMs = 10_000;

export const browser: Question = {
  name: 'browser',
  group: 'latency',
  title: 'How long after the 250 is the message in the list of an open page?',
  async ask(bench, notebook) {
    const started = await startBrowser();
    if (typeof started === 'string') {
      notebook.note(`Without a browser: ${started}`);
      return;
    }
    try {
      await using server = await startPrixfixe(bench);
      const page = await started.newPage();
      await page.goto(server.url);
      await page.waitForLoadState('networkidle').catch(() => {});
      await watchText(page);
      for (let round = 0; round <= bench.rounds; round++) {
        const waits = await measure(bench, page, server.port);
        if (round === 0) continue;
        const put = notebook.at({});
        put.less('250 to row p50, ms', quantile(waits, 0.5));
        put.less('250 to row p99, ms', quantile(waits, 0.99));
      }
      notebook.note(
        'From the 250 to the row in the document of Chromium, by the clock of the system.',
      );
    } finally {
      await started.close();
    }
  },
};

async function startBrowser() {
  try {
    return await chromium.launch({
      executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu'],
    });
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  }
}

/** From now on each text of the form "Seen 12" is noted with the time it came into the document. */
function watchText(page: Page): Promise<void> {
  return page.evaluate(() => {
    const seen: Record<string, number> = {};
    Object.assign(window, { benchSeen: seen });
    new MutationObserver((changes) => {
      const atMs = performance.timeOrigin + performance.now();
      for (const { target } of changes) {
        for (const [text] of (target.textContent ?? '').matchAll(/Seen \w+-\d+x/g)) {
          seen[text] ??= atMs;
        }
      }
    }).observe(document.body, { childList: true, characterData: true, subtree: true });
  });
}

async function measure(bench: Bench, page: Page, port: number): Promise<Float64Array> {
  await using sender = await openSender(port);
  const name = bench.uniqueName().replaceAll(/\W/g, '');
  const waits: number[] = [];
  for (let number = 0; number < messagesPerRound; number++) {
    const subject = `Seen ${name}-${number}x`;
    const messageId = `${name}-${number}@browser.test`;
    const message = smallMessage({ messageId, subject });
    const acknowledgedAtMs =
      performance.timeOrigin + (await sender.send('browser@load.test', message));
    const shown = await page.waitForFunction(
      (text) => (window as unknown as { benchSeen: Record<string, number> }).benchSeen[text],
      subject,
      { timeout: appearTimeoutMs, polling: 20 },
    );
    waits.push(Math.max(0, Number(await shown.jsonValue()) - acknowledgedAtMs));
  }
  return Float64Array.from(waits).sort();
}
