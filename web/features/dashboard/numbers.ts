/** How measured values read. What was never measured is a dash, never 0. */
import { formatBytes, formatCount, formatCountShort } from '../../lib/format.ts';

export const missing = '–';

export type Format = (value: number | null) => string;

/** Three digits that count: 0.012 ms, 1.23 ms, 15.8 ms, 102 ms, 1.2 s. */
export function formatMs(value: number | null): string {
  if (value === null) return missing;
  if (value < 999.5) return `${threeDigits(value)} ms`;
  return `${threeDigits(value / 1_000)} s`;
}

export function formatRate(value: number | null): string {
  return value === null ? missing : `${rateNumber(value)}/s`;
}

export function rateNumber(value: number): string {
  if (value === 0) return '0';
  if (value < 0.095) return value.toFixed(2);
  if (value < 99.95) return value.toFixed(1);
  return formatCount(Math.round(value));
}

export function formatWhole(value: number | null): string {
  return value === null ? missing : formatCount(Math.round(value));
}

export function formatSize(value: number | null): string {
  return value === null ? missing : formatBytes(Math.round(value));
}

export function formatByteRate(value: number | null): string {
  return value === null ? missing : `${formatBytes(Math.round(value))}/s`;
}

/** From a share of 0 to 1. */
export function formatShare(value: number | null): string {
  return value === null ? missing : `${Math.round(value * 100)} %`;
}

function threeDigits(value: number): string {
  if (value < 0.0095) return value === 0 ? '0' : value.toFixed(3);
  if (value < 9.995) return value.toFixed(2);
  return value < 99.95 ? value.toFixed(1) : String(Math.round(value));
}

/** Short enough for the room beside a chart. */
export const onAxis = {
  ms: (value: number) => (value >= 1_000 ? `${value / 1_000} s` : `${trimmed(value)} ms`),
  rate: (value: number) => (value < 1_000 ? trimmed(value) : formatCountShortest(value)),
  whole: (value: number) => (Number.isInteger(value) ? formatCountShortest(value) : ''),
  bytes: (value: number) => (value === 0 ? '0' : formatBytes(value)),
  share: (value: number) => `${Math.round(value * 100)} %`,
} as const;

function formatCountShortest(value: number): string {
  if (value < 1_000) return String(value);
  return value < 10_000 ? `${trimmed(value / 1_000)}k` : formatCountShort(value);
}

function trimmed(value: number): string {
  return String(Number(value.toPrecision(3)));
}
