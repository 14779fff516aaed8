/** What MOVING.md says about options has to be true of the options. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { configFileOption, options } from '../../config/options.ts';
import { usualFlag, variableOf } from '../../config/row.ts';

const text = readFileSync(join(import.meta.dirname, 'MOVING.md'), 'utf8');
const rows = [...options, configFileOption];

test('every variable and every flag that is named exists', () => {
  const variables = new Set(
    rows.flatMap((row) => [variableOf(row.flag), variableOf(usualFlag(row))]),
  );
  const named = text.match(/\bPRIXFIXE_[A-Z_]+\b/g) ?? [];
  expect(named.length).toBeGreaterThan(40);
  expect([...new Set(named)].filter((name) => !variables.has(name))).toEqual([]);
  const flags = new Set(rows.flatMap((row) => [`--${row.flag}`, `--no-${row.flag}`]));
  const ours = [...text.matchAll(/prixfixe-dev ([^\n`]*)/g)].flatMap(
    ([, rest = '']) => rest.match(/--[a-z-]+/g) ?? [],
  );
  expect(ours.length).toBeGreaterThan(2);
  expect([...new Set(ours)].filter((flag) => !flags.has(flag))).toEqual([]);
});
