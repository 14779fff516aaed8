/** Sessions: live in the list, narrowed, opened, and joined to their messages. */
import { createTransport } from 'nodemailer';
import { send } from '../fixtures/mail.ts';
import { expect, type RunningServer, test } from '../fixtures/server.ts';

/** Says who it is, logs in with a password to look for, and leaves. */
async function logInAndLeave(server: RunningServer): Promise<void> {
  const transport = createTransport({
    host: '127.0.0.1',
    port: server.smtpPort,
    name: 'monitor.test',
    ignoreTLS: true,
    auth: { user: 'probe', pass: 'open-sesame' },
  });
  await transport.verify();
  transport.close();
}

/** As it goes over the wire, and in clear. */
const secrets = ['open-sesame', Buffer.from('\0probe\0open-sesame').toString('base64')];

test('a delivery and a mere login appear live, are told apart, and show their dialogue', async ({
  page,
  server,
}) => {
  await page.goto(`${server.url}/sessions`);
  await expect(page.getByRole('heading', { name: 'No sessions yet' })).toBeVisible();
  await send(server, { subject: 'Delivered by a session' });
  await logInAndLeave(server);

  const grid = page.getByRole('grid', { name: 'Sessions' });
  const delivered = grid.getByRole('row', { name: /^Delivered.*1 message/ });
  const login = grid.getByRole('row', { name: /^No mail.*EHLO monitor\.test, user probe/ });
  await expect(delivered).toBeVisible();
  await expect(login).toBeVisible();

  await page.getByRole('link', { name: /^No mail 1 session/ }).click();
  await expect(login).toBeVisible();
  await expect(delivered).toHaveCount(0);

  await grid.focus();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  const session = page.getByRole('region', { name: 'Session', exact: true });
  await expect(session.getByRole('heading', { name: 'monitor.test' })).toBeVisible();
  const auth = session.getByRole('listitem').filter({ hasText: 'AUTH PLAIN' });
  await expect(auth.filter({ hasText: 'masked' })).toBeVisible();
  await expect(session).toContainText('235');
  for (const secret of secrets) await expect(session).not.toContainText(secret);

  await page.keyboard.press('Escape');
  await expect(session).toHaveCount(0);
  await expect(grid).toBeFocused();
});

test('from the session to its message and back', async ({ page, server }) => {
  await send(server, { subject: 'There and back' });
  await page.goto(`${server.url}/sessions?outcome=delivered`);
  await page
    .getByRole('row', { name: /^Delivered/ })
    .getByRole('link')
    .click();
  await page.getByRole('link', { name: /There and back/ }).click();
  await expect(page.getByRole('heading', { name: 'There and back', level: 2 })).toBeVisible();
  await page
    .getByRole('region', { name: 'Message', exact: true })
    .getByRole('link', { name: 'session' })
    .click();
  const timeline = page.getByRole('region', { name: /Timeline/ });
  await expect(timeline.getByRole('row', { name: /RCPT/ })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('heading', { name: 'There and back', level: 2 })).toBeVisible();
});
