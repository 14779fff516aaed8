/** Codes and links of marked messages: what is found, what is missed, what is taken for a code. */
import { expect, test } from 'vitest';
import {
  type Counts,
  measure,
  type Outcome,
  precision,
  recall,
  sum,
} from './fixtures/extraction/measure.ts';
import { portions, readCorpus } from './fixtures/extraction/read-corpus.ts';

const corpus = readCorpus();
const outcomes = corpus.map(measure);

test('the messages are many, in many languages, and marked', () => {
  for (const portion of portions) {
    const own = corpus.filter((message) => message.portion === portion);
    expect(own.length).toBeGreaterThanOrEqual(120);
    expect(new Set(own.map(({ language }) => language)).size).toBeGreaterThanOrEqual(18);
    expect(own.filter(({ codes }) => codes.length > 0).length).toBeGreaterThanOrEqual(60);
    expect(own.filter(({ codes }) => codes.length === 0).length).toBeGreaterThanOrEqual(60);
    expect(own.flatMap(({ others }) => others).length).toBeGreaterThanOrEqual(200);
    expect(own.flatMap(({ links }) => [...links]).length).toBeGreaterThanOrEqual(80);
  }
});

const floors: readonly (readonly [
  what: string,
  pick: (outcome: Outcome) => Counts,
  floor: number,
])[] = [
  ['codes', ({ codes }) => codes, 0.97],
  ['URLs', ({ urls }) => urls, 0.99],
  ['actions', ({ rels }) => rels.action, 0.97],
  ['unsubscribing', ({ rels }) => rels.unsubscribe, 0.97],
  ['tracking', ({ rels }) => rels.tracking, 0.95],
];

test.each(portions.flatMap((portion) => floors.map((row) => [portion, ...row] as const)))(
  '%s: %s are found, and little else',
  (portion, _what, pick, floor) => {
    const own = outcomes.filter(({ message }) => message.portion === portion);
    const counts = sum(own.map(pick));
    const notes = own.flatMap((outcome) => outcome.notes);
    expect(precision(counts), notes.join('\n')).toBeGreaterThanOrEqual(floor);
    expect(recall(counts), notes.join('\n')).toBeGreaterThanOrEqual(floor);
  },
);

test.each([...new Set(corpus.map(({ language }) => language))])(
  '%s: nearly every message gives the right code and link unasked',
  (language) => {
    const own = outcomes.filter(({ message }) => message.language === language);
    const wrong = own.filter((one) => !one.bestCodeIsRight || !one.bestLinkIsRight);
    const notes = wrong.flatMap((one) => one.notes).join('\n');
    expect(wrong.length, notes).toBeLessThanOrEqual(own.length >= 10 ? 1 : 0);
  },
);

test.each(['year', 'amount', 'phone', 'order', 'zip', 'date', 'time', 'parcel', 'ip', 'version'])(
  'a %s is never taken for a code',
  (what) => {
    const counts = outcomes.flatMap(({ others }) => others.get(what) ?? []);
    expect(counts.reduce((all, { present }) => all + present, 0)).toBeGreaterThanOrEqual(4);
    expect(counts.reduce((all, { offered }) => all + offered, 0)).toBe(0);
  },
);

test('of what else has a number, at most one in fifty is', () => {
  const counts = outcomes.flatMap(({ others }) => [
    ...(others.get('other') === undefined ? [] : [others.get('other')]),
    ...(others.get('coupon') === undefined ? [] : [others.get('coupon')]),
  ]);
  const total = (key: 'present' | 'offered') =>
    counts.reduce((all, count) => all + (count?.[key] ?? 0), 0);
  expect(total('present')).toBeGreaterThanOrEqual(80);
  expect(total('offered') / total('present')).toBeLessThanOrEqual(0.02);
});
