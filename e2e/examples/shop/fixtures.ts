/** The shop that a test visits: the shared one, or one of the worker's own. */
import { expect, test as mailTest } from 'prixfixe-dev/playwright';
import { startShop } from './shop.mjs';

export { expect };

export const test = mailTest.extend<{ baseURL: string }, { shopUrl: string }>({
  shopUrl: [
    async ({ sink }, use) => {
      if (sink.isShared) return use(`http://127.0.0.1:${process.env.SHOP_PORT ?? 3000}`);
      const shop = await startShop({ smtp: sink.nodemailer() });
      await use(shop.url);
      await shop.stop();
    },
    { scope: 'worker' },
  ],
  baseURL: ({ shopUrl }, use) => use(shopUrl),
});
