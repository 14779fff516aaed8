import type { MetricsDocument } from '../../lib/api.ts';
import { type Point, pointBetween, secondsOf } from './points.ts';
import { liveSecondsMax } from './ranges.ts';

/** What was heard since the page is open, one point a second, and no more than the charts show. */
export class LivePoints {
  private readonly kept: Point[] = [];
  private last: MetricsDocument | null = null;

  get points(): readonly Point[] {
    return this.kept;
  }

  take(document: MetricsDocument): void {
    if (this.last && secondsOf(document) - secondsOf(this.last) < secondsMin) return;
    const point = this.last && pointBetween(this.last, document);
    this.last = document;
    if (!point) return;
    this.kept.push(point);
    const oldest = point.at - liveSecondsMax - slackSeconds;
    const stale = this.kept.findIndex(({ at }) => at >= oldest);
    if (stale > 0) this.kept.splice(0, stale);
  }
}

/** The first document is asked for and the next sent: of a moment in between, no rate is fair. */
const secondsMin = 0.5;

/** The line has to begin left of the edge. */
const slackSeconds = 20;
