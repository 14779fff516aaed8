import { describe, expect, test } from 'vitest';
import { checkSpec } from '../../../server/faults/check-spec.ts';
import { effectsAt as possibleAt } from '../../../server/faults/points.ts';
import { faultPoints } from '../../../server/faults/types.ts';
import { effectsAt, emptyForm, sentenceOf, specOf, withPoint } from './fault-form.ts';

describe('the form', () => {
  test.each(faultPoints)('makes a valid rule of every effect it offers at %s', (at) => {
    for (const effect of effectsAt(at)) {
      const form = {
        ...withPoint(emptyForm, at),
        effect,
        recipient: '*@x.test',
        sender: 'a@x.test',
      };
      for (const often of ['always', 'times', 'chance'] as const) {
        for (const afterBytes of ['', '7']) {
          expect(checkSpec(specOf({ ...form, often, afterBytes })).at).toBe(at);
        }
      }
    }
  });

  test.each(faultPoints)('offers what the server can do at %s', (at) => {
    const offered = effectsAt(at).map((effect) =>
      effect === 'hide' || effect === 'fake' ? 'capabilities' : effect,
    );
    expect([...new Set(offered)].sort()).toEqual(
      possibleAt[at].filter((kind) => kind !== 'ok').toSorted(),
    );
  });

  test('asks nothing that is not known at the point', () => {
    expect(
      specOf({ ...withPoint(emptyForm, 'banner'), recipient: 'x@y.test', sender: 'z' }),
    ).toEqual({
      at: 'banner',
      effect: { kind: 'reply', code: 452 },
    });
  });

  test('keeps the effect when the point has it, and takes one that it has otherwise', () => {
    expect(withPoint({ ...emptyForm, effect: 'lose' }, 'rcpt').effect).toBe('reply');
    expect(withPoint({ ...emptyForm, effect: 'reset' }, 'idle')).toMatchObject({ effect: 'reset' });
    expect(withPoint(emptyForm, 'idle').code).toBe('421');
  });

  test('says the rule in a sentence', () => {
    const form = { ...emptyForm, recipient: '*@full.test', often: 'times' } as const;
    expect(sentenceOf(form)).toBe(
      'When a client names a recipient (of mail to *@full.test): answer 452, 2 times.',
    );
    expect(
      sentenceOf({ ...withPoint(emptyForm, 'body'), effect: 'reset', afterBytes: '100' }),
    ).toBe(
      'While the message arrives: reset the connection after 100 octets of the message, every time.',
    );
    expect(sentenceOf({ ...withPoint(emptyForm, 'ehlo'), effect: 'close', afterBytes: '9' })).toBe(
      'When a client says EHLO: close the connection after 9 octets of the reply, every time.',
    );
  });
});
