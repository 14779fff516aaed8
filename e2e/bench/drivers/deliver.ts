import { planDefaults } from '../../load/load-generator.ts';
import type { LoadPlan, LoadResult } from '../../load/types.ts';
import type { Contender } from '../contenders/contender.ts';
import type { Bench } from '../question.ts';

/** Messages of 10 KB of prose, a connection each. Waits until all are read, where that can be told. */
export async function deliver(
  bench: Bench,
  contender: Contender,
  shape: LoadPlan['shape'],
): Promise<LoadResult> {
  const generator = await bench.generator();
  const result = await generator.run({
    ...planDefaults,
    name: bench.uniqueName(),
    port: contender.port,
    shape,
    message: { sizeBytes: 10 * 1024, body: 'prose' },
  });
  await contender.storedCount?.();
  return result;
}
