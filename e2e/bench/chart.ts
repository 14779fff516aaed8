/**
 * Growth as text: a bar for each row, logarithmic like the steps of the rows. Where cost follows
 * size, bars grow by equal pieces; where it is flat, they are alike.
 */
import { type Figure, medianOf } from './report.ts';

const widthMax = 48;

export function renderCharts(figures: readonly Figure[], measures: readonly string[]): string {
  return measures
    .map((measure) => {
      const own = figures.filter((figure) => figure.measure === measure && figure.x !== null);
      return renderChart(measure, own);
    })
    .join('\n\n');
}

function renderChart(measure: string, figures: readonly Figure[]): string {
  const values = figures.map(({ rounds }) => medianOf(rounds));
  const positive = values.filter((value) => value > 0);
  const [low, high] = [Math.min(...positive), Math.max(...positive)];
  // The smallest bar has a length too; below a factor of ten differences shall look small.
  const decades = Math.max(1, Math.log10(high / low));
  const nameWidth = Math.max(...figures.map(({ row }) => row.length));
  const lines = figures.map(({ row }, index) => {
    const value = values[index] ?? 0;
    const part = value > 0 ? 0.1 + 0.9 * (Math.log10(value / low) / decades) : 0;
    const bar = '█'.repeat(Math.round(part * widthMax));
    return `${row.padStart(nameWidth)}  ${bar} ${value.toPrecision(3)}`;
  });
  return [measure, ...lines].join('\n');
}
