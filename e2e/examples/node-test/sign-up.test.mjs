import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { withSink } from 'prixfixe-dev/node-test';
import { startShop } from '../shop/shop.mjs';

const post = (url, fields) =>
  fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });

async function open(t) {
  const sink = await withSink(t);
  const shop = await startShop({ smtp: sink.nodemailer() });
  t.after(() => shop.stop());
  return { sink, shop };
}

test('the code that was mailed opens the account', async (t) => {
  const { sink, shop } = await open(t);
  const inbox = sink.inbox('sign-up');
  await post(`${shop.url}/sign-up`, { email: inbox.address });
  const code = (await inbox.next({ subject: 'code' })).code();
  const answer = await post(`${shop.url}/verify`, { email: inbox.address, code });
  assert.equal(answer.status, 303);
  await inbox.none();
});

describe('several at once', { concurrency: true }, () => {
  for (const number of [1, 2, 3, 4]) {
    test(`sink ${number} knows nothing of the others`, async (t) => {
      const { sink, shop } = await open(t);
      await post(`${shop.url}/sign-up`, { email: `customer-${number}@example.test` });
      const mail = await sink.next({ to: `customer-${number}@example.test` });
      assert.match(mail.code(), /^\d{6}$/);
      if (!sink.isShared) assert.equal((await sink.all()).length, 1);
    });
  }
});

test('a sink with options is started, whatever the environment says', async (t) => {
  const sink = await withSink(t, { tls: 'off' });
  assert.equal(sink.ca, null);
  assert.equal(sink.isShared, false);
});

test('it is stopped with the test', async (t) => {
  let sink;
  await t.test('inner', async (inner) => {
    sink = await withSink(inner, { tls: 'off' });
  });
  await assert.rejects(sink.next({}, 0), { code: 'SINK_STOPPED' });
});
