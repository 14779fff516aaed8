/**
 * FAULTS.md as one table: every effect at every point, over real sockets. A cell says what a client
 * meets, or why there is no such rule. Then everything that selects and counts, at every point.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { startFaultServer, visit } from '../testing/fault-server.ts';
import { RawSmtpClient } from '../testing/raw-smtp-client.ts';
import { makeTestCertificates, type TestCertificates } from '../testing/test-certificates.ts';
import { checkSpec } from './check-spec.ts';
import type { FaultControlOptions } from './fault-control.ts';
import {
  type FaultEffect,
  type FaultPoint,
  type FaultSpec,
  type FaultWhen,
  type FaultWhere,
  faultPoints,
} from './types.ts';

const untouched = '220 250 220 250 235 250 250 354 250 250 221 end';
const before: Readonly<Record<FaultPoint, string>> = {
  accept: '',
  banner: '',
  ehlo: '220 ',
  starttls: '220 250 ',
  auth: '220 250 220 250 ',
  mail: '220 250 220 250 235 ',
  rcpt: '220 250 220 250 235 250 ',
  data: '220 250 220 250 235 250 250 ',
  body: '220 250 220 250 235 250 250 354 ',
  final: '220 250 220 250 235 250 250 354 ',
  idle: '220 250 220 250 235 250 250 354 250 ',
};

/** What the client meets · `refused`: the rule is, with these words. */
type Cell =
  | 'reply'
  | 'later'
  | 'silence'
  | 'reset'
  | 'end'
  | 'half'
  | 'slow'
  | 'offers'
  | 'lost'
  | 'stored'
  | 'refused';

interface Row {
  readonly effect: FaultEffect | ((at: FaultPoint) => FaultEffect);
  /** In the order of `faultPoints`. */
  readonly cells: readonly Cell[];
  readonly refusal?: RegExp;
}

const at11 = (cell: Cell): readonly Cell[] => faultPoints.map(() => cell);
const only = (point: FaultPoint, cell: Cell): readonly Cell[] =>
  faultPoints.map((one) => (one === point ? cell : 'refused'));
const half = [
  ...(['refused', 'half', 'half', 'half', 'half', 'half', 'half', 'half'] as const),
  ...(['end', 'half', 'refused'] as const),
];

/** Before the handshake there is more to come than after it. */
const throttled = (at: FaultPoint): FaultEffect => ({
  kind: 'throttle',
  bytesPerSecond: before[at].length < before.auth.length ? 10_000 : 1_000,
});

const rows: Readonly<Record<string, Row>> = {
  reply: { effect: { kind: 'reply', code: 421 }, cells: at11('reply') },
  delay: { effect: { kind: 'delay', delayMs: 40 }, cells: at11('later') },
  stall: { effect: { kind: 'stall' }, cells: at11('silence') },
  reset: { effect: { kind: 'reset' }, cells: at11('reset') },
  close: { effect: { kind: 'close' }, cells: at11('end') },
  'close after n octets': {
    effect: { kind: 'close', afterBytes: 3 },
    cells: half,
    refusal: /nothing is said at (?:accept|idle)/,
  },
  throttle: { effect: throttled, cells: at11('slow') },
  hide: {
    effect: { kind: 'capabilities', drop: ['PIPELINING'] },
    cells: only('ehlo', 'offers'),
    refusal: /"capabilities" cannot happen at \w+; it can at ehlo/,
  },
  fake: {
    effect: { kind: 'capabilities', add: ['XFAKE'], sizeBytes: 77 },
    cells: only('ehlo', 'offers'),
    refusal: /"capabilities" cannot happen at \w+; it can at ehlo/,
  },
  lose: {
    effect: { kind: 'lose' },
    cells: only('final', 'lost'),
    refusal: /"lose" cannot happen at \w+; it can at final/,
  },
  'store-then-fail': {
    effect: { kind: 'store-then-fail' },
    cells: only('final', 'stored'),
    refusal: /"store-then-fail" cannot happen at \w+; it can at final/,
  },
  sequence: {
    effect: { kind: 'sequence', steps: [{ kind: 'reply', code: 421 }, { kind: 'ok' }] },
    cells: at11('reply'),
  },
};

let certificates: TestCertificates;
beforeAll(async () => {
  certificates = await makeTestCertificates();
});

async function start(faults: FaultControlOptions = {}) {
  const secureContext = certificates.secureContext();
  return startFaultServer({ tls: 'offered', secureContext: () => secureContext }, faults);
}

describe.each(Object.entries(rows))('%s', (_name, { effect: ofRow, cells, refusal }) => {
  const cases = faultPoints.map((at, index) => [at, cells[index] ?? 'refused'] as const);

  test.each(cases)('at %s: %s', async (at, cell) => {
    const effect = typeof ofRow === 'function' ? ofRow(at) : ofRow;
    if (cell === 'refused') {
      expect(() => checkSpec({ at, effect })).toThrow(refusal);
      return;
    }
    await using server = await start();
    const fault = server.control.add({ at, effect });
    const startedAtMs = performance.now();
    const visitor = visit({ port: server.port, startTls: true });
    await fault.fired();
    if (cell === 'silence') await server.smtp.close({ graceMs: 600_000 });
    const met = await visitor;
    const tookMs = performance.now() - startedAtMs;
    const { messages } = server;
    switch (cell) {
      case 'reply':
        expect(met).toBe(`${before[at]}421 end`);
        break;
      case 'later':
        expect(met).toBe(untouched);
        expect(tookMs).toBeGreaterThanOrEqual(39);
        break;
      case 'silence':
        // Whoever goes on talking to it is reset.
        expect(met).toMatch(new RegExp(`^${before[at]}421 (?:end|reset)$`));
        break;
      case 'reset':
      case 'end':
        expect(met).toBe(`${before[at]}${cell}`);
        break;
      case 'half':
        expect(met).toBe(`${before[at]}half end`);
        break;
      case 'slow':
        expect(met).toBe(untouched);
        // A handshake has more than five hundred octets, the replies to NOOP and QUIT fifty.
        expect(tookMs).toBeGreaterThanOrEqual(50);
        break;
      case 'offers': {
        expect(met).toBe(untouched);
        await using client = await RawSmtpClient.connect({ port: server.port });
        await client.readReply();
        const { lines } = await client.command('EHLO x');
        expect(lines.includes('PIPELINING')).toBe(!('drop' in effect));
        expect(lines.includes('XFAKE')).toBe('add' in effect);
        expect(lines.includes('SIZE 77')).toBe('sizeBytes' in effect);
        break;
      }
      case 'lost':
        expect(met).toBe(untouched);
        break;
      case 'stored':
        expect(met).toBe(`${before[at]}reset`);
        break;
    }
    // Marked on the session, and in no genuine error.
    const marks = server.observations.filter((one) => one.kind === 'fault');
    expect(marks[0]).toMatchObject({ point: at, fault: fault.id, effect: fault.hits[0]?.effect });
    expect(server.observations).toContainEqual(
      expect.objectContaining({
        kind: 'line',
        line: expect.objectContaining({
          from: 'fault',
          text: `${fault.id} at ${at}: ${fault.hits[0]?.text}`,
        }),
      }),
    );
    expect(server.observations.filter(({ kind }) => kind === 'error')).toEqual([]);
    const isStored =
      at === 'idle' ||
      ['later', 'slow', 'offers', 'stored'].includes(cell) ||
      (at === 'final' && cell === 'half');
    expect(messages).toHaveLength(isStored ? 1 : 0);
    expect(fault.hits[0]).toMatchObject({ point: at, number: 1, peerAddress: '127.0.0.1' });
    if (effect.kind !== 'sequence') return;
    expect(await visit({ port: server.port, startTls: true })).toBe(untouched);
    expect(fault).toMatchObject({ hitCount: 1, state: 'spent' });
  });
});

describe('whom', () => {
  /** What fits the visitor, what does not, and from which point on it is known. */
  const selectors: readonly (readonly [
    name: string,
    fits: FaultWhere,
    other: FaultWhere,
    from: FaultPoint,
  ])[] = [
    ['recipient', { recipient: 'to@*.test' }, { recipient: 'xx@*.test' }, 'rcpt'],
    ['domain', { domain: 'EXAMPLE.*' }, { domain: 'sample.*' }, 'rcpt'],
    ['sender', { sender: 'from@*' }, { sender: '' }, 'mail'],
    ['user', { user: 'ad?' }, { user: 'bob' }, 'auth'],
    ['inbox of a user', { inbox: 'ada' }, { inbox: 'ad' }, 'auth'],
    ['inbox of an address', { inbox: 'to@example.test' }, { inbox: 'o@example.test' }, 'rcpt'],
    ['inbox of a domain', { inbox: '@example.test' }, { inbox: '@ample.test' }, 'rcpt'],
    ['peer', { peer: '127.*' }, { peer: '10.*' }, 'accept'],
  ];
  const noted = { kind: 'delay', delayMs: 0 } as const;

  test.each(selectors)('%s, at every point', async (_name, fits, other, from) => {
    await using server = await start();
    const known = faultPoints.slice(faultPoints.indexOf(from));
    for (const at of faultPoints.filter((point) => !known.includes(point))) {
      expect(() => checkSpec({ at, where: fits, effect: noted })).toThrow(/not known at/);
    }
    // STARTTLS comes before what is known of it is.
    const reached = known.filter((at) => from === 'accept' || at !== 'starttls');
    const pairs = reached.map((at) => ({
      hit: server.control.add({ at, where: fits, effect: noted }),
      missed: server.control.add({ at, where: other, effect: noted }),
    }));
    expect(await visit({ port: server.port, startTls: true })).toBe(untouched);
    for (const { hit, missed } of pairs) {
      expect(hit.hitCount, hit.text).toBeGreaterThanOrEqual(1);
      expect(missed.hitCount, missed.text).toBe(0);
    }
  });
});

describe('when', () => {
  /** One question a visit: the second EHLO is in TLS. */
  const ruleAt = (at: FaultPoint, when: FaultWhen, effect?: FaultEffect): FaultSpec => ({
    at,
    when,
    effect: effect ?? { kind: 'delay', delayMs: 0 },
    ...(at === 'ehlo' && { where: { tls: false } }),
  });

  /** Of so many visits, those in which each rule fired, counted from 1. */
  async function firedIn(
    specs: readonly FaultSpec[],
    visits: number,
    options: FaultControlOptions & { readonly beforeVisit?: (number: number) => void } = {},
  ): Promise<readonly string[]> {
    await using server = await start(options);
    const faults = specs.map((spec) => server.control.add(spec));
    const fired = specs.map(() => [] as number[]);
    for (let number = 1; number <= visits; number += 1) {
      options.beforeVisit?.(number);
      const counts = faults.map(({ hitCount }) => hitCount);
      expect(await visit({ port: server.port, startTls: true })).toBe(untouched);
      faults.forEach(({ hitCount }, index) => {
        const more = hitCount - (counts[index] ?? 0);
        expect(more).toBeLessThanOrEqual(1);
        if (more === 1) fired[index]?.push(number);
      });
    }
    return fired.map((numbers) => numbers.join(' '));
  }

  const spoken: FaultEffect = {
    kind: 'sequence',
    steps: [{ kind: 'delay', delayMs: 0 }, { kind: 'ok' }, { kind: 'delay', delayMs: 0 }],
  };
  test.each<[name: string, when: FaultWhen, expected: string, effect?: FaultEffect]>([
    ['times', { times: 2 }, '1 2'],
    ['skip', { skip: 2 }, '3 4 5 6'],
    ['every', { every: 2 }, '2 4 6'],
    ['skip, every and times', { skip: 1, every: 2, times: 2 }, '3 5'],
    ['rate limit', { rateLimit: { max: 2, perMs: 600_000 } }, '3 4 5 6'],
    ['sequence', {}, '1 3', spoken],
  ])('%s, at every point', async (...[, when, expected, effect]) => {
    const specs = faultPoints.map((at) => ruleAt(at, when, effect));
    expect(await firedIn(specs, 6)).toEqual(faultPoints.map(() => expected));
  });

  test('a rate limit begins anew with its window, and greylisting ends with its time', async () => {
    let nowMs = 0;
    const later = { nowMs: () => nowMs, beforeVisit: (number: number) => (nowMs = number * 1_000) };
    const limited = faultPoints.map((at) => ruleAt(at, { rateLimit: { max: 1, perMs: 2_000 } }));
    expect(await firedIn(limited, 6, later)).toEqual(faultPoints.map(() => '2 4 6'));
    const known = faultPoints.slice(faultPoints.indexOf('rcpt'));
    const grey = known.map((at) => ruleAt(at, { greylist: { waitMs: 3_000 } }));
    expect(await firedIn(grey, 6, later)).toEqual(known.map(() => '1 2 3'));
    for (const at of faultPoints.slice(0, faultPoints.indexOf('rcpt'))) {
      expect(() => checkSpec({ at, when: { greylist: { waitMs: 1 } } })).toThrow(
        /a recipient, which is not known at/,
      );
    }
  });

  test('chance with a seed gives the same faults in the same order of commands', async () => {
    const specs = (seed: number) => faultPoints.map((at) => ruleAt(at, { chance: 0.5, seed }));
    const first = await firedIn(specs(7), 12);
    expect(await firedIn(specs(7), 12)).toEqual(first);
    expect(await firedIn(specs(8), 12)).not.toEqual(first);
    for (const numbers of first) {
      const count = numbers.split(' ').filter((number) => number !== '').length;
      expect(count).toBeGreaterThan(0);
      expect(count).toBeLessThan(12);
    }
  });
});
