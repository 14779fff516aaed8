/** The relay against a second prixfixe-dev and against servers that misbehave. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { type App, startApp } from '../app.ts';
import { defaultConfig } from '../config/parse.ts';
import { createLog } from '../log.ts';
import { testRelayDefaults } from '../testing/relay-fixture.ts';
import { startTestServer } from '../testing/smtp-test-server.ts';
import { createRelay } from './create-relay.ts';
import type { RelayOptions } from './types.ts';

const log = createLog({ level: 'error', write: (line) => process.stderr.write(line) });
const running: App[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((app) => app.close()));
});

async function secondCatcher(changes: Parameters<typeof defaultConfig>[0] = {}): Promise<App> {
  const config = defaultConfig({ smtpPort: 0, httpPort: 0, db: ':memory:', ...changes });
  const app = await startApp(config, { log });
  running.push(app);
  return app;
}

function relayTo(port: number, changes: Partial<RelayOptions> = {}) {
  return createRelay({ ...testRelayDefaults, port, ...changes });
}

const raw = Buffer.from(
  'From: Ann <ann@example.test>\r\nTo: bob@example.test\r\nBcc: secret@example.test\r\nMessage-ID: <old@example.test>\r\nSubject: Hello\r\n\r\n.\r\n..\r\n\xe9\r\n',
  'latin1',
);

async function only(app: App) {
  const message = await app.storage.detail('latest');
  const octets = message === null ? null : await app.storage.raw(message.id);
  if (message === null || octets === null) throw new Error('nothing arrived');
  expect((await app.storage.overview()).total).toBe(1);
  return { message, text: Buffer.from(octets).toString('latin1') };
}

describe('a second prixfixe-dev', () => {
  test('gets the message over STARTTLS, from a user who logged in', async () => {
    const second = await secondCatcher({
      auth: [{ user: 'relay', password: 'p:w' }],
      authRequired: true,
      tlsRequired: true,
    });
    const relay = relayTo(second.smtp.port, { credential: { user: 'relay', password: 'p:w' } });
    const to = ['bob@example.test', 'eve@example.test'];
    expect(await relay.release({ raw, to })).toEqual({ accepted: to, rejected: [] });
    const { message, text } = await only(second);
    expect(message).toMatchObject({
      tls: true,
      authUser: 'relay',
      origin: { ehloName: 'catcher.example.test' },
      envelope: {
        reversePath: 'ann@example.test',
        forwardPaths: [{ address: 'bob@example.test' }, { address: 'eve@example.test' }],
        parameters: { BODY: '8BITMIME' },
      },
    });
    expect(text).toMatch(
      /^Date: \w{3}, [^\r]+ \+0000\r\nMessage-ID: <[0-9A-Za-z]{22}@catcher\.example\.test>\r\nFrom: Ann <ann@example\.test>\r\nTo: bob@example\.test\r\nSubject: Hello\r\n\r\n\.\r\n\.\.\r\n\xe9\r\n$/,
    );
    expect(Math.abs((message.dateMs ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  test('gets it over TLS from the first octet, and without any', async () => {
    for (const tls of ['tls', 'off'] as const) {
      const second = await secondCatcher({ smtpsPort: 0 });
      const port = tls === 'tls' ? (second.smtps?.port ?? 0) : second.smtp.port;
      await relayTo(port, { tls }).release({ raw, to: ['bob@example.test'] });
      expect((await only(second)).message).toMatchObject({
        tls: tls === 'tls',
        listener: tls === 'tls' ? 'smtps' : 'smtp',
      });
    }
  });

  test('gets it under the addresses that were set', async () => {
    const second = await secondCatcher();
    const relay = relayTo(second.smtp.port, {
      returnPath: 'bounces@example.test',
      overrideFrom: 'team@example.test',
      preserveMessageIds: true,
    });
    await relay.release({ raw, to: ['bob@example.test'] });
    const { message, text } = await only(second);
    expect(message.reversePath).toBe('bounces@example.test');
    expect(message.from).toEqual({ name: 'Ann', address: 'team@example.test' });
    expect(message.messageId).toBe('old@example.test');
    expect(text).toContain('X-Original-From: ann@example.test\r\n');
    expect(text).not.toContain('secret@example.test');
  });

  test.each([
    ['a certificate nobody vouches for', { anyCertificate: false }, 'unreachable', /certificate/],
    ['a wrong password', { credential: { user: 'relay', password: 'x' } }, 'refused', /535/],
    ['no password', { credential: null }, 'refused', /530/],
  ] as const)('%s is refused, and nothing sent', async (_, changes, code, text) => {
    const second = await secondCatcher({
      auth: [{ user: 'relay', password: 'pw' }],
      authRequired: true,
    });
    const credential = { user: 'relay', password: 'pw' };
    const relay = relayTo(second.smtp.port, { credential, tls: 'starttls', ...changes });
    const released = relay.release({ raw, to: ['bob@example.test'] });
    await expect(released).rejects.toMatchObject({
      code,
      message: expect.stringMatching(text),
    });
    expect((await second.storage.overview()).total).toBe(0);
  });

  test('without TLS is not told a password where TLS has to be', async () => {
    const second = await secondCatcher({ tls: false });
    const credential = { user: 'relay', password: 'pw' };
    const relay = relayTo(second.smtp.port, { tls: 'starttls', credential });
    await expect(relay.release({ raw, to: ['bob@example.test'] })).rejects.toThrow(
      /502 .*TLS is not offered/,
    );
    expect((await second.storage.overview()).total).toBe(0);
  });
});

describe('other servers', () => {
  test('whom they refuse is told with the reply, and the others get the message', async () => {
    await using server = await startTestServer({ recipientsMax: 1 });
    const to = ['bob@example.test', 'eve@example.test'];
    const released = await relayTo(server.port).release({ raw, to });
    expect(released).toEqual({
      accepted: ['bob@example.test'],
      rejected: [{ address: 'eve@example.test', reply: expect.stringMatching(/^452 /) }],
    });
    expect(server.messages).toHaveLength(1);
  });

  test('a message over their limit is refused with their words', async () => {
    await using server = await startTestServer({ messageBytesMax: 10 });
    const released = relayTo(server.port).release({ raw, to: ['bob@example.test'] });
    await expect(released).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringMatching(/127\.0\.0\.1:\d+ refused: 552 /),
    });
  });

  test('a message without a sender is not sent', async () => {
    await using server = await startTestServer();
    const nobody = Buffer.from('Subject: s\r\n\r\n');
    await expect(
      relayTo(server.port).release({ raw: nobody, to: ['bob@example.test'] }),
    ).rejects.toMatchObject({ code: 'noSender' });
    expect(server.openedCount).toBe(0);
  });

  test('one that is not there, and one that says nothing', async () => {
    const silent = createServer((socket) => socket.resume());
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const options = relayTo(port).options;
    const impatient = createRelay({ ...options, credential: null }, { releaseMs: 50 });
    const to = ['bob@example.test'];
    await expect(impatient.release({ raw, to })).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('no answer within 0.05 s'),
    });
    await new Promise((resolve) => silent.close(resolve));
    await expect(relayTo(port).release({ raw, to })).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });
});

test('who may not get mail is told apart', () => {
  const relay = relayTo(25, { allowed: ['*@example.test'], blocked: ['boss@example.test'] });
  expect(relay.check(['bob@example.test', 'boss@example.test', 'eve@evil.test'])).toEqual({
    notAllowed: ['eve@evil.test'],
    blocked: ['boss@example.test'],
  });
});
