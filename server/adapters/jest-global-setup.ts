/**
 * `prixfixe-dev/jest/global-setup`: one sink for the whole run, which `prixfixe-dev/jest/global-teardown`
 * stops. For options, call `startForRun` from a file of your own.
 */
import type { SinkOptions } from '../sink/types.ts';
import { jestRun } from './jest-run.ts';
import { startSharedSink } from './shared-sink.ts';

export async function startForRun(options?: SinkOptions): Promise<void> {
  jestRun().shared = await startSharedSink(options);
}

/** Jest calls it with its configuration, which says nothing about mail. */
export default function setUp(): Promise<void> {
  return startForRun();
}
