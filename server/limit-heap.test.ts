import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runProgram } from './testing/run-program.ts';

const program = fileURLToPath(
  new URL('./churn-objects.ts', new URL('./testing/', import.meta.url)),
);

async function mostYoungMib(how: 'limited' | 'free'): Promise<number> {
  const ran = await runProgram(process.execPath, ['--import', 'tsx', program, how]);
  expect(ran.stderr).toBe('');
  return Number(ran.stdout);
}

test('the space of new objects stays smaller than V8 would let it grow', async () => {
  const [limited, free] = await Promise.all([mostYoungMib('limited'), mostYoungMib('free')]);
  // V8 counts in pages.
  expect(limited).toBeLessThanOrEqual(20);
  expect(free).toBeGreaterThan(limited);
});
