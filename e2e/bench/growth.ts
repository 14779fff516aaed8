/** Whether cost grows no faster than it may, as a check in the notebook. */
import { medianOf, type Notebook } from './report.ts';

/** Twice as much by chance is nothing on a machine that others use too. */
const flatFactor = 3;
/** Exponent of cost over size, 1 being linear; the rest is for noise. */
const linearExponent = 1.2;

export function checkGrowth(
  notebook: Notebook,
  growth: {
    readonly measure: string;
    readonly mayBe: 'flat' | 'linear';
    /** Below it differences mean nothing: a millisecond is a millisecond. */
    readonly negligible: number;
  },
): void {
  const { measure, mayBe, negligible } = growth;
  const points = notebook.figures
    .filter((figure) => figure.measure === measure && figure.x !== null)
    .map(({ x, rounds }) => ({ x: x ?? 1, y: Math.max(medianOf(rounds), negligible) }));
  const [first, last] = [points[0], points.at(-1)];
  const beforeLast = points.at(-2);
  notebook.charts.push(measure);
  if (first === undefined || last === undefined || beforeLast === undefined) return;
  if (mayBe === 'flat') {
    const factor = last.y / first.y;
    notebook.check(
      `${measure} stays flat`,
      factor <= flatFactor,
      `${factor.toFixed(2)} times from ${first.x} to ${last.x}`,
    );
    return;
  }
  // The last step tells where it is going; before it fixed costs hide the slope.
  const exponent = Math.log(last.y / beforeLast.y) / Math.log(last.x / beforeLast.x);
  notebook.check(
    `${measure} grows no worse than linearly`,
    exponent <= linearExponent,
    `as the power ${exponent.toFixed(2)} from ${beforeLast.x} to ${last.x}`,
  );
}
