/** The dashboard: it follows the mail, reads as a table, and says when there is nothing to read. */
import { send } from '../fixtures/mail.ts';
import { expect, test } from '../fixtures/server.ts';

test('tiles follow the mail', async ({ page, server }) => {
  await page.goto(`${server.url}/metrics`);
  await send(server, ...Array.from({ length: 12 }, (_, i) => ({ subject: `Number ${i}` })));
  const tile = (label: string) =>
    page
      .getByRole('list', { name: 'The last minute' })
      .getByRole('listitem')
      .filter({ hasText: label });
  await expect(tile('Throughput')).toContainText('12 since start');
  await expect(tile('Processing p99')).toContainText(/\d ms/);
  await send(server, { subject: 'One more' });
  await expect(tile('Throughput')).toContainText('13 since start');
});

test('values as a table and under the crosshair, by keyboard alone', async ({ page, server }) => {
  await send(server, { subject: 'Measured' });
  await page.goto(`${server.url}/metrics`);
  const chart = page.getByRole('application', { name: 'Throughput, chart' });
  await expect(chart).toBeVisible();
  // The chart is there before its first values are.
  await expect(async () => {
    await chart.focus();
    await page.keyboard.press('End');
    await expect(page.getByRole('status').filter({ hasText: /messages .* a second/ })).toHaveCount(
      1,
      { timeout: 500 },
    );
  }).toPass();

  await page.getByRole('switch', { name: 'Show as table' }).focus();
  await page.keyboard.press('Space');
  await expect(page).toHaveURL(/view=table/);
  const table = page.getByRole('table', { name: /^Throughput/ });
  await expect(table.getByRole('columnheader', { name: 'Time' })).toBeVisible();
  await expect(table.getByRole('rowheader').first()).toHaveText(/\d{1,2}:\d{2}/);
  await expect(chart).toHaveCount(0);
});

test.describe('without metrics', () => {
  test.use({ flags: ['--no-metrics'] });

  test('the dashboard says why it is empty, and mail is caught all the same', async ({
    page,
    server,
  }) => {
    await page.goto(`${server.url}/metrics`);
    await expect(page.getByRole('heading', { name: 'Metrics are switched off' })).toBeVisible();
    await expect(page.getByText('--no-metrics')).toBeVisible();
    await send(server, { subject: 'Caught unmeasured' });
    await page.keyboard.press('g');
    await page.keyboard.press('a');
    await expect(page.getByRole('row', { name: /Caught unmeasured/ })).toBeVisible();
  });
});
