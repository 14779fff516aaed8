/** The dashboard: it follows the mail, reads as a table, and says when there is nothing to read. */
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { send } from '../fixtures/mail.ts';
import { expect, type RunningServer, test } from '../fixtures/server.ts';

/** Says all of it at once and listens to the end. */
function say(server: RunningServer, ...lines: readonly string[]): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port: server.smtpPort });
  socket.write([...lines, 'QUIT', ''].join('\r\n'));
  return text(socket);
}

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

  // Here messages are not listened to one by one; the list has them all, and goes on by itself.
  await expect(page.getByRole('link', { name: /^All mail/ })).toContainText('13');
  await page.getByRole('link', { name: /^All mail/ }).click();
  await expect(page.getByRole('row', { name: /One more/ })).toBeVisible();
  await send(server, { subject: 'Seen to arrive' });
  await expect(page.getByRole('row', { name: /Seen to arrive/ })).toBeVisible();
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

test('an error and a reply lead to the sessions that caused them, and to no other', async ({
  page,
  server,
}) => {
  expect(await say(server, 'EHLO cause.test', 'GARBAGE')).toContain('\r\n500 ');
  await say(server, 'EHLO mention.test', 'NOOP 500 parse_error');
  await send(server, { subject: 'HTTP 500' });
  const rows = page.getByRole('grid', { name: 'Sessions' }).getByRole('row');
  // What happened a moment before the page opens is there from the start.
  await page.goto(`${server.url}/metrics`);
  // A chart is drawn, and its legend made, when it comes into sight.
  const follow = async (chart: string, name: string) => {
    const panel = page.getByRole('region', { name: chart });
    await panel.scrollIntoViewIfNeeded();
    await panel.getByRole('link', { name, exact: true }).click();
  };
  await follow('Errors by type', 'parse error');
  await expect(rows).toHaveText([/cause\.test/]);
  await page.goBack();
  await follow('Replies by code', '500');
  await expect(page).toHaveURL(/reply=500$/);
  await expect(rows).toHaveText([/cause\.test/]);

  // One that earns it while somebody looks comes by itself; one that only mentions it does not.
  await say(server, 'EHLO later-mention.test', 'NOOP 500');
  await say(server, 'EHLO later-cause.test', 'GARBAGE');
  await expect(rows).toHaveText([/later-cause\.test/, /cause\.test/]);
});

test('faults on purpose are drawn and counted apart from errors', async ({ page, server }) => {
  await page.goto(`${server.url}/metrics`);
  const panel = page.getByRole('region', { name: 'Faults on purpose' });
  const tile = (label: string) =>
    page
      .getByRole('list', { name: 'The last minute' })
      .getByRole('listitem')
      .filter({ has: page.getByText(label, { exact: true }) });
  await send(server, { subject: 'Untouched' });
  await expect(tile('Errors')).toContainText('0 in 1 min');
  await expect(tile('Faults on purpose')).toHaveCount(0);
  await expect(panel).toHaveCount(0);

  await say(
    server,
    'EHLO struck.test',
    'MAIL FROM:<a@example.test>',
    'RCPT TO:<452@rcpt.fault.test>',
    'RCPT TO:<any+delay-5@x.fault.test>',
  );
  await expect(tile('Faults on purpose')).toContainText('2 in 1 min');
  await expect(tile('Errors')).toContainText('0 in 1 min');
  await panel.scrollIntoViewIfNeeded();
  await expect(panel.getByRole('link')).toHaveText(['delay', 'reply']);
  // The history has it too: it is there for who looks later.
  await page.reload();
  await panel.scrollIntoViewIfNeeded();
  await panel.getByRole('link', { name: 'reply' }).click();
  await expect(page).toHaveURL(/outcome=fault/);
  await expect(page.getByRole('grid', { name: 'Sessions' }).getByRole('row')).toHaveText([
    /struck\.test/,
  ]);
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
