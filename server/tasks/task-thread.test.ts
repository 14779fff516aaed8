/** The task thread: what is too slow or breaks ends, what waits is bounded, and work goes on. */
import { expect, test } from 'vitest';
import { createTaskThread } from './task-thread.ts';

const limits = { waitingMax: 50, taskMs: 60_000, idleMs: 60_000 };
const html = '<p style="display:flex">x</p>';
const page = { html, pictureTypes: [] };
const brokenPng = Buffer.concat([
  Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x10\x08\x06\0\0\0', 'latin1'),
  Buffer.alloc(100, 0xff),
]);

async function using<T>(
  changes: Partial<typeof limits>,
  work: (tasks: ReturnType<typeof createTaskThread>) => Promise<T>,
): Promise<T> {
  const tasks = createTaskThread({ ...limits, ...changes });
  try {
    return await work(tasks);
  } finally {
    await tasks.close();
  }
}

test('tasks are done one after the other, each with its own result', async () => {
  await using({}, async (tasks) => {
    const [one, none, two] = await Promise.all([
      tasks.run('checkHtml', page),
      tasks.run('makeThumbnail', Buffer.from('no picture')),
      tasks.run('checkHtml', { html: '<video>', pictureTypes: [] }),
    ]);
    expect(one.findings.map(({ slug }) => slug)).toContain('css-display-flex');
    expect(none).toBeNull();
    expect(two.findings.map(({ slug }) => slug)).toContain('html-video');
  });
});

test('one that breaks is told why, and the next is done', async () => {
  await using({}, async (tasks) => {
    const broken = tasks.run('makeThumbnail', brokenPng);
    const next = tasks.run('checkHtml', page);
    await expect(broken).rejects.toMatchObject({ code: 'failed' });
    expect((await next).elementCount).toBe(1);
  });
});

test('one that takes too long is ended, and the next is done', async () => {
  await using({ taskMs: 1 }, async (tasks) => {
    const slow = { html: `<style>${'.a .b{color:red}'.repeat(10_000)}</style>`, pictureTypes: [] };
    await expect(tasks.run('checkHtml', slow)).rejects.toMatchObject({ code: 'tooLong' });
    await expect(tasks.run('checkHtml', slow)).rejects.toMatchObject({ code: 'tooLong' });
  });
});

test('only so many wait', async () => {
  await using({ waitingMax: 2 }, async (tasks) => {
    const taken = [1, 2, 3].map(() => tasks.run('checkHtml', page));
    await expect(tasks.run('checkHtml', page)).rejects.toMatchObject({ code: 'busy' });
    expect(await Promise.all(taken)).toHaveLength(3);
  });
});

test('the thread ends when there is nothing to do, and comes back', async () => {
  await using({ idleMs: 0 }, async (tasks) => {
    for (let turn = 0; turn < 2; turn++) {
      expect((await tasks.run('checkHtml', page)).elementCount).toBe(1);
      // Its timer is set before the answer is handed on; the next turn of timers ends it.
      await new Promise((resolve) => setTimeout(resolve));
    }
  });
});

test('at the end nobody is left waiting', async () => {
  const tasks = createTaskThread(limits);
  const waiting = [1, 2].map(() => tasks.run('checkHtml', page));
  const outcomes = Promise.allSettled(waiting);
  await tasks.close();
  for (const outcome of await outcomes) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'closed' } });
  }
  await expect(tasks.run('checkHtml', page)).rejects.toMatchObject({ code: 'closed' });
});
