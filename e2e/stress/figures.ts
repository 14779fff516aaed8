/** Numbers as the report shows them. */
import type { Summary } from '../load/types.ts';
import type { Measured, Table } from './stress-run.ts';

export function ms(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
}

export function whole(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : value.toFixed(0);
}

export function size(bytes: number): string {
  return bytes < 1024 * 1024 ? `${bytes / 1024} KB` : `${bytes / 1024 / 1024} MB`;
}

export function pair({ p50, p99 }: Summary): string {
  return `${ms(p50)} / ${ms(p99)}`;
}

/** Who was busy: the generator must not be what limits, and others spoil the figures. */
export const cpuColumns = ['server CPU %', 'generator CPU % (loop)', 'others CPU %'] as const;

export function cpuCells({ load, serverCpuPercent, othersCpuPercent }: Measured): string[] {
  const { cpuPercent, loopUtilizationMax } = load.generator;
  return [
    whole(serverCpuPercent),
    `${whole(cpuPercent)} (${loopUtilizationMax.toFixed(2)})`,
    whole(othersCpuPercent),
  ];
}

export function medianCpuCells(all: readonly Measured[]): string[] {
  const loop = medianOf(all, ({ load }) => load.generator.loopUtilizationMax);
  return [
    whole(medianOf(all, ({ serverCpuPercent }) => serverCpuPercent)),
    `${whole(medianOf(all, ({ load }) => load.generator.cpuPercent))} (${loop?.toFixed(2) ?? '–'})`,
    whole(medianOf(all, ({ othersCpuPercent }) => othersCpuPercent)),
  ];
}

/** Of an even number the lower one; `null` when nothing was measured. */
export function medianOf(
  all: readonly Measured[],
  figureOf: (measured: Measured) => number | null,
): number | null {
  const figures = all
    .map(figureOf)
    .filter((figure) => figure !== null)
    .sort((a, b) => a - b);
  return figures[Math.floor((figures.length - 1) / 2)] ?? null;
}

/** The same quantity measured at both ends of the wire. */
export function sideBySide(title: string, { load, metrics }: Measured): Table {
  const { greeting, transaction, acknowledgement } = load.latency;
  const row = (name: string, summary: Summary) => [
    name,
    ...[summary.p50, summary.p90, summary.p99, summary.p999, summary.max].map(ms),
  ];
  const { connections, messages } = metrics ?? {};
  return {
    title,
    columns: ['ms', 'p50', 'p90', 'p99', 'p99.9', 'max'],
    rows: [
      row('client: connect to greeting', greeting),
      [
        'server: accept latency',
        ms(connections?.accept_latency_p50),
        '–',
        ms(connections?.accept_latency_p99),
        ms(connections?.accept_latency_p999),
        ms(connections?.accept_latency_max),
      ],
      row('client: MAIL to 250', transaction),
      [
        'server: processing latency',
        ms(messages?.processing_latency_p50),
        '–',
        ms(messages?.processing_latency_p99),
        ms(messages?.processing_latency_p999),
        ms(messages?.processing_latency_max),
      ],
      row('client: end of data to 250', acknowledgement),
    ],
  };
}

/** Where the server itself spent a message's time, and how late its event loop was. */
export function phaseTable({ metrics }: Measured): Table {
  const { phases = {}, event_loop: loop = null } = metrics ?? {};
  return {
    title: 'Phases, as the server timed them',
    columns: ['ms', 'p50', 'p99'],
    rows: [
      ...Object.entries(phases)
        .filter(([, found]) => typeof found?.p50 === 'number')
        .map(([name, found]) => [name, ms(found?.p50), ms(found?.p99)]),
      ['event loop delay', ms(loop?.delay_p50), ms(loop?.delay_p99)],
    ],
  };
}
