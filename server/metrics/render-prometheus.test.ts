/** The aim: what a real scraper reads without a complaint, and names what the documents name. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { unpackDebianPackage } from '../testing/debian-package.ts';
import { createMetrics } from './metrics.ts';
import { renderPrometheus } from './render-prometheus.ts';
import type { MetricsDocument } from './types.ts';

const folder = fileURLToPath(new URL('./grafana', import.meta.url));

const session = { id: 's', listener: 'smtp', peerAddress: '192.0.2.1', peerPort: 4 } as const;

/** With something of everything, and names that have to be escaped. */
async function fullDocument(): Promise<MetricsDocument> {
  const metrics = createMetrics({
    connectionsMax: 100,
    bytesInFlightMax: 1_000,
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
  const { observer } = metrics;
  const at = { host: '127.0.0.1', port: 1 };
  observer.accepted?.(at);
  observer.connectionOpened?.(session, { bytesReceived: 0 });
  const reply = { kind: 'reply', code: 250, tookMs: 1.5 } as const;
  observer.observed?.(session, { ...reply, verb: 'CONNECT', code: 220 }, performance.now());
  observer.observed?.(session, { ...reply, verb: 'MAIL' }, performance.now());
  const stored = { kind: 'stored', id: 'x', bytes: 7, tookMs: 4, dataMs: 1, commitMs: 2 } as const;
  observer.observed?.(session, stored, performance.now());
  observer.observed?.(session, { kind: 'error', error: 'timeout' }, performance.now());
  const tls = { protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', resumed: true };
  observer.tlsHandshake?.(session, { ok: true, reason: null, tls, tookMs: 3 });
  const reason = 'said "no"\\\nand went';
  observer.tlsHandshake?.(session, { ok: false, reason, tls: null, tookMs: 3 });
  observer.connectionRefused?.(session, 'tooManyConnections');
  const document = metrics.document();
  await metrics.close();
  const listeners = [{ name: 'smtp', depth: 3, limit: 256, depth_max: 9 }] as const;
  const alert = {
    id: 'connections',
    severity: 'critical',
    since: document.timestamp,
    value: 95,
    threshold: 90,
    unit: 'percent',
    text: 'x',
  } as const;
  return {
    ...document,
    event_loop: { delay_p50: 0.1, delay_p99: 2, delay_max: 9, utilization: 0.25 },
    accept_queue: { listeners, listen_overflows: 2, listen_drops: 2 },
    alerts: [alert],
  };
}

test('counters, gauges and quantiles, with labels that cannot break out', async () => {
  const lines = renderPrometheus(await fullDocument()).split('\n');
  expect(lines).toContain('# TYPE prixfixe_smtp_messages_total counter');
  expect(lines).toContain('prixfixe_smtp_messages_total 1');
  expect(lines).toContain('prixfixe_smtp_message_bytes_total 7');
  expect(lines).toContain(
    'prixfixe_smtp_connections_refused_total{reason="too_many_connections"} 1',
  );
  expect(lines).toContain('prixfixe_smtp_replies_total{verb="MAIL",code="250"} 1');
  expect(lines).toContain('prixfixe_smtp_processing_latency_seconds{quantile="0.99"} 0.004');
  expect(lines).toContain('prixfixe_smtp_phase_latency_seconds_count{phase="mail"} 1');
  expect(lines).toContain('prixfixe_smtp_accept_queue_depth{listener="smtp"} 3');
  expect(lines).toContain('prixfixe_smtp_alert{id="connections",severity="critical"} 1');
  expect(lines).toContain(
    String.raw`prixfixe_smtp_tls_failures_total{reason="said \"no\"\\\nand went"} 1`,
  );
});

test('what is not known is left out, help and type with it', async () => {
  const document = await fullDocument();
  const text = renderPrometheus({ ...document, accept_queue: null, alerts: [] });
  expect(text).not.toContain('accept_queue');
  expect(text).not.toContain('_alert');
  expect(text).not.toMatch(/null|NaN|undefined/);
  expect(text).not.toContain('phase_latency_seconds{phase="auth"');
});

test('rules and dashboard ask for what there is', async () => {
  const text = renderPrometheus(await fullDocument());
  const known = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
  for (const file of ['alerts.yml', 'dashboard.json']) {
    const used = readFileSync(join(folder, file), 'utf8').matchAll(/prixfixe_smtp_\w+/g);
    const names = new Set([...used].map(([name]) => name));
    expect(names.size).toBeGreaterThan(5);
    expect([...names].filter((name) => !known.has(name))).toEqual([]);
  }
});

const prometheus = await unpackDebianPackage('prometheus', '/usr/bin/promtool');
const promtool = 'root' in prometheus ? join(prometheus.root, '/usr/bin/promtool') : '';
const reason = 'reason' in prometheus ? ` (skipped: ${prometheus.reason})` : '';

test.skipIf(!existsSync(promtool))(`promtool has nothing to say${reason}`, async () => {
  expect(await run(['check', 'metrics'], renderPrometheus(await fullDocument()))).toEqual({
    code: 0,
    output: '',
  });
});

test.skipIf(!existsSync(promtool))(`promtool reads the alert rules${reason}`, async () => {
  const { code, output } = await run(['check', 'rules', join(folder, 'alerts.yml')], '');
  expect(output).toContain('SUCCESS: 7 rules found');
  expect(code).toBe(0);
});

test.skipIf(!existsSync(promtool))(`promtool reads what the dashboard asks${reason}`, async () => {
  const dashboard: { panels: { targets?: { expr: string }[] }[] } = JSON.parse(
    readFileSync(join(folder, 'dashboard.json'), 'utf8'),
  );
  const rules = dashboard.panels
    .flatMap(({ targets = [] }) => targets)
    .map(({ expr }, index) => ({
      record: `panel:query:${index}`,
      expr: expr.replaceAll('$__rate_interval', '1m').replaceAll('$instance', '.*'),
    }));
  expect(rules.length).toBeGreaterThan(15);
  const directory = mkdtempSync(join(tmpdir(), 'prixfixe-promtool-'));
  try {
    const file = join(directory, 'rules.yml');
    // JSON is YAML.
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
    const { code, output } = await run(['check', 'rules', file], '');
    expect(output).toContain(`SUCCESS: ${rules.length} rules found`);
    expect(code).toBe(0);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

function run(
  argv: readonly string[],
  input: string,
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(promtool, argv);
    let output = '';
    child.stdout.on('data', (octets) => {
      output += octets;
    });
    child.stderr.on('data', (octets) => {
      output += octets;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
    child.stdin.end(input);
  });
}
