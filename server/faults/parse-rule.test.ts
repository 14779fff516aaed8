import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeSpec } from './describe.ts';
import { FaultSpecError } from './errors.ts';
import { parseRule } from './parse-rule.ts';
import { effectOf } from './rule.ts';

function meaning(text: string): string {
  const order = parseRule(text);
  if (order.kind === 'scenario') return `scenario ${order.name} ${JSON.stringify(order.where)}`;
  return describeSpec({ ...order.spec, effect: effectOf(order.spec) });
}

test.each([
  ['rcpt:452', 'rcpt: 452'],
  ['rcpt:452 to=*@full.test times=2', 'rcpt: 452, recipient *@full.test, 2 times'],
  ['RCPT:550-5.1.1', 'rcpt: 550 5.1.1'],
  ['rcpt:451,451,ok per=recipient', 'rcpt: 451, 451, ok, per recipient'],
  ['final:store-then-fail', 'final: store, then reset'],
  ['body:reset-1000 from=news@x.test', 'body: reset after 1000 octets, sender news@x.test'],
  ['mail:limit limit=10/1m per=user', 'mail: 450 4.7.1, beyond 10 in 60000 ms, per user'],
  ['rcpt:greylist greylist=10s', 'rcpt: 451 4.7.1, greylisted for 10000 ms'],
  ['mail:421 chance=20% seed=7', 'mail: 421, chance 0.2'],
  ['ehlo:hide-pipelining tls=no', 'ehlo: hide PIPELINING, without TLS'],
  ['ehlo:add-xfoo', 'ehlo: add XFOO'],
  ['ehlo:size-1000', 'ehlo: SIZE 1000'],
  ['final:close-7', 'final: close after 7 octets'],
  ['idle:reset for=5m skip=1 every=3', 'idle: reset, after 1, every 3., for 300000 ms'],
  ['{"at":"rcpt","effect":{"kind":"stall"}}', 'rcpt: stall'],
  ['scenario:greylisting', 'scenario greylisting null'],
  ['scenario:mailbox-full to=*@x.test', 'scenario mailbox-full {"recipient":"*@x.test"}'],
])('%s', (text, expected) => {
  expect(meaning(text)).toBe(expected);
});

test('quotes hold a text with spaces together', () => {
  expect(parseRule('rcpt:452 name="Full house" text="No room here"')).toMatchObject({
    spec: { name: 'Full house', effect: { kind: 'reply', code: 452, text: ['No room here'] } },
  });
});

describe('what cannot be read says what was expected', () => {
  test.each([
    ['', 'rcpt:452 are expected'],
    ['452', 'rcpt:452 are expected'],
    ['helo:452', 'names the point "helo"; there are accept'],
    ['rcpt:250', 'has the effect "250"; there are 452'],
    ['rcpt:452,', 'has the effect ""'],
    ['rcpt:lose', 'cannot happen at rcpt'],
    ['banner:421 to=x', 'not known at banner'],
    ['rcpt:452 twice', 'where a word such as times=2 is expected'],
    ['rcpt:452 times=2 times=3', 'says "times" twice'],
    ['rcpt:452 tiems=2', 'says "tiems"; there are to'],
    ['rcpt:452 __proto__=2', 'says "__proto__"'],
    ['rcpt:452 times=two', 'a whole number is expected'],
    ['rcpt:452 times=0', 'from 1'],
    ['rcpt:452 chance=2', 'a share such as 20% or 0.2'],
    ['rcpt:452 chance=200%', 'from 0 to 1'],
    ['rcpt:452 for=soon', 'a time such as 500ms'],
    ['mail:limit limit=10', 'such as 10/1m'],
    ['mail:limit', 'needs a word such as limit=10/1m'],
    ['rcpt:limit greylist=10s', 'needs a word such as limit=10/1m'],
    ['rcpt:greylist limit=10/1m', 'needs a word such as greylist=10s'],
    ['rcpt:stall text=x', 'says "text", which goes with one reply'],
    ['rcpt:451,452 text=x', 'says "text", which goes with one reply'],
    ['mail:limit limit=10/1m text=x', 'says "text", which goes with one reply'],
    ['rcpt:add-xfoo', 'it can at ehlo'],
    ['ehlo:add-', 'has the effect "add-"'],
    ['rcpt:452 tls=maybe', 'yes or no is expected'],
    ['rcpt:452 text="open', 'a quote without its end'],
    ['{"at":"rcpt"', 'is not JSON'],
    ['scenario:sunspots', 'names the scenario "sunspots"; there are provider-outage'],
    ['scenario:rate-limit times=2', 'says "times", which a scenario does not take'],
  ])('%s', (text, words) => {
    expect(() => parseRule(text)).toThrow(FaultSpecError);
    expect(() => parseRule(text)).toThrow(words);
  });

  test('and whatever it is, nothing else is thrown', () => {
    const noise = fc.string({ unit: 'binary', maxLength: 60 });
    const near = fc
      .tuple(fc.constantFrom('rcpt:', 'final:', 'scenario:', '{'), noise)
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(noise, near), (text) => {
        try {
          parseRule(text);
        } catch (error) {
          expect(error).toBeInstanceOf(FaultSpecError);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
