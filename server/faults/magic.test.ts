/** What addresses under `fault.test` mean, and that no other address means anything. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { askGate } from '../testing/ask-gate.ts';
import { describeSpec } from './describe.ts';
import { createFaultControl } from './fault-control.ts';
import { readMagicAddress } from './magic.ts';
import { effectOf } from './rule.ts';

function meaning(address: string): string {
  const specs = readMagicAddress(address);
  if (specs === null) return 'nothing';
  return specs.map((spec) => describeSpec({ ...spec, effect: effectOf(spec) })).join(' & ');
}

function reason(address: string): string {
  const effect = readMagicAddress(address)?.[0]?.effect;
  return effect?.kind === 'reply'
    ? `${effect.code} ${effect.enhanced} ${effect.text}`
    : 'no refusal';
}

test.each([
  ['452@rcpt.fault.test', 'rcpt: 452'],
  ['550-5.1.1@rcpt.fault.test', 'rcpt: 550 5.1.1'],
  ['stall@final.fault.test', 'final: stall'],
  ['user+rcpt-550-5.1.1@x.fault.test', 'rcpt: 550 5.1.1'],
  ['user+data-451@x.fault.test', 'data: 451'],
  ['user+final-stall@x.fault.test', 'final: stall'],
  ['user+delay-3000@x.fault.test', 'rcpt: delay 3000 ms'],
  ['user+delay-100-300@final.fault.test', 'final: delay 100 to 300 ms'],
  ['user+once-421@x.fault.test', 'rcpt: 421, once'],
  ['user+final-once-451@x.fault.test', 'final: 451, once'],
  ['user+once-final-451@x.fault.test', 'final: 451, once'],
  ['user+twice-452@x.fault.test', 'rcpt: 452, 2 times'],
  ['user+times-3-452@x.fault.test', 'rcpt: 452, 3 times'],
  ['user+lose@x.fault.test', 'final: lose'],
  ['user+store-then-fail@x.fault.test', 'final: store, then reset'],
  ['user+store-then-451@x.fault.test', 'final: store, then 451'],
  ['user+store-then-stall@x.fault.test', 'final: store, then stall'],
  ['user+reset-1000@x.fault.test', 'body: reset after 1000 octets'],
  ['user+reset@x.fault.test', 'rcpt: reset'],
  ['user+final-reset-5@x.fault.test', 'final: reset after 5 octets'],
  ['user+idle-reset@x.fault.test', 'idle: reset'],
  ['user+throttle-500@x.fault.test', 'body: throttle to 500 octets/s'],
  ['user+greylist-2000@x.fault.test', 'rcpt: 451 4.7.1, greylisted for 2000 ms'],
  ['user+delay-5+final-451@x.fault.test', 'rcpt: delay 5 ms & final: 451'],
  ['USER+RCPT-550@X.Fault.TEST', 'rcpt: 550'],
  ['user@fault.test', 'nothing'],
  ['user@x.fault.test', 'nothing'],
  ['user+452@fault.test', 'rcpt: 452'],
])('%s: %s', (address, expected) => {
  expect(meaning(address)).toBe(expected);
});

describe('what cannot be read is refused with the reason', () => {
  test.each([
    ['user+sttall@x.fault.test', '"sttall" is not understood'],
    ['anna@rcpt.fault.test', '"anna" is not understood'],
    ['user+250@x.fault.test', '"250" is not understood'],
    ['user+once-twice-451@x.fault.test', 'is not understood'],
    ['user+rcpt-lose@x.fault.test', 'cannot happen at rcpt'],
    ['user+idle-reset-5@x.fault.test', 'nothing is said at idle'],
    ['user+rcpt-550-4.1.1@x.fault.test', 'must be such as 5.2.2'],
    ['user+hide-dsn@x.fault.test', 'happens before there is an address'],
    ['user+delay-999999@x.fault.test', 'from 0 to 600000'],
    [`user${'+ok'.repeat(9)}@x.fault.test`, 'at most 8 words'],
    ['user+a\u0000b@x.fault.test', 'is not understood'],
  ])('%s', (address, words) => {
    expect(reason(address)).toMatch(/^553 5\.1\.3 Magic address: [\x20-\x7e]+; see FAULTS\.md$/);
    expect(reason(address)).toContain(words);
  });
});

test('no other domain ever means anything', () => {
  const local = fc.constantFrom('452', 'user+rcpt-550', 'user+final-stall', '+lose', 'a+b');
  const host = fc.oneof(
    fc.constantFrom('fault.test.example', 'rcpt.fault.tests', 'xfault.test', 'fault-test', 'test'),
    fc.constantFrom('rcpt.fault.test.', 'rcpt.default.test', '[127.0.0.1]', 'fault.test@x.test'),
    fc.domain().filter((domain) => !/(?:^|\.)fault\.test$/i.test(domain)),
  );
  fc.assert(
    fc.property(local, host, (name, domain) => {
      expect(readMagicAddress(`${name}@${domain}`)).toBe(null);
    }),
    { numRuns: 500 },
  );
});

test('whatever stands before fault.test is read or refused, and nothing throws', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (name) => {
      for (const spec of readMagicAddress(`x+${name}@x.fault.test`) ?? []) {
        const control = createFaultControl();
        expect(control.add(spec).spec.at).toMatch(/^(?:rcpt|data|body|final|idle)$/);
      }
    }),
    { numRuns: 1_000 },
  );
});

test('faults of magic addresses last as long as the transaction, and count by address', () => {
  const control = createFaultControl();
  const { say } = askGate(control);
  const to = (...recipients: string[]) => ({ recipients });
  expect(say('rcpt', to('a+final-451@x.fault.test'))).toBe('-');
  expect(say('rcpt', to('plain@example.test'))).toBe('-');
  expect(say('final', to('a+final-451@x.fault.test', 'plain@example.test'))).toBe('451 4.3.0');
  expect(say('final', { ...to('plain@example.test'), transaction: 2 })).toBe('-');
  const again = { ...to('b+once-421@x.fault.test'), transaction: 3 };
  expect([say('rcpt', again), say('rcpt', again)]).toEqual(['421 4.7.0', '-']);
  expect(askGate(control).say('rcpt', again)).toBe('-');
  expect(say('rcpt', { ...to('c+once-421@x.fault.test'), transaction: 3 })).toBe('421 4.7.0');
  expect(control.magic.hits.map(({ fault, text }) => `${fault} ${text}`)).toEqual([
    'magic 451',
    'magic 421',
    'magic 421',
  ]);
  control.magic.pause();
  expect(say('rcpt', to('452@rcpt.fault.test'))).toBe('-');
  control.magic.resume();
  expect(say('rcpt', to('452@rcpt.fault.test'))).toBe('452 4.2.2');
});

test('they can be off from the start', () => {
  const control = createFaultControl({ magicAddresses: false });
  const { gate } = askGate(control);
  expect(gate.watches('rcpt', '452@rcpt.fault.test')).toBe(false);
  control.magic.resume();
  expect(gate.watches('rcpt', '452@rcpt.fault.test')).toBe(true);
  expect(gate.watches('rcpt', '452@rcpt.example.test')).toBe(false);
});

test('rules come first', () => {
  const control = createFaultControl();
  control.add({ at: 'rcpt', effect: { kind: 'reply', code: 550 } });
  expect(askGate(control).say('rcpt', { recipients: ['452@rcpt.fault.test'] })).toBe('550 5.1.1');
});
