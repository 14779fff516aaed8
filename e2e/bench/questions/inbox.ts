import { startPrixfixe } from '../contenders/prixfixe.ts';
import { fill } from '../fill.ts';
import { measureInbox } from '../page/measure-inbox.ts';
import type { Question } from '../question.ts';

const storedMessages = 100_000;
const seconds = 8;
const messagesPerSecond = 1_000;
const opensPerRound = 5;

export const inbox: Question = {
  name: 'inbox',
  group: 'page',
  title: 'How is the inbox with 100,000 messages, and while 1,000 a second come in?',
  async ask(bench, notebook) {
    await using server = await startPrixfixe(bench);
    const count = Math.round(storedMessages * bench.scale);
    await fill(bench, server, count);
    for (let round = 1; round <= bench.rounds; round++) {
      const { opened, scrolled, underLoad, acknowledgedPerSecond } = await measureInbox({
        url: server.url,
        smtpPort: server.port,
        generator: await bench.generator(),
        planName: bench.uniqueName(),
        opens: opensPerRound,
        seconds: Math.max(1, seconds * bench.scale),
        messagesPerSecond,
      });
      await server.storedCount?.();
      const open = notebook.at({ row: 'opened' });
      for (const ms of opened.firstRowMs) open.less('first row, ms', ms);
      open.less('scripts until then, KB gzipped', opened.scriptGzipBytes / 1024);
      const scroll = notebook.at({ row: 'scrolled' });
      scroll.more('frames/s', scrolled.framesPerSecond);
      scroll.less('frame p95, ms', scrolled.frameMsP95);
      scroll.less('frame max, ms', scrolled.frameMsMax);
      const load = notebook.at({ row: `while ${messagesPerSecond} a second come in` });
      load.neither('got, messages/s', acknowledgedPerSecond);
      load.less('longest task, ms', Math.max(0, ...underLoad.longTasksMs));
      load.less('tasks over 50 ms', underLoad.longTasksMs.length);
      load.less('main thread, ms/s', underLoad.taskMs);
      load.less('page CPU, %', underLoad.rendererPercent);
    }
    notebook.note(
      'Chromium without a graphics processor, which shares the machine with the server and the ' +
        'load. A longest task of 0: none was over 50 ms, and shorter ones are not told.',
    );
  },
};
