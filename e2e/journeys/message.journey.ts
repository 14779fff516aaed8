/** One message from every side: tabs, tags, dialogue, problems, connection help. */
import { send } from '../fixtures/mail.ts';
import { expect, test } from '../fixtures/server.ts';

test('every view of a message says what was sent', async ({ page, server }) => {
  await send(server, {
    subject: 'Your code',
    to: 'ann@example.test',
    text: 'Your verification code is 482913.',
    html: '<p>Your verification code is <b>482913</b>.</p><a href="https://app.test/confirm?t=1">Confirm</a>',
    attachments: [{ filename: 'notes.txt', content: 'Some notes' }],
  });
  await page.goto(server.url);
  await page
    .getByRole('row', { name: /Your code/ })
    .getByRole('link')
    .click();
  const found = page.getByRole('region', { name: /Codes and links/ });
  await expect(found).toContainText('482913');
  await expect(found.getByRole('link', { name: /Confirm/ })).toHaveAttribute(
    'href',
    'https://app.test/confirm?t=1',
  );

  const panel = page.getByRole('tabpanel');
  const open = (name: string) => page.getByRole('tab', { name: new RegExp(`^${name}`) }).click();
  await open('Text');
  await expect(panel).toContainText('Your verification code is 482913.');
  await open('Source');
  await expect(panel).toContainText('<b>482913</b>');
  await open('Headers');
  await expect(panel).toContainText('Message-ID');
  await open('Raw');
  await expect(panel).toContainText('multipart/mixed');
  await open('Parts');
  await expect(panel).toContainText('notes.txt');
  const download = page.waitForEvent('download');
  await panel.getByRole('link', { name: /notes\.txt/ }).click();
  expect((await download).suggestedFilename()).toBe('notes.txt');
  await open('SMTP');
  await expect(panel).toContainText('RCPT TO:<ann@example.test>');
  await expect(panel).toContainText(/250 2\.0\.0|354/);
  await open('Problems');
  await expect(panel).toBeVisible();

  await page.getByRole('combobox', { name: /tag/i }).fill('checked');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('row', { name: /tagged.*checked/ })).toBeVisible();
});

test('the connection help sends a test message that arrives', async ({ page, server }) => {
  await page.goto(server.url);
  await page.getByRole('link', { name: 'Connect' }).click();
  await expect(page.getByText(String(server.smtpPort)).first()).toBeVisible();
  await page.getByRole('button', { name: /test message/i }).click();
  await page
    .getByRole('link', { name: /open|show|view/i })
    .first()
    .click();
  await expect(page.getByRole('heading', { name: /Your mail is being caught/ })).toBeVisible();
});
