import { startPrixfixe } from '../contenders/prixfixe.ts';
import { fill } from '../fill.ts';
import { measureInbox } from '../page/measure-inbox.ts';
import { taskFigures } from '../page/watched-page.ts';
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
      const { opened, scrolled, used, underLoad } = await measureInbox({
        url: server.url,
        smtpPort: server.port,
        serverPid: server.pid,
        generator: await bench.generator(),
        planName: bench.uniqueName(),
        opens: opensPerRound,
        seconds: Math.max(1, seconds * bench.scale),
        messagesPerSecond,
      });
      await server.storedCount?.();
      const first = notebook.at({ row: 'opened in a browser just started' });
      first.less('first row, ms', opened.firstMs);
      first.less('scripts until then, KB gzipped', opened.scriptGzipBytes / 1024);
      const again = notebook.at({ row: 'opened again' });
      for (const ms of opened.againMs) again.less('first row, ms', ms);
      const scroll = notebook.at({ row: 'scrolled' });
      scroll.more('frames/s', scrolled.framesPerSecond);
      scroll.less('frame p95, ms', scrolled.frameMsP95);
      scroll.less('frame max, ms', scrolled.frameMsMax);
      for (const [row, use] of Object.entries(used)) {
        const put = notebook.at({ row });
        for (const [name, value] of Object.entries(taskFigures(use))) put.less(name, value);
      }
      const { use, acknowledgedPerSecond, besidesPercent } = underLoad;
      const load = notebook.at({ row: `while ${messagesPerSecond} a second come in` });
      load.neither('got, messages/s', acknowledgedPerSecond);
      for (const [name, value] of Object.entries(taskFigures(use))) load.less(name, value);
      load.less('main thread, ms/s', use.taskMs);
      load.less('page CPU, %', use.rendererPercent);
      load.neither('others on the machine, %', besidesPercent);
    }
    notebook.note(
      'Chromium without a graphics processor, which shares the machine with the server and the ' +
        'load. Tasks are those of the main thread, by its trace: as long as they took and, of its ' +
        'thread, as long as that was running; the rest of the time others had the processor. ' +
        'Others on the machine: what ran beside Chromium, the server and the load, per cent of a core.',
    );
  },
};
