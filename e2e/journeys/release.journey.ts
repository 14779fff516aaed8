/** A caught message is passed on: from the dialog, through another server, to whom was chosen. */
import { send } from '../fixtures/mail.ts';
import { expect, startServer, test } from '../fixtures/server.ts';

test('without a relay nobody is offered to release', async ({ page, server }) => {
  await send(server, { subject: 'Your order', text: 'Thanks' });
  await page.goto(server.url);
  await page
    .getByRole('row', { name: /Your order/ })
    .getByRole('link')
    .click();
  await expect(page.getByRole('button', { name: 'Delete', exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Release…' })).toHaveCount(0);
});

test('a message is released to one of its recipients, by keyboard', async ({ page }) => {
  const second = await startServer();
  const first = await startServer([
    '--relay-host=127.0.0.1',
    `--relay-port=${second.server.smtpPort}`,
    '--relay-any-certificate',
  ]);
  try {
    await send(first.server, {
      subject: 'Your order',
      to: ['ann@example.test', 'bob@example.test'],
      bcc: 'audit@example.test',
      text: 'Thanks',
    });
    await page.goto(first.server.url);
    await page
      .getByRole('row', { name: /Your order/ })
      .getByRole('link')
      .click();
    await page.getByRole('button', { name: 'Release…' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Release this message' });
    await expect(dialog.getByLabel('Recipients')).toHaveValue('');
    await dialog.getByRole('button', { name: 'bob@example.test' }).focus();
    await page.keyboard.press('Enter');
    await expect(dialog.getByLabel('Recipients')).toHaveValue('bob@example.test');
    await dialog.getByLabel('Recipients').focus();
    await page.keyboard.press('Control+Enter');
    await expect(page.getByText('Released to bob@example.test')).toBeVisible();
    await expect(dialog).toBeHidden();

    const answer = await fetch(`${second.server.url}/api/messages/latest`);
    expect(await answer.json()).toMatchObject({
      subject: 'Your order',
      envelope: { forwardPaths: [{ address: 'bob@example.test' }] },
      bcc: [],
      tls: true,
    });
  } finally {
    await first.stop();
    await second.stop();
  }
});
