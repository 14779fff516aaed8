/** What the whole program makes of a fault: marked where it happened, and counted apart. */
import { describe, expect, test } from 'vitest';
import { type App, startApp } from '../app.ts';
import { defaultConfig } from '../config/parse.ts';
import { metricsHistory } from '../http/metrics-shapes.ts';
import { createLog } from '../log.ts';
import { eventually } from '../testing/eventually.ts';
import { visit } from '../testing/fault-server.ts';

async function startFaultyApp(): Promise<App & AsyncDisposable> {
  const config = defaultConfig({ db: ':memory:', smtpPort: 0, httpPort: 0, tls: false });
  const app = await startApp(config, { log: createLog({ level: 'error', write: () => {} }) });
  return { ...app, [Symbol.asyncDispose]: () => app.close() };
}

async function sessions(app: App) {
  const none = { outcome: null, error: null, reply: null, peer: null, user: null, text: null };
  return (await app.sessions.list({ filter: none, limit: 50, cursor: null })).sessions;
}

test('the session says what was injected, by which rule, and ends as a fault', async () => {
  await using app = await startFaultyApp();
  app.faults.add({ at: 'rcpt', when: { times: 1 }, effect: { kind: 'reply', code: 452 } });
  await visit({ port: app.smtp.port });
  await eventually(() => sessions(app).then(([session]) => session?.outcome)).toBe('fault');
  const [session] = await sessions(app);
  const record = await app.sessions.get(session?.id ?? '');
  expect(record?.lines.filter(({ from }) => from === 'fault').map(({ text }) => text)).toEqual([
    'f1 at rcpt: 452',
  ]);
  const at = record?.lines.findIndex(({ from }) => from === 'fault') ?? -1;
  expect(record?.lines[at + 1]?.text).toBe('452 4.2.2 Mailbox full, try again later (fault f1)');
  expect(record?.errors).toEqual([]);
  // The one after it was left to itself.
  await visit({ port: app.smtp.port });
  await eventually(() => sessions(app).then((all) => all.map(({ outcome }) => outcome))).toEqual([
    'delivered',
    'fault',
  ]);
});

test('the message has it in its dialogue, and never in its octets', async () => {
  await using app = await startFaultyApp();
  app.faults.add({ at: 'mail', effect: { kind: 'delay', delayMs: 5 } });
  const message = 'Subject: x\r\n\r\nhello\r\n';
  await visit({ port: app.smtp.port, message });
  const stored = await app.storage.get('latest');
  expect(stored?.dialogue.filter(({ from }) => from === 'fault')).toMatchObject([
    { text: 'f1 at mail: delay 5 ms' },
  ]);
  const raw = await app.storage.raw(stored?.id ?? '');
  expect(Buffer.from(raw ?? []).toString()).toBe(message);
});

describe('metrics', () => {
  test('what a fault says or breaks off is in no number but its own', async () => {
    await using app = await startFaultyApp();
    const rules = ['accept', 'banner', 'ehlo', 'auth', 'mail', 'rcpt', 'data', 'final'] as const;
    for (const at of rules) {
      using _rule = app.faults.add({ at, effect: { kind: 'reply', code: 421 } });
      await visit({ port: app.smtp.port });
    }
    for (const kind of ['reset', 'close'] as const) {
      using _rule = app.faults.add({ at: 'body', effect: { kind } });
      await visit({ port: app.smtp.port });
    }
    const document = app.metrics?.document();
    expect(document?.faults).toEqual({
      injected: 10,
      by_point: { ...Object.fromEntries(rules.map((at) => [at, 1])), body: 2 },
      by_effect: { reply: 8, reset: 1, close: 1 },
    });
    expect(document?.replies.by_code['421']).toBeUndefined();
    expect(Object.values(document?.errors ?? {}).filter((count) => count > 0)).toEqual([]);
    expect(document?.messages.total_processed).toBe(0);
  });

  test('the time of a fault is not ours', async () => {
    await using app = await startFaultyApp();
    for (const at of ['accept', 'banner', 'auth', 'mail', 'rcpt', 'final'] as const) {
      app.faults.add({ at, when: { times: 1 }, effect: { kind: 'delay', delayMs: 100 } });
    }
    await visit({ port: app.smtp.port });
    const { phases, messages, connections } = app.metrics?.document() ?? {};
    expect(messages).toMatchObject({ total_processed: 1, processing_latency_p50: null });
    expect(connections).toMatchObject({ total_accepted: 1, accept_latency_p50: null });
    for (const phase of ['greeting', 'auth', 'mail', 'rcpt', 'commit'] as const) {
      expect(phases?.[phase].count, phase).toBe(0);
    }
    // The next one is left to itself, and is timed again.
    await visit({ port: app.smtp.port });
    const after = app.metrics?.document();
    expect(after?.messages.total_processed).toBe(2);
    expect(after?.messages.processing_latency_p50).not.toBe(null);
    for (const phase of ['greeting', 'auth', 'mail', 'rcpt', 'commit'] as const) {
      expect(after?.phases[phase].count, phase).toBe(1);
    }
  });

  test('stored and not acknowledged is not processed', async () => {
    await using app = await startFaultyApp();
    app.faults.add({ at: 'final', effect: { kind: 'store-then-fail' } });
    await visit({ port: app.smtp.port });
    expect(app.metrics?.document().messages.total_processed).toBe(0);
    expect((await app.storage.overview()).total).toBe(1);
  });

  test('the history keeps them, apart from errors and replies', async () => {
    await using app = await startFaultyApp();
    app.faults.add({ at: 'rcpt', effect: { kind: 'reply', code: 452 } });
    await visit({ port: app.smtp.port });
    const kept = async () => {
      const answer = await fetch(`${app.url}/api/metrics/history?range=60`);
      const { columns, open } = metricsHistory.parse(await answer.json());
      const steps = Object.entries(columns.faults).flatMap(([effect, rates]) =>
        rates.filter((rate) => rate !== null && rate > 0).map(() => effect),
      );
      const codes = [...Object.keys(columns.replies), ...Object.keys(open?.replies ?? {})];
      return { effects: [...steps, ...Object.keys(open?.faults ?? {})], codes };
    };
    const { effects, codes } = await kept();
    expect(effects).toEqual(['reply']);
    expect(codes).toContain('220');
    expect(codes).not.toContain('452');
  });

  test('Prometheus has a counter of its own', async () => {
    await using app = await startFaultyApp();
    await visit({ port: app.smtp.port, recipient: '452@rcpt.fault.test' });
    const text = await (await fetch(`${app.url}/metrics`)).text();
    expect(text).toContain('prixfixe_smtp_faults_injected_total{point="rcpt"} 1\n');
    expect(text).toContain('prixfixe_smtp_faults_injected_by_effect_total{effect="reply"} 1\n');
  });
});

test('every hit is told as it happens, and so is every change of the rules', async () => {
  await using app = await startFaultyApp();
  const heard: string[] = [];
  const stream = (await fetch(`${app.url}/api/events`)).body;
  const reading = (async () => {
    let text = '';
    for await (const octets of stream ?? []) {
      text += Buffer.from(octets).toString();
      for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
        const [, name, data] = /^event: (.*)\ndata: (.*)$/m.exec(text.slice(0, end)) ?? [];
        text = text.slice(end + 2);
        if (name?.startsWith('fault') !== true) continue;
        const { fault, hits } = JSON.parse(data ?? '{}');
        heard.push(
          fault === undefined ? name : `${name} ${fault.id} ${fault.hitCount} ${hits.length}`,
        );
      }
    }
  })();
  const fault = app.faults.add({ at: 'rcpt', effect: { kind: 'reply', code: 452 } });
  await eventually(() => heard).toEqual(['faults-changed']);
  await visit({ port: app.smtp.port });
  await eventually(() => heard).toEqual(['faults-changed', 'fault f1 1 1']);
  fault.remove();
  await eventually(() => heard).toEqual(['faults-changed', 'fault f1 1 1', 'faults-changed']);
  await app.close();
  await reading.catch(() => {});
});

test('stopping waits neither for stalls nor for those who wait for hits', async () => {
  const app = await startFaultyApp();
  const fault = app.faults.add({ at: 'mail', effect: { kind: 'stall' } });
  const visitors = Promise.all(Array.from({ length: 20 }, () => visit({ port: app.smtp.port })));
  const waiting = fetch(`${app.url}/api/faults/${fault.id}/hits?count=1000&timeoutMs=60000`);
  await fault.fired(20);
  await app.close({ graceMs: 600_000 });
  expect(new Set(await visitors)).toEqual(new Set(['220 250 235 421 end']));
  expect(
    await waiting.then(
      ({ status }) => status,
      () => 408,
    ),
  ).toBe(408);
});
