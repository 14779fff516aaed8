/** Brings a store to a size, as quickly as the server takes it. */
import { planDefaults } from '../load/load-generator.ts';
import { MessageSource } from '../load/message-source.ts';
import type { MessagePlan } from '../load/types.ts';
import type { Prixfixe } from './contenders/prixfixe.ts';
import type { Bench } from './question.ts';

/** So many bodies that rare words are in few of the messages. */
export const storedMessage: MessagePlan = { sizeBytes: 10 * 1024, body: 'prose', bodies: 200 };

export interface Filled {
  readonly name: string;
  readonly source: MessageSource;
}

export async function fill(bench: Bench, server: Prixfixe, count: number): Promise<Filled> {
  const generator = await bench.generator();
  const name = bench.uniqueName();
  const { elapsedMs, failedCount, failureTexts } = await generator.run({
    ...planDefaults,
    name,
    port: server.port,
    shape: { kind: 'closed', connections: 50, messages: count },
    session: 'persistent',
    pipelined: true,
    message: storedMessage,
    runTimeoutMs: 400_000,
  });
  if (failedCount > 0) throw new Error(`The store was not filled: ${failureTexts.join(' · ')}`);
  const stored = await server.storedCount?.();
  bench.say(`  ${stored} stored (${count} more in ${(elapsedMs / 1000).toFixed(0)} s)`);
  return { name, source: new MessageSource(name, storedMessage) };
}
