/** `prixfixe-dev/node-test`: a sink that lives as long as the test, for node:test. */
import type { Sink, SinkOptions } from '../sink/types.ts';
import { sinkForTests } from './test-sink.ts';

export type * from '../sink/types.ts';

/** What `node:test` hands to a test, as far as it is needed here. */
export interface TestContextLike {
  after(clean: () => Promise<void>): void;
}

/**
 * Starts a sink and stops it when the test, suite or file is over. With `PRIXFIXE_URL` in the
 * environment, and without options, it attaches to that server instead.
 *
 * @example
 * test('sign-up', async (t) => {
 *   const sink = await withSink(t);
 *   const inbox = sink.inbox('sign-up');
 *   await app.signUp({ email: inbox.address, smtp: sink.url });
 *   const code = (await inbox.next()).code();
 * });
 */
export async function withSink(t: TestContextLike, options?: SinkOptions): Promise<Sink> {
  const sink = await sinkForTests(options);
  t.after(() => sink.stop());
  return sink;
}
