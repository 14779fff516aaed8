/** What FAULTS.md says is so: its table of points, its rules and its addresses. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkSpec } from './check-spec.ts';
import { readMagicAddress } from './magic.ts';
import { parseRule } from './parse-rule.ts';
import { effectsAt } from './points.ts';
import { faultPoints } from './types.ts';

const text = readFileSync(new URL('FAULTS.md', import.meta.url), 'utf8');

function cells(row: string): readonly string[] {
  return row
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

test('the table of points says which effects can happen where', () => {
  const columns = ['reply', 'delay', 'stall', 'reset', 'close', 'throttle'] as const;
  for (const point of faultPoints) {
    const row = text.split('\n').find((line) => line.startsWith(`| \`${point}\` |`)) ?? '';
    const [, , ...possible] = cells(row);
    const said = columns.filter((_, index) => possible[index] !== '');
    expect(said, point).toEqual(columns.filter((kind) => effectsAt[point].includes(kind)));
    for (const special of ['capabilities', 'lose', 'store-then-fail'] as const) {
      expect(possible.at(-1)?.includes(special), `${point} ${special}`).toBe(
        effectsAt[point].includes(special),
      );
    }
  }
});

test('every rule of the recipes can be given as it stands', () => {
  const recipes = text.slice(text.indexOf('## Recipes'));
  const rules = Array.from(recipes.matchAll(/`((?:banner|ehlo|mail|rcpt|final|idle):[^`]+)`/g));
  expect(rules.length).toBeGreaterThan(9);
  for (const [, rule = ''] of rules) expect(parseRule(rule).kind).toBe('rule');
});

test('every JSON rule and every example address is valid', () => {
  const [, json = ''] = /```json\n([^`]+)```/.exec(text) ?? [];
  expect(checkSpec(JSON.parse(json)).at).toBe('rcpt');
  const addresses = Array.from(text.matchAll(/`([\w+.-]+@[\w.]+\.fault\.test)`/g));
  expect(addresses.length).toBeGreaterThanOrEqual(3);
  for (const [, address = ''] of addresses) {
    if (/EFFECT|WORD/.test(address)) continue;
    const specs = readMagicAddress(address) ?? [];
    expect(specs.length, address).toBeGreaterThan(0);
    expect(JSON.stringify(specs)).not.toContain('Magic address:');
  }
});
