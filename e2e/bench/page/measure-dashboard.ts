/** What the open dashboard costs a browser: at rest, and while mail comes in. */
import type { Page } from '@playwright/test';
import { type LoadGenerator, planDefaults } from '../../load/load-generator.ts';
import { startServerProcess } from '../../load/server-process.ts';
import { openWatchedPage, type PageUse } from './watched-page.ts';

export interface DashboardMeasured {
  readonly messagesPerSecond: number;
  /** What the server acknowledged of them; less on a machine that cannot do both. */
  readonly acknowledgedPerSecond: number;
  readonly use: PageUse;
  /** Cumulative layout shift (web.dev/cls) since the page was opened. */
  readonly layoutShift: number;
}

export async function measureDashboard(asked: {
  readonly program: string;
  readonly generator: LoadGenerator;
  readonly seconds: number;
  readonly rates: readonly number[];
  readonly say: (text: string) => void;
}): Promise<readonly DashboardMeasured[]> {
  const { program, generator, seconds, rates, say } = asked;
  await using server = await startServerProcess(['--max-connections=500'], program);
  await using watched = await openWatchedPage();
  const { page } = watched;
  // Without any mail there are no charts.
  await generator.run({
    ...planDefaults,
    name: 'dashboard-first',
    port: server.smtpPort,
    shape: { kind: 'closed', connections: 1, messages: 1 },
  });
  await page.goto(`${server.url}/metrics`);
  await page.getByRole('list', { name: 'The last minute' }).waitFor();
  const measured: DashboardMeasured[] = [];
  for (const messagesPerSecond of rates) {
    say(`Dashboard at ${messagesPerSecond} messages a second for ${seconds} s …`);
    let acknowledgedPerSecond = 0;
    const load = async () => {
      const result = await generator.run({
        ...planDefaults,
        name: `dashboard-${messagesPerSecond}`,
        port: server.smtpPort,
        shape: { kind: 'rate', messagesPerSecond, seconds, connections: 80 },
        runTimeoutMs: seconds * 4_000 + 30_000,
      });
      acknowledgedPerSecond = result.messagesPerSecond;
    };
    const rest = () => new Promise((done) => setTimeout(done, seconds * 1_000));
    // Charts, once they have something to draw, are there to stay: that is start, not running.
    if (measured.length === 0) await settle(page);
    const use = await watched.during(messagesPerSecond === 0 ? rest : load);
    const layoutShift = await page.evaluate(() => window.benchShift);
    measured.push({ messagesPerSecond, acknowledgedPerSecond, use, layoutShift });
  }
  return measured;
}

async function settle(page: Page): Promise<void> {
  await page.locator('.u-over').first().waitFor();
  await page.evaluate(() => new Promise((done) => requestIdleCallback(done, { timeout: 5_000 })));
}
