import { connect } from 'node:net';
import { startPrixfixe } from '../contenders/prixfixe.ts';
import type { Question } from '../question.ts';

const startsPerRound = 5;

export const start: Question = {
  name: 'start',
  group: 'store',
  title: 'How long until the program serves, and until it is gone?',
  async ask(bench, notebook) {
    for (let round = 0; round < bench.rounds * startsPerRound; round++) {
      const startedAtMs = performance.now();
      await using server = await startPrixfixe(bench);
      const listeningMs = performance.now() - startedAtMs;
      await greeting(server.port);
      const greetedMs = performance.now() - startedAtMs;
      const stoppedAtMs = performance.now();
      await server.server.stop();
      const put = notebook.at({ row: 'the program' });
      put.less('start to listening, ms', listeningMs);
      put.less('start to first greeting, ms', greetedMs);
      put.less('SIGTERM to end, ms', performance.now() - stoppedAtMs);
    }
  },
};

function greeting(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('data', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}
