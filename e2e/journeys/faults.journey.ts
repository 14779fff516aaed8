/** Faults: armed by the form, counted live, marked on the session, switched off and removed. */
import { createTransport } from 'nodemailer';
import { expect, type RunningServer, test } from '../fixtures/server.ts';

/** The code of the refusal, or `null` when it was accepted. */
async function sendTo(server: RunningServer, to: string): Promise<number | null> {
  const transport = createTransport({ host: '127.0.0.1', port: server.smtpPort, ignoreTLS: true });
  return transport
    .sendMail({ from: 'shop@example.test', to, subject: 'x', text: 'y' })
    .then(
      () => null,
      ({ responseCode }: { readonly responseCode: number }) => responseCode,
    )
    .finally(() => transport.close());
}

test('a rule is added by keyboard, counts live, is switched off, and all are removed', async ({
  page,
  server,
}) => {
  await page.goto(server.url);
  await page.keyboard.press('g');
  await page.keyboard.press('f');
  await expect(page.getByRole('heading', { name: 'Faults on purpose' })).toBeVisible();

  await page.getByLabel('Where').selectOption('rcpt');
  await page.getByLabel('Only to').fill('*@full.test');
  await expect(
    page.getByText(/names a recipient \(of mail to \*@full\.test\): answer 452/),
  ).toBeVisible();
  await page.keyboard.press('Enter');
  const rule = page.getByRole('listitem').filter({ hasText: 'recipient *@full.test' });
  await expect(rule).toContainText('0 hits');
  await expect(page.getByText('1 fault armed.')).toBeVisible();

  expect(await sendTo(server, 'ann@full.test')).toBe(452);
  await expect(rule).toContainText('1 hit');
  expect(await sendTo(server, 'ann@empty.test')).toBe(null);

  const toggle = page.getByRole('switch', { name: /^Fault: rcpt: 452/ });
  await toggle.focus();
  await page.keyboard.press('Space');
  await expect(toggle).not.toBeChecked();
  await expect(page.getByText('1 fault armed.')).toBeHidden();
  expect(await sendTo(server, 'ann@full.test')).toBe(null);

  await rule.getByRole('link', { name: /^last at/ }).click();
  const session = page.getByRole('region', { name: 'Session', exact: true });
  await expect(session).toContainText('A fault was injected');
  await expect(session.getByRole('listitem').filter({ hasText: 'injected' })).toContainText(
    'f1 at rcpt: 452',
  );
});

test('what the server refuses is said in the form; a scenario is armed and removed everywhere', async ({
  page,
  server,
}) => {
  await page.goto(`${server.url}/faults`);
  await page.getByLabel('Where').selectOption('idle');
  await page.getByLabel('Code').fill('450');
  await page.getByRole('button', { name: 'Add this fault' }).click();
  await expect(page.getByText(/the only reply that may come is 421/)).toBeVisible();

  await page.getByRole('button', { name: 'Start: Mailbox full' }).click();
  await page.getByRole('link', { name: 'All mail' }).click();
  await expect(page.getByText('1 fault armed.')).toBeVisible();
  expect(await sendTo(server, 'ann@example.test')).toBe(452);
  await page.getByRole('button', { name: 'Remove all' }).click();
  await expect(page.getByText('1 fault armed.')).toBeHidden();
  expect(await sendTo(server, 'ann@example.test')).toBe(null);

  // By mistake: it is back, does the same, and can be removed by itself.
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('1 fault armed.')).toBeVisible();
  expect(await sendTo(server, 'ann@example.test')).toBe(452);
  await page.goto(`${server.url}/faults`);
  await page.getByRole('button', { name: /^Remove: / }).click();
  await expect(page.getByText('No rules yet.')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('button', { name: /^Remove: / })).toBeVisible();
});
