import { describe, expect, test } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { RawSmtpClient } from '../testing/raw-smtp-client.ts';
import { startTestServer } from '../testing/smtp-test-server.ts';
import { composeObservers } from './observers.ts';
import type { SmtpObserver } from './types.ts';

const delivery = 'EHLO x\r\nMAIL FROM:<a@x.test>\r\nRCPT TO:<b@x.test>\r\nDATA\r\n';

async function deliver(port: number): Promise<RawSmtpClient> {
  const client = await RawSmtpClient.connect({ port });
  await client.send(delivery);
  await client.readReplies(5);
  await client.send('Subject: x\r\n\r\nx\r\n.\r\n');
  expect((await client.readReply()).code).toBe(250);
  return client;
}

/** Writes down the names of what it hears. */
function recorder(heard: string[]): SmtpObserver {
  return {
    accepted: () => heard.push('accepted'),
    connectionOpened: () => heard.push('opened'),
    connectionRefused: (_, refusal) => heard.push(refusal),
    observed: (_, observation) => heard.push(observation.kind),
    connectionClosed: () => heard.push('closed'),
  };
}

test('all observers of several hear the same in the same order', async () => {
  const heard: string[][] = [[], []];
  await using server = await startTestServer({ observer: composeObservers(heard.map(recorder)) });
  await using client = await deliver(server.port);
  await client.command('QUIT');
  client.socket.destroy();
  await eventually(() => heard[0]?.at(-1)).toBe('closed');
  expect(heard[0]?.slice(0, 3)).toEqual(['accepted', 'opened', 'line']);
  expect(heard[0]).toContain('stored');
  expect(heard[1]).toEqual(heard[0]);
});

test('a refusal is told with its reason', async () => {
  const heard: string[] = [];
  await using server = await startTestServer({ connectionsMax: 1, observer: recorder(heard) });
  await using first = await RawSmtpClient.connect({ port: server.port });
  await first.readReply();
  await using second = await RawSmtpClient.connect({ port: server.port });
  expect((await second.readReply()).code).toBe(421);
  expect(heard).toContain('tooManyConnections');
});

describe('times', () => {
  test('a reply took until it was written, a message from MAIL to its 250', async () => {
    let nowMs = 0;
    const seen: { took: number; at: number | null; what: string }[] = [];
    await using server = await startTestServer({
      // Each look at the clock takes a millisecond.
      clockMs: () => ++nowMs,
      observer: {
        observed(_, observation, at) {
          if (observation.kind === 'reply') {
            seen.push({ what: observation.verb, took: observation.tookMs, at });
          } else if (observation.kind === 'stored') {
            seen.push({ what: 'stored', took: observation.tookMs, at });
            expect(observation.dataMs).toBeGreaterThan(0);
            expect(observation.commitMs).toBeGreaterThan(0);
          }
        },
      },
    });
    await using _client = await deliver(server.port);
    const greeting = seen[0];
    expect(greeting).toEqual({ what: 'CONNECT', took: 1, at: 2 });
    const mail = seen.find(({ what }) => what === 'MAIL');
    const stored = seen.find(({ what }) => what === 'stored');
    const last = seen.at(-1);
    const mailArrivedAt = (mail?.at ?? 0) - (mail?.took ?? 0);
    expect(stored?.took).toBe((stored?.at ?? 0) - mailArrivedAt);
    expect(last).toMatchObject({ what: 'DATA', at: stored?.at });
    expect(last?.took).toBeLessThan(stored?.took ?? 0);
  });

  test('without a clock nothing is timed', async () => {
    const took: number[] = [];
    await using server = await startTestServer({
      clockMs: null,
      observer: {
        observed: (_, seen) => seen.kind === 'reply' && took.push(seen.tookMs),
      },
    });
    await using _client = await deliver(server.port);
    const [message] = await server.received(1);
    expect(new Set(Object.values(message?.timings ?? {}))).toEqual(new Set([null]));
    expect(new Set(message?.dialogue.map(({ atMs }) => atMs))).toEqual(new Set([0]));
    expect(took.length).toBeGreaterThan(5);
    expect(new Set(took)).toEqual(new Set([0]));
  });
});
