/**
 * What the dashboard shows, outside of React: the newest document, and the points of the chosen
 * range. Charts and tiles subscribe to the part they draw. While it is paused nothing shown
 * changes; listening goes on, so that nothing is missing afterwards. Alerts are never paused.
 */
import type { MetricsDocument, MetricsHistory } from '../../lib/api.ts';
import type { LiveMetricsSource } from '../../lib/live-metrics.ts';
import { type Alert, type EndedAlert, endedAlerts } from './alerts.ts';
import { joinPoints } from './join-points.ts';
import { LivePoints } from './live-points.ts';
import { type Point, pointsFromHistory, secondsOf } from './points.ts';
import type { Range } from './ranges.ts';

export interface Frame {
  readonly points: readonly Point[];
  readonly x: readonly number[];
  readonly from: number;
  readonly to: number;
  readonly document: MetricsDocument | null;
}

export interface AlertState {
  readonly on: readonly Alert[];
  readonly ended: readonly EndedAlert[];
  /** The server's clock when this was said. */
  readonly at: number;
}

interface Heard {
  readonly document: MetricsDocument | null;
  readonly live: readonly Point[];
}

export class DashboardModel {
  private range: Range;
  private readonly live = new LivePoints();
  private latest: MetricsDocument | null = null;
  private asleep = false;
  private frozen: Heard | null = null;
  private history: { readonly points: readonly Point[]; readonly to: number } | null = null;
  private alertsNow: AlertState = { on: [], ended: [], at: 0 };
  private frameNow: Frame;
  private readonly frameListeners = new Set<() => void>();
  private readonly documentListeners = new Set<() => void>();

  constructor(range: Range) {
    this.range = range;
    this.frameNow = this.compute();
  }

  readonly frame = (): Frame => this.frameNow;
  readonly document = (): MetricsDocument | null => this.heard().document;
  readonly alerts = (): AlertState => this.alertsNow;

  readonly subscribeFrame = (onChange: () => void): (() => void) => {
    this.frameListeners.add(onChange);
    return () => this.frameListeners.delete(onChange);
  };

  /** Also told of alerts. */
  readonly subscribeDocument = (onChange: () => void): (() => void) => {
    this.documentListeners.add(onChange);
    return () => this.documentListeners.delete(onChange);
  };

  listen(source: LiveMetricsSource): () => void {
    return source.subscribe((document) => this.take(document));
  }

  /** From an event, or asked for once at the start. */
  take(document: MetricsDocument): void {
    if (this.latest && document.timestamp <= this.latest.timestamp) return;
    this.live.take(document);
    this.latest = document;
    const { on, ended } = this.alertsNow;
    this.alertsNow = {
      on: document.alerts,
      ended: endedAlerts(ended, on, document.alerts, document.timestamp),
      at: Date.parse(document.timestamp),
    };
    if (this.asleep) return;
    tell(this.documentListeners);
    if (!this.frozen && (this.range.live || this.frameNow.document === null)) this.refresh();
  }

  show(range: Range): void {
    if (range.id === this.range.id) return;
    this.range = range;
    this.refresh();
  }

  load(history: MetricsHistory): void {
    this.history = { points: pointsFromHistory(history), to: Date.parse(history.to) / 1_000 };
    this.refresh();
  }

  /** While nobody can see it, it only listens. */
  sleep(asleep: boolean): void {
    if (asleep === this.asleep) return;
    this.asleep = asleep;
    if (asleep) return;
    tell(this.documentListeners);
    if (!this.frozen) this.refresh();
  }

  pause(paused: boolean): void {
    if (paused === (this.frozen !== null)) return;
    this.frozen = paused ? { document: this.latest, live: [...this.live.points] } : null;
    this.refresh();
    tell(this.documentListeners);
  }

  private heard(): Heard {
    return this.frozen ?? { document: this.latest, live: this.live.points };
  }

  private refresh(): void {
    this.frameNow = this.compute();
    tell(this.frameListeners);
  }

  private compute(): Frame {
    const { document, live } = this.heard();
    const { range, history } = this;
    const historyTo = history?.to ?? Date.now() / 1_000;
    const to = document && (range.live || this.frozen) ? secondsOf(document) : historyTo;
    const from = to - range.seconds;
    const points = joinPoints(history?.points ?? [], range.live ? live : [], from);
    return { points, x: points.map(({ at }) => at), from, to, document };
  }
}

function tell(listeners: ReadonlySet<() => void>): void {
  for (const listener of listeners) listener();
}
