/** Aim: what became slower is told, and what only scatters is not. */
import { describe, expect, test } from 'vitest';
import { compareReports, renderChanges } from './compare.ts';
import { type Answer, type Figure, Notebook, type Report } from './report.ts';

const machine: Report['machine'] = {
  cpu: 'a processor',
  cores: 2,
  memoryBytes: 8 * 1024 ** 3,
  system: 'Linux',
  node: 'v20',
  somaxconn: 4096,
  commit: 'abc',
};

function reportOf(figures: readonly Figure[]): Report {
  const answer: Answer = {
    name: 'connect',
    group: 'throughput',
    title: 'How many?',
    startedAt: '2026-01-01T00:00:00.000Z',
    tookMs: 1,
    rounds: 3,
    scale: 1,
    commit: 'abc',
    othersPercent: 0,
    figures,
    charts: [],
    checks: [],
    notes: [],
  };
  return { format: 1, machine, answers: { connect: answer } };
}

function rates(ours: readonly number[], sink: readonly number[]): Report {
  const notebook = new Notebook();
  for (const rate of sink) notebook.at({ contender: 'smtp-sink' }).more('messages/s', rate);
  for (const rate of ours) notebook.at({ contender: 'prixfixe-dev' }).more('messages/s', rate);
  return reportOf(notebook.figures);
}

function times(measured: readonly number[]): Report {
  const notebook = new Notebook();
  for (const ms of measured) notebook.at({ row: 'first page' }).less('p95, ms', ms);
  return reportOf(notebook.figures);
}

const before = rates([800, 810, 790], [1000, 1010, 990]);

describe('a figure of several contenders', () => {
  test('is compared as a ratio: a machine of half the speed changes nothing', () => {
    const changes = compareReports(before, rates([400, 405, 395], [500, 505, 495]));
    expect(changes).toMatchObject([{ figure: 'messages/s, of smtp-sink', before: 0.8, now: 0.8 }]);
    expect(renderChanges(changes)).toContain('Worse beyond noise: nothing.');
  });

  test('that falls further than the rounds scatter is worse', () => {
    const changes = compareReports(before, rates([600, 606, 594], [1000, 1010, 990]));
    expect(changes[0]?.gain).toBeCloseTo(-0.25);
    expect(renderChanges(changes)).toMatch(/Worse beyond noise:\n[\s\S]*connect[\s\S]*-25 %/);
  });

  test('that falls less than the rounds scatter is as it was', () => {
    const changes = compareReports(before, rates([600, 1000, 500], [1000, 1000, 1000]));
    expect(renderChanges(changes)).toContain('Worse beyond noise: nothing.');
    expect(renderChanges(changes)).toContain('1 figures are as they were.');
  });
});

describe('a figure of ours alone', () => {
  test('of which less is better: longer is worse, shorter better', () => {
    expect(renderChanges(compareReports(times([10, 10, 10]), times([15, 15, 15])))).toMatch(
      /Worse beyond noise:\n[\s\S]*connect: first page[\s\S]*-33 %/,
    );
    expect(renderChanges(compareReports(times([15, 15, 15]), times([10, 10, 10])))).toMatch(
      /Better beyond noise:\n[\s\S]*\+50 %/,
    );
  });

  test('of a single round may differ by a good deal before it tells anything', () => {
    const changes = compareReports(times([10]), times([13]));
    expect(renderChanges(changes)).toContain('Worse beyond noise: nothing.');
  });

  test('that only one of the runs has is not compared', () => {
    expect(compareReports(reportOf([]), times([10]))).toEqual([]);
  });
});
