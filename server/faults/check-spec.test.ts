import { describe, expect, test } from 'vitest';
import { extensions } from '../smtp/protocol/extensions.ts';
import { checkSpec } from './check-spec.ts';
import { FaultSpecError } from './errors.ts';
import { effectsAt, ehloKeywords } from './points.ts';
import { scenarios } from './scenarios.ts';
import { faultPoints } from './types.ts';

/** `path: detail` of every problem; a valid rule fails the test. */
function problemsOf(spec: unknown): readonly string[] {
  try {
    checkSpec(spec);
  } catch (error) {
    if (error instanceof FaultSpecError) {
      return error.problems.map(({ path, detail }) => `${path}: ${detail}`);
    }
    throw error;
  }
  throw new Error('the rule is valid');
}

const refuse = { kind: 'reply', code: 550 };

describe('a rule that is not valid is refused, and every wrong field is named', () => {
  test.each<readonly [unknown, RegExp]>([
    [null, /^: must be an object/],
    ['rcpt:452', /^: must be an object/],
    [[], /^: must be an object/],
    [{ at: 'rcpt' }, /^effect: is missing/],
    [{ at: 'helo', effect: refuse }, /^at: must be one of accept, banner, ehlo/],
    [{ effect: refuse }, /^at: must be one of/],
    [{ at: 'rcpt', efect: refuse, effect: refuse }, /^efect: is not known; known are name, at/],
    [JSON.parse('{"at":"rcpt","effect":{"kind":"ok"},"__proto__":{}}'), /^__proto__: is not known/],
    [{ at: 'rcpt', effect: { code: 550 } }, /^effect\.kind: must be one of reply/],
    [Object.create({ at: 'rcpt', effect: refuse }), /^at: must be one of/],
    [{ at: 'rcpt', effect: { kind: 'reply' } }, /^effect\.code: .*from 400 to 599/],
    [{ at: 'rcpt', effect: { kind: 'reply', code: 250 } }, /^effect\.code/],
    [{ at: 'rcpt', effect: { kind: 'reply', code: '550' } }, /^effect\.code/],
    [{ at: 'rcpt', effect: { ...refuse, enhanced: '4.1.1' } }, /^effect\.enhanced: .*5\.2\.2/],
    [{ at: 'rcpt', effect: { ...refuse, text: 'a\r\nb' } }, /^effect\.text: must be printable/],
    [{ at: 'rcpt', effect: { ...refuse, text: 'é' } }, /^effect\.text/],
    [{ at: 'rcpt', effect: { ...refuse, text: [] } }, /^effect\.text: .*from 1 to 20/],
    [{ at: 'rcpt', effect: { ...refuse, delayMs: 600_001 } }, /^effect\.delayMs/],
    [{ at: 'rcpt', effect: { kind: 'delay' } }, /^effect\.delayMs: is missing/],
    [{ at: 'rcpt', effect: { kind: 'delay', delayMs: [5, 1] } }, /^effect\.delayMs/],
    [{ at: 'rcpt', effect: { kind: 'delay', delayMs: [1, 2, 3] } }, /^effect\.delayMs/],
    [{ at: 'rcpt', effect: { kind: 'stall', code: 451 } }, /^effect\.code: is not known/],
    [{ at: 'body', effect: { kind: 'throttle', bytesPerSecond: 0 } }, /^effect\.bytesPerSecond/],
    [{ at: 'ehlo', effect: { kind: 'capabilities' } }, /^effect: must have drop, add or sizeBytes/],
    [
      { at: 'ehlo', effect: { kind: 'capabilities', drop: ['PIPELINIG'] } },
      /^effect\.drop\.0: must be one of PIPELINING/,
    ],
    [{ at: 'ehlo', effect: { kind: 'capabilities', add: 'X Y\r\n' } }, /^effect\.add/],
    [{ at: 'final', effect: { kind: 'store-then-fail', by: 'lose' } }, /^effect\.by/],
    [{ at: 'rcpt', effect: { kind: 'sequence', steps: [] } }, /^effect\.steps: .*from 1 to 100/],
    [{ at: 'rcpt', effect: { kind: 'sequence', steps: {} } }, /^effect\.steps: must be a list/],
    [
      { at: 'rcpt', effect: { kind: 'sequence', steps: [{ kind: 'sequence', steps: [] }] } },
      /^effect\.steps\.0\.kind/,
    ],
    [{ at: 'rcpt', effect: refuse, when: { times: 0 } }, /^when\.times: .*from 1/],
    [{ at: 'rcpt', effect: refuse, when: { times: 1.5 } }, /^when\.times/],
    [{ at: 'rcpt', effect: refuse, when: { times: Number.NaN } }, /^when\.times/],
    [{ at: 'rcpt', effect: refuse, when: { chance: 1.1 } }, /^when\.chance/],
    [{ at: 'rcpt', effect: refuse, when: { chance: Number.NaN } }, /^when\.chance/],
    [{ at: 'rcpt', effect: refuse, when: { per: 'domain' } }, /^when\.per/],
    [{ at: 'rcpt', when: { rateLimit: { max: 3 } } }, /^when\.rateLimit\.perMs/],
    [{ at: 'rcpt', when: { greylist: 5 } }, /^when\.greylist: must be an object/],
    [{ at: 'rcpt', effect: refuse, where: { to: 'x' } }, /^where\.to: is not known/],
    [{ at: 'rcpt', effect: refuse, where: { recipient: 5 } }, /^where\.recipient/],
    [{ at: 'rcpt', effect: refuse, where: { recipient: 'x'.repeat(257) } }, /^where\.recipient/],
    [
      { at: 'rcpt', effect: refuse, where: { recipient: Array(21).fill('x') } },
      /^where\.recipient/,
    ],
    [{ at: 'rcpt', effect: refuse, name: 'two\nlines' }, /^name/],
    [{ at: 'rcpt', effect: refuse, mustFire: 1 }, /^mustFire/],
  ])('%j', (spec, problem) => {
    expect(problemsOf(spec).join('\n')).toMatch(problem);
  });

  test.each<readonly [unknown, RegExp]>([
    [{ at: 'rcpt', effect: { kind: 'lose' } }, /^effect: "lose" cannot happen at rcpt; .* final$/],
    [{ at: 'idle', effect: { kind: 'store-then-fail' } }, /it can at final/],
    [{ at: 'mail', effect: { kind: 'capabilities', drop: 'SIZE' } }, /it can at ehlo/],
    [{ at: 'idle', effect: { kind: 'reply', code: 450 } }, /only reply that may come is 421/],
    [{ at: 'idle', effect: { kind: 'reset', afterBytes: 5 } }, /nothing is said at idle/],
    [
      {
        at: 'final',
        effect: { kind: 'sequence', steps: [refuse, { kind: 'capabilities', drop: 'DSN' }] },
      },
      /^effect\.steps\.1: /,
    ],
    [
      { at: 'banner', effect: refuse, where: { recipient: 'x' } },
      /^where\.recipient: .*not known at banner/,
    ],
    [
      { at: 'mail', effect: refuse, where: { inbox: '@acme.test' } },
      /^where\.inbox: .*@acme\.test/,
    ],
    [{ at: 'ehlo', effect: refuse, where: { user: 'x' } }, /^where\.user/],
    [{ at: 'accept', effect: refuse, where: { tls: true } }, /^where\.tls/],
    [{ at: 'mail', when: { greylist: { waitMs: 1 } } }, /^when\.greylist/],
    [{ at: 'mail', effect: refuse, when: { times: 1, per: 'recipient' } }, /^when\.per/],
    [{ at: 'rcpt', effect: refuse, when: { per: 'recipient' } }, /^when\.per: is of use with/],
    [{ at: 'rcpt', effect: refuse, when: { seed: 5 } }, /^when\.seed: is of use with/],
  ])('parts that do not go together: %j', (spec, problem) => {
    expect(problemsOf(spec).join('\n')).toMatch(problem);
  });

  test('all of them together, up to twenty', () => {
    expect(
      problemsOf({ at: 'x', effect: { kind: 'y' }, when: { times: -1, skip: 'z' } }),
    ).toHaveLength(4);
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`field${i}`, i]));
    expect(problemsOf(many)).toHaveLength(20);
  });
});

test('a valid rule comes out as its own value', () => {
  const given = {
    name: 'Full',
    at: 'rcpt',
    where: { recipient: '*@full.test', tls: false },
    when: { times: 2 },
    effect: { kind: 'reply', code: 452, enhanced: '4.2.2', text: ['one', 'two'], delayMs: [1, 5] },
  };
  const spec = checkSpec(given);
  given.when.times = 99;
  expect(spec).toEqual({
    name: 'Full',
    at: 'rcpt',
    where: { recipient: ['*@full.test'], tls: false },
    when: { times: 2 },
    effect: { kind: 'reply', code: 452, enhanced: '4.2.2', text: ['one', 'two'], delayMs: [1, 5] },
  });
});

test('every effect can happen somewhere, and reply, delay, stall, reset and close at every point', () => {
  for (const point of faultPoints) {
    expect(effectsAt[point]).toEqual(
      expect.arrayContaining(['reply', 'delay', 'stall', 'reset', 'close', 'ok']),
    );
  }
});

test('what can be hidden is what the protocol offers', () => {
  expect([...ehloKeywords]).toEqual(extensions.map(({ keyword }) => keyword));
});

test.each(scenarios.map(({ name, rules }) => [name, rules] as const))(
  'scenario %s is valid',
  (_, rules) => {
    for (const rule of rules) expect(checkSpec(rule)).toMatchObject({ at: rule.at });
  },
);
