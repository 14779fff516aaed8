/**
 * `prixfixe-dev/vitest/global-setup`: one sink for the whole run. In the configuration of vitest:
 * `globalSetup: 'prixfixe-dev/vitest/global-setup'`. For options, make a file of your own that has
 * `export default sharedSink({ tls: 'required' })`.
 */
import type { SinkOptions } from '../sink/types.ts';
import { startSharedSink } from './shared-sink.ts';

export type { SinkOptions };

/** A global set-up; what it resolves with is the tear-down. */
export function sharedSink(options?: SinkOptions): () => Promise<() => Promise<void>> {
  return async () => {
    const shared = await startSharedSink(options);
    return () => shared.stop();
  };
}

export default sharedSink();
