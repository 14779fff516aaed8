/** `prixfixe-dev/jest/global-teardown`: stops what the global set-up started. */
import { jestRun } from './jest-run.ts';

export default async function tearDown(): Promise<void> {
  const run = jestRun();
  await run.shared?.stop();
  run.shared = null;
}
