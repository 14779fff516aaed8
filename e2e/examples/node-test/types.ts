/** What the compiler has to know of the adapter; never run. */
import { test } from 'node:test';
import { type Inbox, type Sink, withSink } from 'prixfixe-dev/node-test';

test('a sink has its type', async (t) => {
  const sink: Sink = await withSink(t, { auth: 'required' });
  const inbox: Inbox = sink.inbox();
  const code: string = (await inbox.next()).code({ digits: 6 });
  // @ts-expect-error: no such way
  await withSink(t, { tls: 'sometimes' });
  void code;
});
