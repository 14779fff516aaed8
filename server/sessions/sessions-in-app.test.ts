/** Sessions and history in the whole program, from the socket to the answer over HTTP. */
import { expect, test } from 'vitest';
import { startApp } from '../app.ts';
import type { Config } from '../config/options.ts';
import { defaultConfig } from '../config/parse.ts';
import { metricsHistory } from '../http/metrics-shapes.ts';
import { sessionDetail, sessionPage } from '../http/session-shapes.ts';
import { createLog } from '../log.ts';
import { RawSmtpClient } from '../testing/raw-smtp-client.ts';
import { temporaryDirectory } from '../testing/temporary-directory.ts';

const log = createLog({ level: 'error', write: () => {} });
const anyPorts = { smtpPort: 0, httpPort: 0, tls: false } as const;

async function start(changes: Partial<Config>) {
  const app = await startApp(defaultConfig({ ...anyPorts, ...changes }), { log });
  return {
    get: async (path: string) => {
      const answer = await fetch(`${app.url}${path}`);
      return { status: answer.status, body: (await answer.json()) as unknown };
    },
    async deliver() {
      await using client = await RawSmtpClient.connect({ port: app.smtp.port });
      await client.send(
        'EHLO client.example.test\r\nMAIL FROM:<a@example.test>\r\nRCPT TO:<b@example.test>\r\nDATA\r\nx\r\n.\r\nQUIT\r\n',
      );
      await client.readReplies(7);
    },
    [Symbol.asyncDispose]: () => app.close(),
  };
}

type RunningApp = Awaited<ReturnType<typeof start>>;

/** From the newest message to its session and back. */
async function sessionOfLatest(app: RunningApp) {
  const { body } = await app.get('/api/messages/latest');
  const { id, origin } = body as { id: string; origin: { sessionId: string } };
  const session = sessionDetail.parse((await app.get(`/api/sessions/${origin.sessionId}`)).body);
  expect(session.messageIds).toEqual([id]);
  return session;
}

test('a message leads to its session and back, with and without metrics', async () => {
  for (const metrics of [true, false]) {
    await using app = await start({ db: ':memory:', metrics });
    await app.deliver();
    const session = await sessionOfLatest(app);
    expect(session).toMatchObject({ outcome: 'delivered', ehloName: 'client.example.test' });
    expect(session.lines.map(({ text }) => text)).toContain('DATA');
    expect(session.replies.length).toBe(metrics ? 7 : 0);
    expect((await app.get('/api/metrics')).status).toBe(metrics ? 200 : 404);
  }
});

test('sessions and history are there after a restart', async () => {
  await using folder = await temporaryDirectory();
  const config = { dataDir: folder.path, db: `${folder.path}/mail.db` };
  {
    await using app = await start(config);
    await app.deliver();
  }
  await using app = await start(config);
  const { sessions } = sessionPage.parse((await app.get('/api/sessions')).body);
  expect(sessions).toMatchObject([{ outcome: 'delivered', messageCount: 1 }]);
  await sessionOfLatest(app);
  // The newest row may be of ten seconds that are not over; the longest step has it all the same.
  const { body } = await app.get('/api/metrics/history?range=604800');
  const { throughput } = metricsHistory.parse(body).columns;
  expect(throughput.some((rate) => (rate ?? 0) > 0)).toBe(true);
});
