/** Answers as Markdown, for a terminal and for the documentation. */
import { type Aim, aims } from './aims.ts';
import { renderCharts } from './chart.ts';
import { type Answer, type Figure, medianOf, type Report, ratiosOf } from './report.ts';

const ours = 'prixfixe-dev';

export function renderAnswer(answer: Answer): string {
  const { name, title, figures, notes, checks, tookMs, rounds, scale, othersPercent } = answer;
  const charts = renderCharts(figures, answer.charts);
  return [
    `## ${title}`,
    '',
    ...(figures.length > 0 ? [renderFigures(figures), ''] : []),
    ...(charts === '' ? [] : ['```', charts, '```', '']),
    ...notes.flatMap((note) => [note, '']),
    ...checks.map(
      ({ passed, name, text }) => `- ${passed ? '✓' : '✗ **failed**'} ${name} (${text})`,
    ),
    ...(checks.length > 0 ? [''] : []),
    `\`--only ${name}\`, ${rounds} rounds${scale === 1 ? '' : ` of ${scale} of the load`}, ${(tookMs / 1000).toFixed(0)} s` +
      `${othersPercent === null ? '' : `; others took ${othersPercent.toFixed(0)} % just before`}.`,
    '',
  ].join('\n');
}

export function renderMachine({ machine }: Pick<Report, 'machine'>): string {
  const { cpu, cores, memoryBytes, system, node, somaxconn } = machine;
  const memory = `${(memoryBytes / 1024 ** 3).toFixed(1)} GB`;
  return (
    `${cores} × ${cpu}, ${memory} · ${system} · Node ${node} · ` +
    `net.core.somaxconn ${somaxconn ?? 'unknown'}`
  );
}

/** Every aim whose figures are there. */
export function renderAims(answers: Report['answers']): string {
  const rows = aims.flatMap((aim) => {
    const found = findAimed(aim, answers);
    if (found === null) return [];
    const { atLeast, atMost, reach } = aim;
    const met = atLeast === undefined ? found.median <= (atMost ?? 0) : found.median >= atLeast;
    const unit = aim.against === undefined ? '' : ' ×';
    return [
      [
        `${aim.question}${aim.row === undefined ? '' : `: ${aim.row}`}`,
        aim.against === undefined ? aim.measure : `${aim.measure}, of ${aim.against}`,
        `${spread(found.rounds)}${unit}`,
        atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}${unit}`,
        reach === undefined ? '' : `${reach}${unit}`,
        met ? 'yes' : '**no**',
      ],
    ];
  });
  if (rows.length === 0) return '';
  return markdownTable(['question', 'figure', 'found', 'aim', 'reach for', 'met'], rows);
}

export function findAimed(aim: Aim, answers: Report['answers']) {
  const figures = answers[aim.question]?.figures ?? [];
  const of = (contender: string) => (figure: Figure) =>
    figure.measure === aim.measure &&
    figure.row === (aim.row ?? '') &&
    (figure.contender ?? ours) === contender;
  const own = figures.find(of(ours));
  const other = aim.against === undefined ? undefined : figures.find(of(aim.against));
  if (own === undefined || (aim.against !== undefined && other === undefined)) return null;
  const rounds = other === undefined ? own.rounds : ratiosOf(own, other);
  return { rounds, median: medianOf(rounds) };
}

/** A line for each row and contender; behind each of the others, how ours compares. */
function renderFigures(figures: readonly Figure[]): string {
  const measures = [...new Set(figures.map(({ measure }) => measure))];
  const lines = [...new Set(figures.map(lineOf))];
  const cells = lines.map((line) => {
    const own = figures.filter((figure) => lineOf(figure) === line);
    const [first] = own;
    return [
      [first?.row, first?.contender].filter(Boolean).join(', '),
      ...measures.map((measure) => {
        const figure = own.find((each) => each.measure === measure);
        return figure === undefined ? '' : `${spread(figure.rounds)}${ratioTo(figure, figures)}`;
      }),
    ];
  });
  return markdownTable(['', ...measures], cells);
}

function lineOf({ row, contender }: Figure): string {
  return JSON.stringify([row, contender]);
}

function ratioTo(figure: Figure, figures: readonly Figure[]): string {
  if (figure.contender === null || figure.contender === ours || figure.better === 'neither') {
    return '';
  }
  const own = figures.find(
    ({ row, measure, contender }) =>
      row === figure.row && measure === figure.measure && contender === ours,
  );
  const ratios = own === undefined ? [] : ratiosOf(own, figure);
  return ratios.length === 0 ? '' : `; ours **${plain(medianOf(ratios))} ×**`;
}

/** The median and, where there were several, from where to where they reach. */
function spread(rounds: readonly number[]): string {
  const range = `${plain(Math.min(...rounds))}–${plain(Math.max(...rounds))}`;
  return rounds.length > 1 ? `${plain(medianOf(rounds))} (${range})` : plain(medianOf(rounds));
}

export function plain(value: number): string {
  if (Number.isInteger(value)) return String(value);
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : 3);
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
