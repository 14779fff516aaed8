/** Inboxes in the sidebar: one of one's own, what comes in live, clearing it, and finding among many. */
import { send } from '../fixtures/mail.ts';
import { expect, test } from '../fixtures/server.ts';

test.use({ viewport: { width: 1440, height: 900 } });

test('a rule is made, mail arrives live and counts, is cleared and brought back', async ({
  page,
  server,
}) => {
  await send(server, { subject: 'Order 1', to: 'ann@shop.test' });
  await send(server, { subject: 'Weather', to: 'bob@other.test' });
  await page.goto(server.url);
  const sidebar = page.getByRole('navigation', { name: 'Main' });
  await expect(sidebar.getByRole('link', { name: /^Address ann@shop\.test/ })).toBeVisible();

  await sidebar.getByRole('button', { name: 'New inbox' }).click();
  const dialog = page.getByRole('dialog', { name: 'New inbox' });
  await expect(dialog.getByLabel('Name')).toBeFocused();
  await page.keyboard.type('Shop orders');
  await dialog.getByLabel('Search').fill('is:unr');
  await expect(dialog.getByText(/does not know "unr"/)).toBeVisible();
  await dialog.getByLabel('Search').fill('to:*@shop.test subject:order*');
  await expect(dialog.getByText(/^1 message matches now/)).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Inbox Shop orders/);
  await expect(page.getByRole('row', { name: /Order 1/ })).toBeVisible();
  const link = sidebar.getByRole('link', { name: /Shop orders/ });
  await expect(link).toHaveAttribute('aria-current', 'page');

  await send(server, { subject: 'Weather again', to: 'ann@shop.test' });
  await send(server, { subject: 'Orders 2 and 3', to: 'carl@shop.test' });
  await expect(page.getByRole('row', { name: /Orders 2 and 3/ })).toBeVisible();
  await expect(page.getByRole('row', { name: /Weather/ })).toHaveCount(0);
  await expect(link).toHaveAccessibleName(/2 messages, 2 unread/);

  // The address is all there is to it: another page shows the same.
  await page.goto(page.url());
  await expect(page.getByRole('row', { name: /Orders 2 and 3/ })).toBeVisible();
  await page.keyboard.press('Shift+I');
  await expect(link).toHaveAccessibleName(/2 messages$/);

  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Clear this inbox' }).click();
  await expect(page.getByText('No mail here')).toBeVisible();
  await expect(link).not.toHaveAccessibleName(/2 messages/);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('row', { name: /Order 1/ })).toBeVisible();
  await expect(link).toHaveAccessibleName(/2 messages$/);

  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Edit this inbox' }).click();
  const editor = page.getByRole('dialog', { name: 'Edit inbox' });
  await editor.getByLabel('messages').fill('1');
  await editor.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('row', { name: /Order 1/ })).toHaveCount(0);
  await expect(link).toHaveAccessibleName(/1 message$/);

  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Edit this inbox' }).click();
  await editor.getByRole('button', { name: 'Delete inbox' }).click();
  await expect(link).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(link).toBeVisible();
});

test('the link of an inbox that is gone says so', async ({ page, server }) => {
  await send(server, { subject: 'Something' });
  await page.goto(`${server.url}/?inbox=0123456789ab`);
  await expect(page.getByRole('heading', { name: 'There is no such inbox' })).toBeVisible();
  await page.getByRole('button', { name: 'Show all mail' }).click();
  await expect(page.getByRole('row', { name: /Something/ })).toBeVisible();
  await page.goto(`${server.url}/?inbox=address:nobody@example.test`);
  await expect(page.getByRole('heading', { name: 'No mail here' })).toBeVisible();
});

test('one of many addresses is found by typing, by keyboard alone', async ({ page, server }) => {
  const many = Array.from({ length: 300 }, (_, n) => ({ to: `test-${n}@run.test` }));
  await send(server, ...many, { subject: 'For the one', to: 'zebra@run.test' });
  await page.goto(server.url);
  const sidebar = page.getByRole('navigation', { name: 'Main' });
  await expect(sidebar.getByRole('button', { name: /^Show \d+ more/ })).toBeVisible();
  const find = sidebar.getByLabel('Find an inbox');
  await sidebar.getByRole('button', { name: /^Inboxes/ }).focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await expect(find).toBeFocused();
  await page.keyboard.type('ZEBRA');
  const link = sidebar.getByRole('link', { name: /zebra@run\.test/ });
  await expect(link).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(link).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('row', { name: /For the one/ })).toBeVisible();
  await expect(page.getByRole('row')).toHaveCount(1);
  await send(server, { subject: 'And one more', to: 'zebra@run.test' });
  await expect(page.getByRole('row', { name: /And one more/ })).toBeVisible();
});
