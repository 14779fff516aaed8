/** Real metrics of nothing: what a server that has just started would answer. */
import { createMetrics, type Metrics } from '../metrics/metrics.ts';

export function startMetrics(): Metrics {
  return createMetrics({
    connectionsMax: 100,
    bytesInFlightMax: 1_000_000,
    backlog: 256,
    thresholds: {
      acceptP99CriticalMs: 100,
      acceptP99WarningMs: 50,
      errorRate: 0.01,
      connections: 0.9,
      throughput: 0.9,
      tlsFailures: 0.05,
    },
    onAlert: () => {},
  });
}
