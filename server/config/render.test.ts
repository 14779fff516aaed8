import { expect, test } from 'vitest';
import { options } from './options.ts';
import { renderCommandHelp, renderHelp, renderOptionTable } from './render.ts';
import { usualFlag, variableOf } from './row.ts';

test.each([80, 100])('help fits %i columns', (columns) => {
  const same = (text: string) => text;
  const help = renderHelp([{ name: 'send', text: 'Send a message.' }], {
    columns,
    bold: same,
    dim: same,
  });
  const longest = Math.max(...help.split('\n').map((line) => line.length));
  expect(longest).toBeLessThanOrEqual(columns);
});

test('help and table mention every option once, the table with its variable', () => {
  const help = renderHelp([]);
  const table = renderOptionTable();
  for (const row of options) {
    const flag = usualFlag(row);
    expect(
      help.split('\n').filter((line) => line.startsWith(`  --${flag} `) || line === `  --${flag}`),
    ).toHaveLength(1);
    expect(table).toContain(`\`${variableOf(flag)}\``);
  }
});

test('defaults and limits are told', () => {
  const help = renderHelp([]);
  expect(help).toContain('[1025]');
  expect(help).toContain('[10 MiB]');
  expect(help).toContain('[off]');
  expect(renderOptionTable()).toContain('One of TLSv1.2, TLSv1.3.');
});

test('colours go where they are asked for', () => {
  const style = {
    columns: 80,
    bold: (text: string) => `*${text}*`,
    dim: (text: string) => `_${text}_`,
  };
  expect(renderHelp([], style)).toContain('*SMTP*');
  expect(renderHelp([], style)).toContain('_[1025]_');
  const send = { usage: 'send [options]', text: 'Sends.', rows: options.slice(0, 1), examples: [] };
  expect(renderCommandHelp({ ...send, examples: [['a', 'b']] })).toContain('--smtp-host <host>');
});
