/** An answer as Markdown. */
import { type Answer, type Figure, medianOf, type Report } from './report.ts';

const ours = 'prixfixe-dev';

export function renderAnswer(answer: Answer): string {
  const { title, figures, notes, checks, othersCpuPercent, tookMs } = answer;
  const others =
    othersCpuPercent === null ? '' : `; others took ${othersCpuPercent.toFixed(0)} % of a core`;
  return [
    `## ${title}`,
    '',
    renderTable(figures),
    '',
    ...notes.flatMap((note) => [note, '']),
    ...checks.map(
      ({ passed, name, text }) => `- ${passed ? '✓' : '✗ **failed**'} ${name} (${text})`,
    ),
    ...(checks.length > 0 ? [''] : []),
    `Took ${(tookMs / 1000).toFixed(0)} s${others}.`,
    '',
  ].join('\n');
}

export function renderHead({ machine }: Report): string {
  const { cpu, cores, memoryBytes, system, node, somaxconn, commit } = machine;
  const memory = `${(memoryBytes / 1024 ** 3).toFixed(1)} GB`;
  return (
    `${cores} × ${cpu}, ${memory} · ${system} · Node ${node} · ` +
    `net.core.somaxconn ${somaxconn ?? 'unknown'} · commit ${commit ?? 'unknown'}`
  );
}

/** A line for each row and contender; behind each of the others, how ours compares. */
function renderTable(figures: readonly Figure[]): string {
  const measures = [...new Set(figures.map(({ measure }) => measure))];
  const lines = [...new Set(figures.map(lineOf))];
  const cells = lines.map((line) => {
    const own = figures.filter((figure) => lineOf(figure) === line);
    const [first] = own;
    return [
      [first?.row, first?.contender].filter(Boolean).join(', '),
      ...measures.map((measure) => {
        const figure = own.find((each) => each.measure === measure);
        if (figure === undefined) return '';
        const rival = figures.find(
          (each) =>
            each.measure === measure &&
            each.row === figure.row &&
            each.contender === ours &&
            figure.contender !== ours,
        );
        return `${amount(figure.rounds)}${rival === undefined ? '' : ratioText(rival, figure)}`;
      }),
    ];
  });
  return markdownTable(['', ...measures], cells);
}

function lineOf({ row, contender }: Figure): string {
  return JSON.stringify([row, contender]);
}

function amount(rounds: readonly number[]): string {
  const scatter =
    rounds.length > 1 ? ` (${plain(Math.min(...rounds))}–${plain(Math.max(...rounds))})` : '';
  return `${plain(medianOf(rounds))}${scatter}`;
}

/** Round by round, because rounds are what was measured together. */
export function ratiosOf(of: Figure, to: Figure): readonly number[] {
  return of.rounds.flatMap((value, round) => {
    const other = to.rounds[round];
    return other === undefined || other === 0 ? [] : [value / other];
  });
}

function ratioText(own: Figure, other: Figure): string {
  const ratios = ratiosOf(own, other);
  return ratios.length === 0 || own.better === 'neither'
    ? ''
    : `; ours ${medianOf(ratios).toFixed(2)} ×`;
}

export function plain(value: number): string {
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
}

export function markdownTable(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const widths = columns.map((column, index) =>
    Math.max(column.length, 3, ...rows.map((row) => row[index]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [line(columns), rule, ...rows.map(line)].join('\n');
}
