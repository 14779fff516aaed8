/** What a mail may not do to its reader (DESIGN: active content, fetching what a mail names). */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { send } from '../fixtures/mail.ts';
import { expect, test } from '../fixtures/server.ts';

test('scripts do not run, nothing remote loads until allowed, links open in a new tab', async ({
  page,
  server,
  context,
}) => {
  const requested: string[] = [];
  const elsewhere = createServer((request, response) => {
    requested.push(request.url ?? '');
    response.setHeader('content-type', 'image/svg+xml');
    response.end('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>');
  });
  await new Promise<void>((listening) => elsewhere.listen(0, '127.0.0.1', listening));
  const origin = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;

  await page.goto(server.url);
  await send(server, {
    subject: 'Hostile',
    html: `<script>top.document.title = 'owned'</script>
      <img src="x" onerror="top.document.title = 'owned'">
      <meta http-equiv="refresh" content="0;url=${origin}/refresh">
      <img id="tracker" src="${origin}/pixel">
      <form action="${origin}/form"><button>Send</button></form>
      <a href="${origin}/linked">A link</a>
      <p id="text">Dear reader</p>`,
  });
  await page
    .getByRole('row', { name: /Hostile/ })
    .getByRole('link')
    .click();
  const body = page.frameLocator('iframe');
  await expect(body.locator('#text')).toHaveText('Dear reader');
  await expect(page.getByText(/remote/i).first()).toBeVisible();
  await body.getByRole('button', { name: 'Send' }).click();
  expect(requested).toEqual([]);
  expect(await page.title()).not.toContain('owned');

  const opened = context.waitForEvent('page');
  await body.getByRole('link', { name: 'A link' }).click();
  await expect.poll(async () => (await opened).url()).toBe(`${origin}/linked`);
  expect(requested).toContain('/linked');
  expect(requested).not.toContain('/pixel');

  await page.bringToFront();
  await page
    .getByRole('button', { name: /(load|allow|show).*/i })
    .first()
    .click();
  await expect.poll(() => requested).toContain('/pixel');
  expect(await page.title()).not.toContain('owned');
  expect(requested).not.toContain('/refresh');
  expect(requested).not.toContain('/form');
  elsewhere.close();
});

test('a foreign page can read neither the list nor the events', async ({ page, server }) => {
  await send(server, { subject: 'Secret' });
  const elsewhere = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<title>elsewhere</title>');
  });
  await new Promise<void>((listening) => elsewhere.listen(0, '127.0.0.1', listening));
  await page.goto(`http://localhost:${(elsewhere.address() as AddressInfo).port}/`);
  const outcomes = await page.evaluate(async (url) => {
    const list = await fetch(`${url}/api/messages`).then(
      () => 'answered',
      () => 'refused',
    );
    const deletion = await fetch(`${url}/api/messages`, {
      method: 'DELETE',
      mode: 'no-cors',
      body: '{"all":true}',
    }).then(
      (answer) => answer.type,
      () => 'refused',
    );
    const events = await new Promise<string>((done) => {
      const source = new EventSource(`${url}/api/events`);
      source.onopen = () => done('answered');
      source.onerror = () => done('refused');
    });
    return { list, deletion, events };
  }, server.url);
  expect(outcomes.list).toBe('refused');
  expect(outcomes.events).toBe('refused');
  const list = await fetch(`${server.url}/api/messages`);
  const kept = (await list.json()) as { total: number };
  expect(kept.total).toBe(1);
  elsewhere.close();
});
