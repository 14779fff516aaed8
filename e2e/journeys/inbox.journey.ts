/** The inbox by keyboard, by search, and with many messages. */
import { send } from '../fixtures/mail.ts';
import { expect, test } from '../fixtures/server.ts';

test('by keyboard alone: open, move, delete, undo, search', async ({ page, server }) => {
  await send(server, { subject: 'First' });
  await send(server, { subject: 'Second', to: 'bob@example.test' });
  await send(server, { subject: 'Third' });
  await page.goto(server.url);
  await expect(page.getByRole('row', { name: /Third/ })).toBeVisible();

  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Third', level: 2 })).toBeVisible();
  await page.keyboard.press('j');
  await expect(page.getByRole('heading', { name: 'Second', level: 2 })).toBeVisible();
  await expect(page.getByRole('row', { name: /^Unread.*Second/ })).toHaveCount(0);

  await page.keyboard.press('#');
  await expect(page.getByRole('row', { name: /Second/ })).toHaveCount(0);
  await page.keyboard.press('z');
  await expect(page.getByRole('row', { name: /Second/ })).toBeVisible();

  await page.keyboard.press('Escape');
  await page.keyboard.press('/');
  await page.keyboard.type('to:bob@example.test');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('row', { name: /First/ })).toHaveCount(0);
  await expect(page.getByRole('row', { name: /Second/ })).toBeVisible();

  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Second', level: 2 })).toBeVisible();
});

test('what the first picture shows is asked for once, and ahead of the code', async ({
  page,
  server,
}) => {
  await send(server, { subject: 'Early' });
  for (const search of ['', '?unread=true']) {
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url().slice(server.url.length)));
    const list = `/api/messages${search === '' ? '?' : `${search}&`}limit=50`;
    const listAsked = page.waitForRequest(server.url + list);
    await page.route('**/assets/page-*.js', async (route) => {
      await listAsked;
      await route.continue();
    });
    await page.goto(`${server.url}/${search}`);
    await expect(page.getByRole('row', { name: /Early/ })).toBeVisible();
    // With the stream of events it is read again, by another limit.
    await expect.poll(() => asked.filter((url) => url.endsWith('limit=51')).length).toBe(1);
    expect(asked.filter((url) => url === list)).toHaveLength(1);
    page.removeAllListeners('request');
    await page.unrouteAll();
  }
});

test('a search that cannot be understood says why', async ({ page, server }) => {
  await page.goto(`${server.url}/?query=${encodeURIComponent('before:yesterdayish')}`);
  await expect(page.getByText(/before/).first()).toBeVisible();
  await expect(page.getByText(/needs a time/).first()).toBeVisible();
});

test('two thousand messages: any place in the list, and new mail that moves nothing', async ({
  page,
  server,
}) => {
  await send(server, ...Array.from({ length: 2_000 }, (_, i) => ({ subject: `Number ${i}` })));
  await page.goto(server.url);
  const grid = page.getByRole('grid', { name: 'Messages' });
  await expect(grid.getByRole('row').first()).toBeVisible();
  expect(await grid.getByRole('row').count()).toBeLessThan(200);

  // By pages the active row goes along, and stays in sight.
  const active = async () => {
    const id = await grid.getAttribute('aria-activedescendant', { timeout: 1_000 });
    return page.locator(`[id="${id}"]`).getAttribute('aria-rowindex', { timeout: 1_000 });
  };
  for (const [key, place] of [
    ['j', /^1$/],
    ['PageDown', /^1\d$/],
    ['PageDown', /^2\d$/],
    ['PageUp', /^1\d$/],
  ] as const) {
    await page.keyboard.press(key);
    await expect.poll(active).toMatch(place);
  }
  await page.keyboard.press('Home');

  await grid.evaluate((element) => {
    let scroller: Element | null = element;
    while (scroller !== null && scroller.scrollHeight <= scroller.clientHeight) {
      scroller = scroller.parentElement;
    }
    if (scroller !== null) scroller.scrollTop = scroller.scrollHeight / 2;
  });
  // Rows of the top leave before those of the middle come.
  await expect(grid.getByRole('row', { name: /Number 19\d\d/ })).toHaveCount(0);
  const row = grid.getByRole('row', { name: /Number/ }).nth(4);
  await expect(row).toBeVisible();
  const name = await row.getAttribute('aria-label');
  const before = await row.boundingBox();
  await send(server, { subject: 'Newest of all' });
  await expect(page.getByRole('button', { name: /1 new/ })).toBeVisible();
  const after = await grid
    .getByRole('row', { name: name ?? '' })
    .first()
    .boundingBox();
  expect(after?.y).toBe(before?.y);
  await page.getByRole('button', { name: /1 new/ }).click();
  await expect(page.getByRole('row', { name: /Newest of all/ })).toBeInViewport();
});

test('on a telephone: list, message, back', async ({ page, server }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await send(server, { subject: 'Pocket' });
  await page.goto(server.url);
  await page
    .getByRole('row', { name: /Pocket/ })
    .getByRole('link')
    .click();
  await expect(page.getByRole('heading', { name: 'Pocket' })).toBeVisible();
  await expect(page.getByRole('grid', { name: 'Messages' })).toBeHidden();
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
  );
  expect(overflow).toBe(false);
  await page
    .getByRole('button', { name: /back|close/i })
    .first()
    .click();
  await expect(page.getByRole('row', { name: /Pocket/ })).toBeVisible();
});

test('an open menu or popover hides nothing that can have the focus, and passes it on', async ({
  page,
  server,
}) => {
  await send(server, { subject: 'First' });
  await page.goto(server.url);
  await expect(page.getByRole('row', { name: /First/ })).toBeVisible();
  const contradictions = page.locator('[aria-hidden="true"][tabindex="0"]');
  const guards = page.locator('[data-base-ui-focus-guard]');

  await page.getByRole('button', { name: 'More', exact: true }).click();
  await expect(page.getByRole('menu')).toBeVisible();
  await expect(guards).not.toHaveCount(0);
  await expect(contradictions).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu')).toBeHidden();
  await expect(page.getByRole('button', { name: 'More', exact: true })).toBeFocused();

  await page.getByRole('button', { name: 'How to search' }).click();
  const help = page.getByRole('dialog', { name: 'How to search' });
  await expect(help).toBeVisible();
  await expect(guards).not.toHaveCount(0);
  await expect(contradictions).toHaveCount(0);
  // Backwards out of it: a guard takes the focus and gives it to what comes before.
  await page.keyboard.press('Shift+Tab');
  await expect(page.locator('[data-base-ui-focus-guard]:focus')).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(help).toBeHidden();
});
