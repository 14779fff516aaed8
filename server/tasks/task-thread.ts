/**
 * One thread for work that somebody asked for and that would hold up others: what it is given is
 * octets that a stranger wrote, so it has a time limit, and whatever goes wrong ends the thread and
 * not the program. It is started by the first task and ended when there has been none for a while,
 * for what it loads is large; so nobody pays for it who never asks.
 */
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { TaskError, type TaskName, type Tasks, type TaskTypes } from './types.ts';

export interface TaskThread extends Tasks {
  /** Tasks that wait reject. */
  close(): Promise<void>;
}

export interface TaskLimits {
  /** Tasks that may wait for their turn. */
  readonly waitingMax: number;
  /** For one task, from its start. */
  readonly taskMs: number;
  readonly idleMs: number;
}

const defaultLimits: TaskLimits = { waitingMax: 50, taskMs: 20_000, idleMs: 10_000 };

/** What the thread is sent. */
export interface TaskRequest {
  readonly name: TaskName;
  readonly argument: unknown;
}

/** What it answers. It has ended itself after a failure. */
export type TaskAnswer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string };

interface Waiting extends TaskRequest {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: TaskError) => void;
}

export function createTaskThread(limits: TaskLimits = defaultLimits): TaskThread {
  const queue: Waiting[] = [];
  let worker: Worker | null = null;
  let running: Waiting | null = null;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  const endThread = (): Promise<unknown> => {
    clearTimeout(timer);
    const ending = worker;
    worker = null;
    ending?.removeAllListeners();
    // It may still say what went wrong, to nobody.
    ending?.on('error', () => {});
    return ending === null ? Promise.resolve() : ending.terminate();
  };
  const fail = (code: 'tooLong' | 'failed' | 'closed', message: string): void => {
    const failed = running;
    running = null;
    void endThread();
    failed?.reject(new TaskError(code, message));
    startNext();
  };
  const receive = (answer: TaskAnswer): void => {
    if (!answer.ok) {
      fail('failed', answer.message);
      return;
    }
    const done = running;
    running = null;
    clearTimeout(timer);
    done?.resolve(answer.value);
    startNext();
  };
  const startNext = (): void => {
    if (running !== null || isClosed) return;
    const next = queue.shift();
    if (next === undefined) {
      clearTimeout(timer);
      timer = setTimeout(() => void endThread(), limits.idleMs).unref();
      return;
    }
    running = next;
    clearTimeout(timer);
    timer = setTimeout(
      () => fail('tooLong', `It took longer than ${limits.taskMs / 1_000} s`),
      limits.taskMs,
    );
    worker ??= startWorker(receive, (message) => fail('failed', message));
    worker.postMessage({ name: next.name, argument: next.argument } satisfies TaskRequest);
  };

  return {
    run<Name extends TaskName>(name: Name, argument: TaskTypes[Name]['argument']) {
      return new Promise<TaskTypes[Name]['result']>((resolve, reject) => {
        const refusal = isClosed
          ? new TaskError('closed', 'The server stops')
          : queue.length >= limits.waitingMax
            ? new TaskError('busy', 'Too much is waiting to be looked at; try again in a moment')
            : null;
        if (refusal !== null) {
          reject(refusal);
          return;
        }
        // Each answer belongs to the task that was sent last, whose type this is.
        const settle = resolve as (value: unknown) => void;
        queue.push({ name, argument, resolve: settle, reject });
        startNext();
      });
    },
    async close() {
      isClosed = true;
      const waiting = running === null ? queue.splice(0) : [running, ...queue.splice(0)];
      running = null;
      for (const { reject } of waiting) reject(new TaskError('closed', 'The server stops'));
      await endThread();
    },
  };
}

const programName = './task-program';

function startWorker(
  receive: (answer: TaskAnswer) => void,
  fail: (message: string) => void,
): Worker {
  const extension = extname(fileURLToPath(import.meta.url));
  const program = new URL(`${programName}${extension}`, import.meta.url);
  const options = { name: 'tasks', resourceLimits: { maxOldGenerationSizeMb: 512 } };
  // Built, Node runs the thread's program as it is; from sources a loader comes first.
  const loader = new URL('../storage/thread-from-source.mjs', import.meta.url);
  const worker =
    extension === '.ts'
      ? new Worker(loader, { ...options, argv: [program.href] })
      : new Worker(program, options);
  worker.on('message', receive);
  worker.on('error', (error: Error) => fail(error.message));
  worker.on('exit', () => fail('The thread ended'));
  // Nobody waits for it at the end of the program.
  worker.unref();
  return worker;
}
