/** The shop, started once for each worker, with the worker's sink as its mail server. */
import { test as mailTest } from 'prixfixe-dev/vitest';
import { startShop } from '../shop/shop.mjs';

export const test = mailTest.extend<{ readonly shop: { readonly url: string } }>({
  shop: [
    async ({ sink }, use) => {
      const shop = await startShop({ smtp: sink.nodemailer() });
      await use(shop);
      await shop.stop();
    },
    { scope: 'worker' },
  ],
});

/** Fills in a form, and answers with where it leads. */
export async function post(
  url: string,
  fields: Readonly<Record<string, string>>,
  cookie = '',
): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers: { cookie },
    redirect: 'manual',
  });
}
