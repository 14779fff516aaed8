/**
 * Sends a load to a contender with one of two drivers. `smtp-source` is the leaner, so it drives
 * where throughput is compared; our generator does what that cannot (pipelining, TLS, times).
 */
import { planDefaults } from '../../load/load-generator.ts';
import type { LoadResult, MessagePlan, TlsPlan } from '../../load/types.ts';
import type { Bench } from '../question.ts';

export interface Load {
  readonly driver: 'smtp-source' | 'generator';
  readonly connections: number;
  readonly messages: number;
  readonly session: 'per-message' | 'persistent';
  readonly pipelined?: boolean;
  readonly tls?: TlsPlan | null;
  readonly message: MessagePlan;
  readonly recipients?: number;
}

export interface Driven {
  readonly elapsedMs: number;
  readonly acknowledged: number;
  readonly failedCount: number;
  readonly failureTexts: readonly string[];
  readonly generatorCpuMs: number | null;
  /** Of our generator only. */
  readonly result: LoadResult | null;
}

export async function drive(bench: Bench, port: number, load: Load): Promise<Driven> {
  return load.driver === 'smtp-source'
    ? driveSource(bench, port, load)
    : driveGenerator(bench, port, load);
}

async function driveSource(bench: Bench, port: number, load: Load): Promise<Driven> {
  const source = await bench.source();
  const { elapsedMs, generatorCpuMs } = await source.run(port, load);
  // It would have ended badly, had one been missing.
  const acknowledged = load.messages;
  return {
    elapsedMs,
    acknowledged,
    failedCount: 0,
    failureTexts: [],
    generatorCpuMs,
    result: null,
  };
}

async function driveGenerator(bench: Bench, port: number, load: Load): Promise<Driven> {
  const generator = await bench.generator();
  const result = await generator.run({
    ...planDefaults,
    name: bench.uniqueName(),
    port,
    shape: { kind: 'closed', connections: load.connections, messages: load.messages },
    session: load.session,
    pipelined: load.pipelined ?? false,
    tls: load.tls ?? null,
    message: load.message,
  });
  return {
    elapsedMs: result.elapsedMs,
    acknowledged: result.counters.acknowledged,
    failedCount: result.failedCount,
    failureTexts: result.failureTexts,
    generatorCpuMs: result.generator.processes.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    result,
  };
}
