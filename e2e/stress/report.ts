/** The report: Markdown for people, JSON for programs. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Machine } from '../load/host.ts';
import type { Notebook, Table } from './stress-run.ts';

export interface StepReport {
  readonly name: string;
  readonly title: string;
  readonly tookMs: number;
  /** Of 1, 5 and 15 minutes, before the step. */
  readonly loadAverage: string;
  readonly notebook: Notebook;
}

export interface Report {
  readonly startedAt: string;
  readonly quick: boolean;
  readonly machine: Machine;
  readonly steps: readonly StepReport[];
}

export function renderStep({ title, tookMs, loadAverage, notebook }: StepReport): string {
  const { tables, notes, checks } = notebook;
  return [
    `## ${title}`,
    '',
    ...tables.flatMap((table) => [renderTable(table), '']),
    ...notes.flatMap((note) => [note, '']),
    ...checks.map(
      ({ passed, name, text }) => `- ${passed ? '✓' : '✗ **failed**'} ${name} (${text})`,
    ),
    '',
    `Took ${(tookMs / 1000).toFixed(0)} s; load average before it ${loadAverage}.`,
    '',
  ].join('\n');
}

export function renderHead({ startedAt, quick, machine }: Report): string {
  const { cpu, cores, memoryBytes, system, node, somaxconn, commit } = machine;
  const memory = `${(memoryBytes / 1024 ** 3).toFixed(1)} GB`;
  return [
    `# Stress validation${quick ? ' (quick)' : ''}`,
    '',
    `${startedAt} · ${cores} × ${cpu}, ${memory} · ${system} · Node ${node} · ` +
      `net.core.somaxconn ${somaxconn ?? 'unknown'} · commit ${commit ?? 'unknown'}`,
    '',
    'Times in milliseconds. Server, generator and whatever else runs share the processors; ' +
      '"others" is what the latter took of one core, and where it is much, look only at counts. ' +
      '"Loop" is the busy part of the event loop of the busiest generator process.',
    '',
  ].join('\n');
}

export async function saveReport(folder: string, report: Report): Promise<void> {
  await mkdir(folder, { recursive: true });
  const markdown = [renderHead(report), ...report.steps.map(renderStep)].join('\n');
  await writeFile(join(folder, 'report.md'), markdown);
  await writeFile(join(folder, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
}

function renderTable({ title, columns, rows }: Table): string {
  const widths = columns.map((column, index) =>
    Math.max(column.length, 3, ...rows.map((row) => row[index]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [`**${title}**`, '', line(columns), rule, ...rows.map(line)].join('\n');
}
