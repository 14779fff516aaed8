/** The same seed and the same order of commands give the same faults, however connections interleave. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { askGate } from '../testing/ask-gate.ts';
import { draw } from './chance.ts';
import { createFaultControl } from './fault-control.ts';
import type { FaultSpec } from './types.ts';

describe('numbers drawn by place', () => {
  test('are spread evenly, whichever part of the place changes', () => {
    for (const place of [
      (i: number) => [i, 1, 0],
      (i: number) => [1, i, 0],
      (i: number) => [1, 1, i],
    ]) {
      const tenths = Array.from({ length: 10 }, () => 0);
      for (let i = 0; i < 10_000; i++) {
        const tenth = Math.floor(draw(42, place(i)) * 10);
        tenths[tenth] = (tenths[tenth] ?? 0) + 1;
      }
      // Each is 1000 but for chance, whose standard deviation is 30.
      for (const count of tenths) expect(Math.abs(count - 1_000)).toBeLessThan(150);
    }
  });

  test('differ by seed', () => {
    const heads = (seed: number) =>
      Array.from({ length: 64 }, (_, i) => (draw(seed, [i, 1, 0]) < 0.5 ? 'x' : '.')).join('');
    expect(new Set(Array.from({ length: 500 }, (_, seed) => heads(seed))).size).toBe(500);
  });
});

/** One connection: the recipients of each of its messages. */
type Script = readonly number[];

const rules: readonly FaultSpec[] = [
  { at: 'mail', when: { chance: 0.3, seed: 1 }, effect: { kind: 'reply', code: 421 } },
  { at: 'rcpt', when: { chance: 0.5, seed: 2 }, effect: { kind: 'delay', delayMs: [0, 1_000] } },
  { at: 'rcpt', when: { chance: 0.4, seed: 3 }, effect: { kind: 'reply', code: 452 } },
  { at: 'final', when: { chance: 0.5, seed: 4 }, effect: { kind: 'reset' } },
];

/** Runs all scripts, each step of the schedule letting one connection go on by one command. */
function play(scripts: readonly Script[], schedule: readonly number[]): readonly string[] {
  const control = createFaultControl({ nowMs: () => 0 });
  for (const rule of rules) control.add(rule);
  const runs = scripts.map((messages, index) => {
    const { ask } = askGate(control, { id: `s${index}` });
    const commands = messages.flatMap((recipients, message) => {
      const transaction = message + 1;
      const rcpts = Array.from({ length: recipients }, (_, i) => () => {
        const verdict = ask('rcpt', { transaction, recipients: [`to${i}@example.test`] });
        return `${verdict?.delayMs ?? 0}/${verdict?.outcome.kind ?? '-'}`;
      });
      return [
        () => ask('mail', { transaction: message, recipients: [] })?.outcome.kind ?? '-',
        ...rcpts,
        () => ask('final', { transaction })?.outcome.kind ?? '-',
      ];
    });
    return { commands, said: [] as string[] };
  });
  const goOn = (index: number) => {
    const run = runs[index % runs.length];
    const command = run?.commands.shift();
    if (run !== undefined && command !== undefined) run.said.push(command());
  };
  for (const index of schedule) goOn(index);
  runs.forEach((run, index) => {
    while (run.commands.length > 0) goOn(index);
  });
  control.close();
  return runs.map(({ said }) => said.join(' '));
}

test('any two interleavings of the same connections see the same faults', () => {
  const scripts = fc.array(fc.array(fc.nat({ max: 4 }), { maxLength: 4 }), {
    minLength: 1,
    maxLength: 6,
  });
  const schedule = fc.array(fc.nat({ max: 5 }), { maxLength: 80 });
  fc.assert(
    fc.property(scripts, schedule, schedule, (connections, one, other) => {
      expect(play(connections, one)).toEqual(play(connections, other));
    }),
    { numRuns: 300 },
  );
});

test('a drawn seed is told, and repeats what happened', () => {
  const outcome = (spec: FaultSpec) => {
    const control = createFaultControl();
    const fault = control.add(spec);
    const { say } = askGate(control);
    const said = Array.from({ length: 40 }, (_, i) => say('rcpt', { transaction: i })).join('');
    return { said, seed: fault.spec.when?.seed };
  };
  const spec = { at: 'rcpt', effect: { kind: 'reply', code: 450 }, when: { chance: 0.5 } } as const;
  const first = outcome(spec);
  expect(first.seed).toBeTypeOf('number');
  expect(
    outcome(
      first.seed === undefined ? spec : { ...spec, when: { ...spec.when, seed: first.seed } },
    ),
  ).toEqual(first);
});

test('chance is met as often as it says', () => {
  const control = createFaultControl();
  const fault = control.add({
    at: 'rcpt',
    effect: { kind: 'reset' },
    when: { chance: 0.2, seed: 9 },
  });
  for (let connection = 0; connection < 100; connection++) {
    const { ask } = askGate(control);
    for (let transaction = 0; transaction < 100; transaction++) ask('rcpt', { transaction });
  }
  // 2000 but for chance, whose standard deviation is 40.
  expect(Math.abs(fault.hitCount - 2_000)).toBeLessThan(200);
});
