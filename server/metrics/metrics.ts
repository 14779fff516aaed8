/**
 * Metrics of one running server: collector, clockwork, document.
 *
 * Three timers keep it going, none of which keeps the process alive: every 20 ms a look at the
 * event loop, every second the gauges that need two readings and the alert rules, and at each full
 * ten seconds of the day the end of a slot, which is one row of history.
 */
import type { ListeningAddress, SmtpObserver } from '../smtp/types.ts';
import { AcceptLatency } from './accept-latency.ts';
import { readSomaxconn } from './accept-queue.ts';
import { type AcceptSampler, startAcceptSampler, whyNoAcceptQueue } from './accept-sampler.ts';
import { type AlertChange, Alerts, type AlertThresholds } from './alerts.ts';
import { Collector } from './collector.ts';
import {
  percentilesOf,
  presentDistribution,
  presentRow,
  presentScope,
  rounded,
} from './present.ts';
import type { ClosedScope } from './scope.ts';
import {
  type AcceptQueue,
  type HistoryPoint,
  type HistoryRow,
  type ListenerName,
  type MetricsDocument,
  type MetricsSource,
  type WindowScope,
  type WindowSeconds,
  windowSeconds,
} from './types.ts';
import { slotMs } from './windows.ts';

export interface MetricsOptions {
  readonly connectionsMax: number;
  readonly bytesInFlightMax: number;
  /** As given to listen(2); 0 = the platform's SOMAXCONN. */
  readonly backlog: number;
  readonly thresholds: AlertThresholds;
  readonly onAlert: (change: AlertChange) => void;
}

/** What others know at any moment. */
export interface Gauges {
  activeConnections(): number;
  bytesInFlight(): number;
  commitDepth(): number;
  readDepth(): number;
  databaseBytes(): Promise<number>;
}

export interface WatchedListener {
  readonly name: ListenerName;
  readonly address: ListeningAddress;
}

export interface Metrics extends MetricsSource {
  readonly observer: SmtpObserver;
  /** Milliseconds that reading took, for each of some messages. */
  recordReading(tookMs: readonly number[]): void;
  /** Once there is something to be asked. */
  attachGauges(gauges: Gauges): void;
  /** Once listening: those of SMTP first. Resolves when the accept queues are seen, or cannot be. */
  watchListeners(listeners: readonly WatchedListener[]): Promise<void>;
  /** Ends the last slot early, so that its row is complete. */
  close(): Promise<void>;
}

const loopTickMs = 20;
const secondMs = 1_000;

export function createMetrics(options: MetricsOptions): Metrics {
  return new RunningMetrics(options);
}

const noGauges: Gauges = {
  activeConnections: () => 0,
  bytesInFlight: () => 0,
  commitDepth: () => 0,
  readDepth: () => 0,
  databaseBytes: async () => 0,
};

class RunningMetrics implements Metrics {
  readonly #options: MetricsOptions;
  readonly #latency: AcceptLatency;
  readonly #collector: Collector;
  readonly #alerts: Alerts;
  readonly #startedAtMs = nowMs();
  readonly #timers = new Set<NodeJS.Timeout>();
  #gauges = noGauges;
  #databaseBytes = 0;
  #listeners: readonly WatchedListener[] = [];
  #sampler: AcceptSampler | null = null;
  #queueUnavailable: string | null = 'Nothing listens yet.';
  #hostAtStart = { overflows: 0, drops: 0 };
  readonly #somaxconn = readSomaxconn();
  #loopAtMs = nowMs();
  #secondLoop = performance.eventLoopUtilization();
  #slotLoop = performance.eventLoopUtilization();
  #utilization: number | null = null;
  #secondAtMs = nowMs();
  #cpu = process.cpuUsage();
  #cpuPercent = 0;
  #memory = process.memoryUsage();
  #row: HistoryRow | null = null;
  #slotAt = Math.floor(Date.now() / slotMs) * (slotMs / 1_000);
  #closed = false;

  constructor(options: MetricsOptions) {
    this.#options = options;
    this.#latency = new AcceptLatency({
      nowMs,
      idleMs: () => performance.nodeTiming.idleTime,
      // Not in the first versions of Node 20.
      turns: () => performance.nodeTiming.uvMetricsInfo?.loopCount ?? null,
    });
    this.#collector = new Collector({ latency: this.#latency, clockMs: nowMs });
    this.#alerts = new Alerts(options.thresholds);
    this.#every(loopTickMs, () => this.#lookAtLoop());
    this.#every(secondMs, () => this.#lookAtProcess());
    this.#planSlotEnd();
  }

  get observer(): SmtpObserver {
    return this.#collector;
  }

  recordReading(tookMs: readonly number[]): void {
    this.#collector.recordReading(tookMs);
  }

  attachGauges(gauges: Gauges): void {
    this.#gauges = gauges;
    this.#askDatabase();
  }

  async watchListeners(listeners: readonly WatchedListener[]): Promise<void> {
    this.#listeners = listeners;
    const addresses = listeners.map(({ address }) => address);
    this.#queueUnavailable = whyNoAcceptQueue(addresses);
    if (this.#queueUnavailable !== null) return;
    const timed = addresses.filter((_, index) => listeners[index]?.name !== 'http');
    const sampler = startAcceptSampler(addresses, timed.length);
    this.#sampler = sampler;
    this.#collector.watch(timed);
    this.#latency.attachSamples(sampler.samples);
    await sampler.started;
    this.#hostAtStart = sampler.samples.host;
  }

  document(): MetricsDocument {
    const now = nowMs();
    const { windows } = this.#collector;
    const open = windows.open.snapshot(now);
    const lastMinute = windows.last(60, open);
    const window = presentWindow(60, lastMinute);
    const total = presentScope(windows.sinceStart(open));
    const delay = percentilesOf(lastMinute.digest('loop_delay'));
    const { rss, heapUsed } = this.#memory;
    const acceptQueue = this.#acceptQueue();
    return {
      timestamp: new Date().toISOString(),
      type: 'smtp_metrics',
      uptime_seconds: rounded((now - this.#startedAtMs) / 1_000),
      connections: {
        active: this.#gauges.activeConnections(),
        limit: this.#options.connectionsMax,
        ...total.connections,
        refused_by_address: this.#collector.refusedAddresses
          .top(20)
          .map(([address, count]) => ({ address, count })),
      },
      messages: total.messages,
      tls: total.tls,
      errors: total.errors,
      replies: total.replies,
      faults: total.faults,
      phases: total.phases,
      event_loop: {
        delay_p50: delay.p50,
        delay_p99: delay.p99,
        delay_max: delay.max,
        utilization: this.#utilization,
      },
      process: {
        rss_bytes: rss,
        heap_used_bytes: heapUsed,
        cpu_percent: this.#cpuPercent,
      },
      queues: {
        bytes_in_flight: this.#gauges.bytesInFlight(),
        bytes_in_flight_limit: this.#options.bytesInFlightMax,
        commit_depth: this.#gauges.commitDepth(),
        read_depth: this.#gauges.readDepth(),
        database_bytes: this.#databaseBytes,
      },
      accept_queue: acceptQueue,
      accept_queue_unavailable: acceptQueue === null ? this.#whyNoQueue() : null,
      alerts: this.#alerts.current,
      window,
      windows: windowSeconds.map((seconds) =>
        seconds === 60 ? window : presentWindow(seconds, windows.last(seconds, open)),
      ),
    };
  }

  distribution: MetricsSource['distribution'] = (metric, seconds) => {
    const { windows } = this.#collector;
    const open = windows.open.snapshot(nowMs());
    const scope = seconds === 0 ? windows.sinceStart(open) : windows.last(seconds, open);
    return presentDistribution({ metric, seconds, digest: scope.digest(metric) });
  };

  historyRow(): HistoryRow | null {
    return this.#row;
  }

  openRow(): HistoryPoint {
    const open = this.#collector.windows.open.snapshot(nowMs());
    const knownS = Math.max(0.001, Date.now() / 1_000 - this.#slotAt);
    const depths = this.#acceptQueue()?.listeners.filter(({ name }) => name !== 'http') ?? null;
    const gauges = {
      at: this.#slotAt,
      active: this.#gauges.activeConnections(),
      acceptQueueDepthMax: depths && Math.max(0, ...depths.map(({ depth }) => depth)),
      utilization: this.#utilization,
      rssBytes: this.#memory.rss,
      commitDepth: this.#gauges.commitDepth(),
    };
    return { ...presentRow(open, gauges, knownS), knownS };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#endSlot();
    await this.#sampler?.close();
  }

  #acceptQueue(): AcceptQueue | null {
    const samples = this.#sampler?.samples;
    if (samples?.state !== 'sampling') return null;
    const byName = new Map<ListenerName, { depth: number; depth_max: number }>();
    this.#listeners.forEach(({ name }, index) => {
      // A name with two addresses has two queues; the fuller one is what counts.
      const known = byName.get(name);
      byName.set(name, {
        depth: Math.max(known?.depth ?? 0, samples.depth(index)),
        depth_max: Math.max(known?.depth_max ?? 0, samples.depthMax(index)),
      });
    });
    return {
      listeners: Array.from(byName, ([name, depths]) => ({
        name,
        depth: depths.depth,
        limit: this.#queueLimit(),
        depth_max: depths.depth_max,
      })),
      listen_overflows: samples.host.overflows - this.#hostAtStart.overflows,
      listen_drops: samples.host.drops - this.#hostAtStart.drops,
    };
  }

  #whyNoQueue(): string {
    if (this.#queueUnavailable !== null) return this.#queueUnavailable;
    return this.#sampler?.samples.state === 'starting'
      ? 'The accept queues are not being watched yet.'
      : 'The thread that watches the accept queues has ended.';
  }

  /** The kernel cuts every backlog to its own ceiling. */
  #queueLimit(): number {
    const { backlog } = this.#options;
    const ceiling = this.#somaxconn ?? backlog;
    return backlog === 0 ? ceiling : Math.min(backlog, ceiling);
  }

  #lookAtLoop(): void {
    const now = nowMs();
    this.#collector.windows.open.record('loop_delay', now - this.#loopAtMs - loopTickMs);
    this.#loopAtMs = now;
    this.#latency.look(now);
  }

  #lookAtProcess(): void {
    const now = nowMs();
    const loop = performance.eventLoopUtilization();
    this.#utilization = rounded(
      performance.eventLoopUtilization(loop, this.#secondLoop).utilization,
    );
    this.#secondLoop = loop;
    const { user, system } = process.cpuUsage(this.#cpu);
    this.#cpu = process.cpuUsage();
    this.#cpuPercent = rounded((user + system) / 10 / Math.max(1, now - this.#secondAtMs));
    this.#secondAtMs = now;
    this.#memory = process.memoryUsage();
    const { windows } = this.#collector;
    const changes = this.#alerts.evaluate(
      {
        lastMinute: windows.last(60, windows.open.snapshot(now)),
        slots: windows.recentSlots,
        activeConnections: this.#gauges.activeConnections(),
        connectionsMax: this.#options.connectionsMax,
      },
      Date.now(),
    );
    for (const change of changes) this.#options.onAlert(change);
  }

  #planSlotEnd(): void {
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        this.#endSlot();
        this.#askDatabase();
        this.#planSlotEnd();
      },
      slotMs - (Date.now() % slotMs),
    ).unref();
    this.#timers.add(timer);
  }

  #endSlot(): void {
    const slot = this.#collector.windows.closeSlot(nowMs());
    const loop = performance.eventLoopUtilization();
    const utilization = performance.eventLoopUtilization(loop, this.#slotLoop).utilization;
    this.#slotLoop = loop;
    this.#row = presentRow(slot, {
      at: this.#slotAt,
      active: this.#gauges.activeConnections(),
      acceptQueueDepthMax: this.#recentDepthMax(),
      utilization: Number.isFinite(utilization) ? rounded(utilization) : null,
      rssBytes: this.#memory.rss,
      commitDepth: this.#gauges.commitDepth(),
    });
    this.#slotAt = Math.floor((Date.now() + slotMs / 10) / slotMs) * (slotMs / 1_000);
  }

  #recentDepthMax(): number | null {
    const samples = this.#sampler?.samples;
    if (samples?.state !== 'sampling') return null;
    const depths = this.#listeners.map((listener, index) =>
      listener.name === 'http' ? 0 : samples.takeRecentDepthMax(index),
    );
    return Math.max(0, ...depths);
  }

  #askDatabase(): void {
    this.#gauges.databaseBytes().then(
      (bytes) => {
        this.#databaseBytes = bytes;
      },
      () => {
        // The store says itself what is wrong with it; the size known last stays.
      },
    );
  }

  #every(ms: number, work: () => void): void {
    this.#timers.add(setInterval(work, ms).unref());
  }
}

function presentWindow<Seconds extends WindowSeconds>(
  seconds: Seconds,
  scope: ClosedScope,
): WindowScope<Seconds> {
  return { ...presentScope(scope), seconds };
}

function nowMs(): number {
  return performance.now();
}
