/**
 * Starts and ends the thread that looks at the accept queues. Where it cannot run, `unavailable`
 * says why, and everything else goes on without it.
 */
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { AcceptQueueReader, type SocketAddress } from './accept-queue.ts';
import { AcceptSamples } from './accept-samples.ts';
import type { SamplerThreadOptions } from './sampler-thread.ts';

export interface AcceptSampler {
  readonly samples: AcceptSamples;
  /** Resolves when the first look has been taken, or could not be. */
  readonly started: Promise<void>;
  close(): Promise<void>;
}

/** Why the accept queues cannot be seen here; `null` when they can. */
export function whyNoAcceptQueue(sockets: readonly SocketAddress[]): string | null {
  if (process.platform !== 'linux') {
    return `Only Linux shows the accept queues (/proc/net/tcp); this is ${process.platform}.`;
  }
  try {
    const reader = new AcceptQueueReader(sockets);
    const seen = sockets.every((_, index) => reader.depth(index) !== null);
    reader.close();
    return seen ? null : 'The listening sockets are not in /proc/net/tcp; is /proc restricted?';
  } catch (error) {
    return `The accept queues cannot be read (${error instanceof Error ? error.message : error}).`;
  }
}

/** The first `timedCount` sockets are those whose connections are timed. */
export function startAcceptSampler(
  sockets: readonly SocketAddress[],
  timedCount: number,
): AcceptSampler {
  const samples = new AcceptSamples(sockets.length);
  const options: SamplerThreadOptions = {
    memory: samples.memory,
    sockets: sockets.map(({ host, port }) => ({ host, port })),
    timedCount,
  };
  const worker = startThread(options);
  // What is measured must never keep the program alive, or end it.
  worker.unref();
  const exited = new Promise<void>((resolve) => {
    worker.on('exit', () => {
      samples.state = 'unavailable';
      resolve();
    });
  });
  worker.on('error', () => {
    samples.state = 'unavailable';
  });
  const started = new Promise<void>((resolve) => {
    worker.once('message', () => resolve());
    void exited.then(resolve);
  });
  return {
    samples,
    started,
    async close() {
      samples.stop();
      worker.ref();
      // One that is still loading does not look at the memory yet.
      if (samples.state === 'starting') void worker.terminate();
      await exited;
    },
  };
}

/** Built, Node runs the thread's program as it is; from sources a loader comes first. */
function startThread(workerData: SamplerThreadOptions): Worker {
  const extension = extname(fileURLToPath(import.meta.url));
  const program = new URL(`./sampler-thread${extension}`, import.meta.url);
  const resourceLimits = { maxYoungGenerationSizeMb: 1 };
  const options = { name: 'accept-sampler', workerData, resourceLimits };
  if (extension !== '.ts') return new Worker(program, options);
  const loader = new URL('../storage/thread-from-source.mjs', import.meta.url);
  return new Worker(loader, { ...options, argv: [program.href] });
}
