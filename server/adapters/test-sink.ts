import { sinkFromEnv } from '../sink/attach-sink.ts';
import type { Sink, SinkOptions } from '../sink/types.ts';

/**
 * The sink of an adapter: with options one of its own; without, the server that `PRIXFIXE_URL` names,
 * or one of its own where it names none. The engine is loaded when it is asked for, not with the
 * adapter.
 */
export async function sinkForTests(options?: SinkOptions): Promise<Sink> {
  if (options === undefined) return sinkFromEnv();
  const { startSink } = await import('../sink/start-sink.ts');
  return startSink(options);
}
