/**
 * Looks at the accept queues while the accepting thread cannot: when that is busy, connections
 * arrive and wait unseen. This thread only sleeps and reads; it never runs an event loop of its own
 * until it is told to stop.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { AcceptQueueReader, readListenCounters, type SocketAddress } from './accept-queue.ts';
import { AcceptSamples } from './accept-samples.ts';

export interface SamplerThreadOptions {
  readonly memory: SharedArrayBuffer;
  readonly sockets: readonly SocketAddress[];
  /** Sockets from this index on are looked at now and then only: nobody times their connections. */
  readonly timedCount: number;
}

/** While connections wait; while some came lately; otherwise. */
const waitingMs = 2;
const lateMs = 2;
const quietMs = 5;
const stillMs = 20;
const latelyMs = 250;
const quietForMs = 5_000;
const untimedEveryMs = 50;
const hostEveryMs = 1_000;

run(workerData as SamplerThreadOptions);

function run({ memory, sockets, timedCount }: SamplerThreadOptions): void {
  const samples = new AcceptSamples(sockets.length, memory);
  let reader: AcceptQueueReader;
  try {
    reader = new AcceptQueueReader(sockets);
    samples.host = readListenCounters() ?? { overflows: 0, drops: 0 };
  } catch {
    samples.state = 'unavailable';
    return;
  }
  let movedAtMs = nowMs();
  let acceptedSum = 0;
  let untimedAtMs = 0;
  let hostAtMs = 0;
  while (!samples.stopped) {
    const { mark } = samples;
    let waiting = false;
    let accepted = 0;
    for (let socket = 0; socket < timedCount; socket++) {
      const acceptedBefore = samples.accepted(socket);
      accepted = (accepted + acceptedBefore) | 0;
      const depth = reader.depth(socket);
      if (depth === null) continue;
      samples.write(socket, { atMs: nowMs(), acceptedBefore, depth });
      waiting ||= depth > 0;
    }
    if (samples.state === 'starting') {
      samples.state = 'sampling';
      parentPort?.postMessage('sampling');
    }
    const now = nowMs();
    if (waiting || accepted !== acceptedSum) movedAtMs = now;
    acceptedSum = accepted;
    if (now - untimedAtMs >= untimedEveryMs) {
      untimedAtMs = now;
      for (let socket = timedCount; socket < sockets.length; socket++) {
        const depth = reader.depth(socket);
        if (depth !== null) samples.write(socket, { atMs: now, acceptedBefore: 0, depth });
      }
    }
    if (now - hostAtMs >= hostEveryMs) {
      hostAtMs = now;
      samples.host = readListenCounters() ?? samples.host;
    }
    const pauseMs = pauseAfter(waiting, now - movedAtMs);
    samples.sleep(pauseMs, { mark, restless: pauseMs <= lateMs });
  }
  reader.close();
}

function pauseAfter(waiting: boolean, stillForMs: number): number {
  if (waiting) return waitingMs;
  if (stillForMs < latelyMs) return lateMs;
  return stillForMs < quietForMs ? quietMs : stillMs;
}

/** The same in all threads of the process, whatever happens to the time of day. */
function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
