import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient } from '../api-client.ts';
import { usualNeeds } from '../contenders/contender.ts';
import { startPrixfixe } from '../contenders/prixfixe.ts';
import { Disposables } from '../disposables.ts';
import { drive } from '../drivers/drive.ts';
import { processorUseOf } from '../processor-use.ts';
import type { Question } from '../question.ts';

const kept = 2_000;
const messages = 15_000;
const lookEveryMs = 200;

export const retention: Question = {
  name: 'retention',
  group: 'store',
  title: 'Does deleting the oldest keep up at full rate?',
  async ask(bench, notebook) {
    await using all = new Disposables();
    const rivals = [
      { contender: 'the same keeping all', server: all.use(await startPrixfixe(bench)) },
      {
        contender: 'prixfixe-dev',
        server: all.use(
          await startPrixfixe(bench, { ...usualNeeds, flags: [`--keep-messages=${kept}`] }),
        ),
      },
    ];
    notebook.note(`\`--keep-messages ${kept}\`, beside a server that keeps everything.`);
    for (let round = 0; round <= bench.rounds; round++) {
      for (const { contender, server } of rivals) {
        const before = await processorUseOf(server.pid);
        const most = watchTotal(server.url);
        const { elapsedMs } = await drive(bench, server.port, {
          driver: 'generator',
          connections: 50,
          messages: Math.round(messages * bench.scale * (round === 0 ? 0.4 : 1)),
          session: 'persistent',
          pipelined: true,
          message: { sizeBytes: 10 * 1024, body: 'prose' },
        });
        const mostSeen = await most.stop();
        const stored = (await server.storedCount?.()) ?? 0;
        const after = await processorUseOf(server.pid);
        if (round === 0) continue;
        const rate = (messages * bench.scale * 1000) / elapsedMs;
        bench.say(`  ${contender}: ${rate.toFixed(0)} messages/s, ${stored} stored`);
        const put = notebook.at({ contender });
        put.more('messages/s', rate);
        if (before !== null && after !== null) {
          put.less('CPU, ms/message', (after.totalMs - before.totalMs) / messages / bench.scale);
        }
        if (contender !== 'prixfixe-dev') continue;
        put.less('most seen', mostSeen);
        put.less('stored afterwards', stored);
        notebook.check(`no more than ${kept} are left`, stored <= kept, `${stored} stored`);
      }
    }
  },
};

/** Looks now and then how many there are. */
function watchTotal(url: string) {
  let isOver = false;
  const watching = (async () => {
    await using api = new ApiClient(url);
    let most = 0;
    while (!isOver) {
      const { total } = await api.json<{ readonly total: number }>('/api/messages?limit=1');
      most = Math.max(most, total);
      await sleep(lookEveryMs);
    }
    return most;
  })();
  return {
    stop() {
      isOver = true;
      return watching;
    },
  };
}
