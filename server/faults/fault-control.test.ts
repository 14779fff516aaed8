import { describe, expect, test, vi } from 'vitest';
import { askGate } from '../testing/ask-gate.ts';
import { FaultNotFiredError, FaultSpecError, TooManyFaultsError } from './errors.ts';
import { createFaultControl, faultsMax } from './fault-control.ts';
import { hitsKept } from './hit-log.ts';
import { keysMax } from './rule.ts';
import type { FaultHit, FaultSpec } from './types.ts';

const full = { kind: 'reply', code: 452, enhanced: '4.2.2' } as const;

/** Control, its clock, and everything it told. */
function faults() {
  const clock = { nowMs: 1_000 };
  const hits: FaultHit[] = [];
  let changes = 0;
  const control = createFaultControl({
    nowMs: () => clock.nowMs,
    onHit: (hit) => hits.push(hit),
    onChange: () => changes++,
    newSeed: () => 7,
  });
  return { control, clock, hits, changes: () => changes };
}

/** What a rule says to several recipients of one message, one after the other. */
function replies(spec: FaultSpec, recipients: readonly string[]): string {
  const { control } = faults();
  control.add(spec);
  const { say } = askGate(control);
  return recipients.map((recipient) => say('rcpt', { recipients: [recipient] })).join(' ');
}

describe('when a rule fires', () => {
  const to = (count: number) => Array.from({ length: count }, (_, i) => `to${i}@example.test`);
  const at = 'rcpt';
  const effect = { kind: 'reply', code: 452, enhanced: null } as const;

  test.each<readonly [string, FaultSpec['when'], string]>([
    ['always', {}, '452 452 452 452 452 452'],
    ['times', { times: 2 }, '452 452 - - - -'],
    ['skip', { skip: 4 }, '- - - - 452 452'],
    ['every', { every: 3 }, '- - 452 - - 452'],
    ['skip, every and times', { skip: 1, every: 2, times: 1 }, '- - 452 - - -'],
    ['never by chance', { chance: 0 }, '- - - - - -'],
    ['always by chance', { chance: 1 }, '452 452 452 452 452 452'],
    ['rate limit', { rateLimit: { max: 4, perMs: 1_000 } }, '- - - - 452 452'],
  ])('%s', (_, when, expected) => {
    expect(replies({ at, effect, ...(when === undefined ? {} : { when }) }, to(6))).toBe(expected);
  });

  test('a sequence takes a step each time, and is over after the last', () => {
    const steps = [effect, { ...effect, code: 450 }, { kind: 'ok' }, effect] as const;
    const sequence = { kind: 'sequence', steps } as const;
    expect(replies({ at, effect: sequence }, to(6))).toBe('452 450 - 452 - -');
    expect(replies({ at, effect: { ...sequence, repeat: true } }, to(6))).toBe(
      '452 450 - 452 452 450',
    );
  });

  test('counts go by recipient, or whatever else is wanted', () => {
    const when = { times: 1, per: 'recipient' } as const;
    expect(replies({ at, effect, when }, ['a@x.test', 'b@x.test', 'A@x.test', 'b@x.test'])).toBe(
      '452 452 - -',
    );
  });

  test('a rate limit counts what it lets through, and recovers when its window is over', () => {
    const { control, clock } = faults();
    control.add({ at: 'mail', when: { rateLimit: { max: 2, perMs: 1_000 }, per: 'peer' } });
    const one = askGate(control, { peerAddress: '127.0.0.1' });
    const other = askGate(control, { peerAddress: '127.0.0.2' });
    expect([1, 2, 3, 4].map(() => one.say('mail'))).toEqual(['-', '-', '450 4.7.1', '450 4.7.1']);
    expect(other.say('mail')).toBe('-');
    // Trying again while it holds pushes it no further away.
    clock.nowMs += 999;
    expect(one.say('mail')).toBe('450 4.7.1');
    clock.nowMs += 1;
    expect([1, 2, 3].map(() => one.say('mail'))).toEqual(['-', '-', '450 4.7.1']);
  });

  test('greylisting puts off who is new, and lets them pass when they come back late enough', () => {
    const { control, clock } = faults();
    control.add({ at: 'rcpt', when: { greylist: { waitMs: 500, forgetMs: 10_000 } } });
    const { say } = askGate(control);
    expect(say('rcpt')).toBe('451 4.7.1');
    clock.nowMs += 499;
    expect(say('rcpt')).toBe('451 4.7.1');
    clock.nowMs += 1;
    expect(say('rcpt')).toBe('-');
    expect(say('rcpt', { sender: 'other@example.test' })).toBe('451 4.7.1');
    expect(say('rcpt', { recipients: ['other@example.test'] })).toBe('451 4.7.1');
    expect(askGate(control, { peerAddress: '::1' }).say('rcpt')).toBe('451 4.7.1');
    clock.nowMs += 10_000;
    expect(say('rcpt')).toBe('451 4.7.1');
  });

  test('forMs counts from when it was added', () => {
    const { control, clock } = faults();
    const fault = control.add({ at: 'rcpt', effect: full, when: { forMs: 100 } });
    const { say } = askGate(control);
    clock.nowMs += 99;
    expect([say('rcpt'), fault.state]).toEqual(['452 4.2.2', 'armed']);
    clock.nowMs += 1;
    expect([say('rcpt'), fault.state]).toEqual(['-', 'spent']);
  });

  test('at body once a message, when so many octets have come', () => {
    const { control } = faults();
    control.add({ at: 'body', effect: { kind: 'reset', afterBytes: 100 } });
    const { say } = askGate(control);
    const body = (messageBytes: number, transaction = 1) =>
      say('body', { messageBytes, transaction });
    expect([body(0), body(99), body(100), body(200)]).toEqual(['-', '-', 'reset', '-']);
    expect([body(0, 2), body(5_000, 2), body(6_000, 2)]).toEqual(['-', 'reset', '-']);
  });

  test('a slow line is slow from before the first octet', () => {
    const { control } = faults();
    control.add({ at: 'body', effect: { kind: 'throttle', bytesPerSecond: 10 } });
    expect(askGate(control).ask('body')).toMatchObject({ bytesPerSecond: 10 });
  });
});

describe('whom a rule is for', () => {
  const question = {
    user: 'Ada',
    sender: 'news@acme.test',
    recipients: ['Bob@full.test', 'eve@other.test'],
    tls: true,
  };

  test.each<readonly [FaultSpec['where'], boolean]>([
    [{}, true],
    [{ recipient: 'bob@FULL.test' }, true],
    [{ recipient: '*@full.test' }, true],
    [{ recipient: 'b?b@*' }, true],
    [{ recipient: 'full.test' }, false],
    [{ recipient: ['nobody@x.test', 'eve@*'] }, true],
    [{ domain: 'other.test' }, true],
    [{ domain: '*.test' }, true],
    [{ domain: 'ther.test' }, false],
    [{ sender: '*@acme.test' }, true],
    [{ sender: '' }, false],
    [{ user: 'ada' }, true],
    [{ user: 'a*', tls: false }, false],
    [{ inbox: 'bob@full.test' }, true],
    [{ inbox: '@full.test' }, true],
    [{ inbox: 'ada' }, true],
    [{ inbox: '*@full.test' }, false],
    [{ inbox: 'full.test' }, false],
    [{ peer: '127.0.0.*' }, true],
    [{ peer: '10.*' }, false],
    [{ peer: '127.0.0.1', recipient: 'nobody@x.test' }, false],
  ])('%j: %s', (where, fits) => {
    const { control } = faults();
    control.add({ at: 'final', effect: full, ...(where === undefined ? {} : { where }) });
    expect(askGate(control).say('final', question)).toBe(fits ? '452 4.2.2' : '-');
  });

  test('the null reverse-path is the empty sender', () => {
    const { control } = faults();
    control.add({ at: 'mail', where: { sender: '' }, effect: full });
    expect(askGate(control).say('mail', { sender: '' })).toBe('452 4.2.2');
  });
});

describe('several rules', () => {
  test('the first that decides is the one, and those behind it do not count', () => {
    const { control } = faults();
    const first = control.add({ at: 'rcpt', effect: full, when: { times: 1 } });
    const second = control.add({ at: 'rcpt', effect: { kind: 'reset' } });
    const { say } = askGate(control);
    expect([say('rcpt'), say('rcpt')]).toEqual(['452 4.2.2', 'reset']);
    expect([first.hitCount, second.hitCount, second.matchCount]).toEqual([1, 1, 1]);
  });

  test('ok spares from those behind it, and is no hit', () => {
    const { control, hits } = faults();
    const spared = control.add({
      at: 'rcpt',
      where: { recipient: 'vip@x.test' },
      effect: { kind: 'ok' },
    });
    control.add({ at: 'rcpt', effect: full });
    const { say } = askGate(control);
    expect(say('rcpt', { recipients: ['vip@x.test'] })).toBe('-');
    expect(say('rcpt', { recipients: ['other@x.test'] })).toBe('452 4.2.2');
    expect([spared.hitCount, spared.matchCount, hits.length]).toEqual([0, 1, 1]);
  });

  test('delays, slow lines and capabilities add up', () => {
    const { control } = faults();
    control.add({ at: 'ehlo', effect: { kind: 'delay', delayMs: 100 } });
    control.add({ at: 'ehlo', effect: { kind: 'throttle', bytesPerSecond: 50 } });
    control.add({ at: 'ehlo', effect: { kind: 'throttle', bytesPerSecond: 80 } });
    control.add({ at: 'ehlo', effect: { kind: 'capabilities', drop: ['DSN'], sizeBytes: 9 } });
    control.add({ at: 'ehlo', effect: { kind: 'capabilities', drop: ['AUTH'], add: ['XFOO a'] } });
    control.add({ at: 'ehlo', effect: { ...full, delayMs: 50 } });
    expect(askGate(control).ask('ehlo')).toMatchObject({
      delayMs: 150,
      bytesPerSecond: 50,
      capabilities: { drop: ['DSN', 'AUTH'], add: ['XFOO a'], messageBytesMax: 9 },
      outcome: { kind: 'reply', code: 452 },
      marks: [
        { fault: 'f1' },
        { fault: 'f2' },
        { fault: 'f3' },
        { fault: 'f4' },
        { fault: 'f5' },
        { fault: 'f6' },
      ],
    });
  });
});

describe('handles', () => {
  test('a hit says where, to whom and what', () => {
    const { control, hits } = faults();
    const fault = control.add({ at: 'rcpt', effect: full });
    askGate(control, { id: 's9' }).ask('rcpt', { user: 'ada', recipients: ['b@x.test'] });
    expect(fault.hits).toEqual([
      {
        fault: fault.id,
        number: 1,
        atMs: expect.any(Number),
        point: 'rcpt',
        effect: 'reply',
        text: '452 4.2.2',
        sessionId: 's9',
        peerAddress: '127.0.0.1',
        user: 'ada',
        sender: 'from@example.test',
        recipients: ['b@x.test'],
      },
    ]);
    expect(hits).toEqual(fault.hits);
  });

  test('fired waits for so many, also for those that were', async () => {
    const { control } = faults();
    const fault = control.add({ at: 'rcpt', effect: full });
    const { say } = askGate(control);
    say('rcpt');
    expect(await fault.fired()).toHaveLength(1);
    const three = fault.fired(3);
    say('rcpt');
    say('rcpt');
    expect((await three).map(({ number }) => number)).toEqual([1, 2, 3]);
  });

  test('fired says how far it came', async () => {
    const { control } = faults();
    const fault = control.add({
      at: 'rcpt',
      effect: full,
      when: { skip: 1 },
      where: { recipient: '*@full.test' },
    });
    askGate(control).say('rcpt', { recipients: ['a@full.test'] });
    await expect(fault.fired(2, { timeoutMs: 1, because: 'the app retries' })).rejects.toThrow(
      'Fault f1 (rcpt: 452 4.2.2, recipient *@full.test, after 1) fired 0 times of 2 within 1 ms (the app retries); its conditions held once.',
    );
    await expect(fault.fired(1, { timeoutMs: 1 })).rejects.toBeInstanceOf(FaultNotFiredError);
    const aborted = new AbortController();
    const waiting = fault.fired(1, { signal: aborted.signal });
    aborted.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    const forever = fault.fired(1, 600_000);
    fault.remove();
    await expect(forever).rejects.toThrow('and was then removed');
  });

  test('waits go on under fake timers', async () => {
    vi.useFakeTimers();
    try {
      const { control } = faults();
      const fault = control.add({ at: 'rcpt', effect: full });
      await expect(fault.fired(1, 5)).rejects.toThrow('within 5 ms');
    } finally {
      vi.useRealTimers();
    }
  });

  test('a rule can be paused, goes on, and is gone when removed', () => {
    const { control, changes } = faults();
    const fault = control.add({ at: 'rcpt', effect: full });
    const { say } = askGate(control);
    fault.pause();
    expect([say('rcpt'), fault.state]).toEqual(['-', 'paused']);
    fault.resume();
    expect([say('rcpt'), fault.state]).toEqual(['452 4.2.2', 'armed']);
    expect(control.remove(fault.id)).toBe(true);
    expect([say('rcpt'), fault.state, control.get(fault.id)]).toEqual(['-', 'removed', null]);
    expect(control.remove(fault.id)).toBe(false);
    expect(changes()).toBe(4);
  });

  test('mustFire fails the block that never met it', () => {
    const { control } = faults();
    expect(() => {
      using _fault = control.add({ at: 'rcpt', effect: full, mustFire: true });
    }).toThrow(/Fault f1 .* fired 0 times of 1; its conditions held 0 times/);
    expect(control.list()).toEqual([]);
    expect(() => {
      using _fault = control.add({ at: 'rcpt', effect: full, mustFire: true });
      askGate(control).say('rcpt');
    }).not.toThrow();
  });

  test('clear takes all away, ends waits and says how many there were', async () => {
    const { control } = faults();
    const waiting = control.waitForHits(control.add({ at: 'rcpt', effect: full }).id, 1, {
      timeoutMs: 60_000,
    });
    control.add({ at: 'mail', effect: full });
    expect([control.clear(), control.clear()]).toEqual([2, 0]);
    expect(await waiting).toBe(false);
    expect(await control.waitForHits('nobody', 1, { timeoutMs: 60_000 })).toBe(false);
  });
});

test('a scenario adds all its rules, narrowed when wanted, or none', () => {
  const { control } = faults();
  expect(control.scenario('slow-network').length).toBeGreaterThan(2);
  const [full] = control.scenario('mailbox-full', { recipient: '*@x.test' });
  expect(full?.spec).toMatchObject({ at: 'rcpt', where: { recipient: ['*@x.test'] } });
  const before = control.list().length;
  expect(() => control.scenario('slow-network', { recipient: 'a@x.test' })).toThrow(FaultSpecError);
  expect(() => control.scenario('sunspots')).toThrow(/known are provider-outage/);
  expect(control.list()).toHaveLength(before);
});

describe('limits', () => {
  test('a flood of rules is refused; those that are over make room', () => {
    const { control } = faults();
    for (let i = 0; i < faultsMax; i++)
      control.add({ at: 'mail', effect: full, when: { times: 1, skip: i } });
    expect(() => control.add({ at: 'rcpt', effect: full })).toThrow(TooManyFaultsError);
    askGate(control).say('mail');
    const added = control.add({ at: 'rcpt', effect: full });
    expect(control.list()).toHaveLength(faultsMax);
    expect(control.list().at(-1)?.id).toBe(added.id);
    expect(control.get('f1')).toBe(null);
  });

  test('hits and keys kept have a ceiling, counts go on', () => {
    const { control } = faults();
    const fault = control.add({ at: 'rcpt', effect: full, when: { times: 1, per: 'recipient' } });
    const { say } = askGate(control);
    const last = keysMax * 3;
    for (let i = 0; i < last; i++) say('rcpt', { recipients: [`to${i}@example.test`] });
    expect(fault.hitCount).toBe(last);
    expect(fault.hits).toHaveLength(hitsKept);
    expect(fault.hits.at(-1)?.number).toBe(last);
    // What was counted last is remembered, what was counted first is not.
    expect(say('rcpt', { recipients: [`to${last - 1}@example.test`] })).toBe('-');
    expect(say('rcpt', { recipients: ['to0@example.test'] })).toBe('452 4.2.2');
  });

  test('after close nothing fires and nobody waits', async () => {
    const { control } = faults();
    const waiting = control.add({ at: 'rcpt', effect: full }).fired(1, 600_000);
    const { say } = askGate(control);
    control.close();
    await expect(waiting).rejects.toThrow('removed');
    expect(say('rcpt')).toBe('-');
    expect(say('rcpt', { recipients: ['550@rcpt.fault.test'] })).toBe('-');
  });
});
