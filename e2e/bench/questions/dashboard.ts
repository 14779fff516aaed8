import { measureDashboard } from '../page/measure-dashboard.ts';
import { taskFigures } from '../page/watched-page.ts';
import type { Question } from '../question.ts';

const seconds = 8;
const rates = [0, 50, 1_000];

export const dashboard: Question = {
  name: 'dashboard',
  group: 'page',
  title: 'What does the open dashboard cost?',
  async ask(bench, notebook) {
    for (let round = 1; round <= bench.rounds; round++) {
      const measured = await measureDashboard({
        program: bench.program,
        generator: await bench.generator(),
        seconds: Math.max(1, seconds * bench.scale),
        rates,
        say: (text) => bench.say(`  ${text}`),
      });
      for (const { messagesPerSecond, acknowledgedPerSecond, use, layoutShift } of measured) {
        const put = notebook.at({ row: `${messagesPerSecond} messages a second` });
        put.neither('got, messages/s', acknowledgedPerSecond);
        put.less('page CPU, %', use.rendererPercent);
        put.less('all of Chromium, %', use.chromiumPercent);
        put.less('main thread, ms/s', use.taskMs);
        put.less('layouts/s', use.layoutsPerSecond);
        for (const [name, value] of Object.entries(taskFigures(use))) put.less(name, value);
        put.less('layout shift', layoutShift);
      }
    }
  },
};
