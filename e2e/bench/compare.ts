/**
 * What became slower since an older run, beyond noise. A figure of one of several contenders is
 * compared as the ratio to the first of the others, because that outlives a change of machine or of
 * what else it does. Noise is how far apart the rounds of either run are.
 */
import { markdownTable, plain } from './render.ts';
import { type Figure, medianOf, type Report, ratiosOf } from './report.ts';

const ours = 'prixfixe-dev';
/** What no one would care for, however steady the rounds. */
const leastChange = 0.05;

export interface Change {
  readonly question: string;
  readonly row: string;
  readonly figure: string;
  readonly before: number;
  readonly now: number;
  /** Part by which it became better (above 0) or worse. */
  readonly gain: number;
  readonly noise: number;
}

export function compareReports(before: Report, now: Report): readonly Change[] {
  return Object.values(now.answers).flatMap(({ name, figures }) => {
    const oldFigures = before.answers[name]?.figures ?? [];
    return figures
      .filter(({ contender, better }) => (contender ?? ours) === ours && better !== 'neither')
      .flatMap((figure) => {
        const old = oldFigures.find((each) => isSame(each, figure));
        if (old === undefined) return [];
        const pair = comparable(old, oldFigures, figure, figures);
        return changeOf(name, figure, pair) ?? [];
      });
  });
}

interface Pair {
  readonly label: string;
  readonly before: readonly number[];
  readonly now: readonly number[];
}

function comparable(
  old: Figure,
  oldFigures: readonly Figure[],
  figure: Figure,
  figures: readonly Figure[],
): Pair {
  const rivalOf = (all: readonly Figure[]) =>
    all.find(
      (each) =>
        each.row === figure.row &&
        each.measure === figure.measure &&
        each.contender !== null &&
        each.contender !== ours,
    );
  const [rivalBefore, rival] = [rivalOf(oldFigures), rivalOf(figures)];
  if (rival === undefined || rivalBefore?.contender !== rival.contender) {
    return { label: figure.measure, before: old.rounds, now: figure.rounds };
  }
  return {
    label: `${figure.measure}, of ${rival.contender}`,
    before: ratiosOf(old, rivalBefore),
    now: ratiosOf(figure, rival),
  };
}

function changeOf(question: string, figure: Figure, { label, before, now }: Pair): Change | null {
  const [was, is] = [medianOf(before), medianOf(now)];
  if (!(was > 0) || !(is > 0)) return null;
  const gain = figure.better === 'more' ? is / was - 1 : was / is - 1;
  const noise = Math.max(leastChange, scatterOf(before) + scatterOf(now));
  return { question, row: figure.row, figure: label, before: was, now: is, gain, noise };
}

/** How far the furthest round is from the median; a single round tells nothing of it. */
function scatterOf(rounds: readonly number[]): number {
  const median = medianOf(rounds);
  if (rounds.length < 2) return 0.25;
  return Math.max(...rounds.map((value) => Math.abs(value / median - 1)));
}

function isSame(one: Figure, other: Figure): boolean {
  return (
    one.row === other.row && one.contender === other.contender && one.measure === other.measure
  );
}

export function renderChanges(changes: readonly Change[]): string {
  const worse = changes.filter(({ gain, noise }) => gain < -noise);
  const better = changes.filter(({ gain, noise }) => gain > noise);
  const table = (title: string, all: readonly Change[]) =>
    all.length === 0
      ? `${title}: nothing.`
      : `${title}:\n\n${markdownTable(
          ['question', 'figure', 'before', 'now', 'change', 'noise'],
          all.map((change) => [
            `${change.question}${change.row === '' ? '' : `: ${change.row}`}`,
            change.figure,
            plain(change.before),
            plain(change.now),
            `${change.gain > 0 ? '+' : ''}${(change.gain * 100).toFixed(0)} %`,
            `± ${(change.noise * 100).toFixed(0)} %`,
          ]),
        )}`;
  return [
    table('Worse beyond noise', worse),
    '',
    table('Better beyond noise', better),
    '',
    `${changes.length - worse.length - better.length} figures are as they were.`,
  ].join('\n');
}
