/**
 * Two ways to run the same tests:
 *
 *     npx playwright test                          each worker has a sink and a shop of its own
 *     npx prixfixe-dev run -- npx playwright test  one server and one shop for all workers
 */
import { defineConfig } from '@playwright/test';

const isShared = process.env.PRIXFIXE_URL !== undefined;
const port = Number(process.env.SHOP_PORT ?? 3000);

export default defineConfig({
  testDir: '.',
  fullyParallel: true,
  workers: 8,
  // Eight browsers on a small machine take their time; nothing here is to prove speed.
  timeout: 180_000,
  expect: { timeout: 60_000 },
  reporter: process.env.CI ? 'list' : 'line',
  ...(isShared
    ? {
        webServer: {
          command: 'node server.mjs',
          url: `http://127.0.0.1:${port}`,
          env: { PORT: String(port) },
        },
      }
    : {}),
  use: {
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
    },
  },
});
