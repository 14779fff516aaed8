import type { Sink, SinkOptions } from '../sink/types.ts';

/** The sink of an adapter. The engine is loaded when it is started, not with the adapter. */
export async function sinkForTests(options?: SinkOptions): Promise<Sink> {
  const { startSink } = await import('../sink/start-sink.ts');
  return startSink(options);
}
