/** What this reader uses of the metrics document, as any program from outside sees it. */

export interface MetricsDocument {
  readonly timestamp: string;
  readonly type: string;
  readonly uptime_seconds: number;
  readonly connections: {
    readonly active: number;
    readonly total_accepted: number;
    readonly accept_latency_p50: number | null;
    readonly accept_latency_p99: number | null;
    readonly accept_latency_p999: number | null;
    readonly accept_latency_max: number | null;
  };
  readonly messages: {
    readonly total_processed: number;
    readonly bytes_transferred: number;
    readonly processing_latency_p50: number | null;
    readonly processing_latency_p99: number | null;
    readonly processing_latency_p999: number | null;
    readonly processing_latency_max: number | null;
    readonly throughput_msgs_per_sec: number;
  };
  readonly tls: {
    readonly handshakes_success: number;
    readonly handshakes_failed: number;
    readonly resumed: number;
    readonly by_protocol: Readonly<Record<string, number>>;
  };
  readonly errors: Readonly<Record<string, number>>;
  readonly replies: {
    readonly by_code: Readonly<Record<string, number>>;
    readonly by_verb: Readonly<Record<string, Readonly<Record<string, number>>>>;
  };
  readonly phases: Readonly<
    Record<string, { readonly p50: number | null; readonly p99: number | null } | undefined>
  >;
  readonly event_loop: { readonly delay_p50: number | null; readonly delay_p99: number | null };
  readonly accept_queue: null | {
    readonly listeners: readonly {
      readonly name: string;
      readonly limit: number;
      readonly depth_max: number;
    }[];
    readonly listen_overflows: number;
    readonly listen_drops: number;
  };
}

/** `null` when the server measures nothing. */
export async function readMetrics(url: string): Promise<MetricsDocument | null> {
  const response = await fetch(`${url}/api/metrics`);
  if (!response.ok) return null;
  const document = (await response.json()) as MetricsDocument;
  return document.type === 'smtp_metrics' ? document : null;
}

/** Above the pace at which the server looks at its event loop, which is told with the next look. */
const loopLookSeconds = 0.1;

/** Once all is in it that had happened when this was called, by the server's own clock. */
export async function readSettledMetrics(url: string): Promise<MetricsDocument | null> {
  const first = await readMetrics(url);
  let last = first;
  while (first !== null && last !== null) {
    if (last.uptime_seconds >= first.uptime_seconds + loopLookSeconds) break;
    last = await readMetrics(url);
  }
  return last;
}
