/**
 * The program of the task thread. A task that fails may have left anything behind (the memory of
 * the picture decoder among it), so the thread ends with it.
 */
import { parentPort } from 'node:worker_threads';
import type { TaskAnswer, TaskRequest } from './task-thread.ts';
import type { TaskName, TaskTypes } from './types.ts';

type Programs = {
  readonly [Name in TaskName]: (
    argument: TaskTypes[Name]['argument'],
  ) => Promise<TaskTypes[Name]['result']>;
};

/** Loaded when first needed. */
const programs: Programs = {
  async checkHtml(argument) {
    const { checkHtml } = await import('../checks/html/check-html.ts');
    return checkHtml(argument);
  },
  async makeThumbnail(octets) {
    const { makeThumbnail } = await import('../thumbnails/make-thumbnail.ts');
    return makeThumbnail(octets);
  },
};

parentPort?.on('message', ({ name, argument }: TaskRequest) => {
  // The host has checked that they belong together.
  const program = programs[name] as (argument: unknown) => Promise<unknown>;
  program(argument).then(
    (value) => parentPort?.postMessage({ ok: true, value } satisfies TaskAnswer),
    (error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      parentPort?.postMessage({ ok: false, message } satisfies TaskAnswer);
      parentPort?.close();
    },
  );
});
