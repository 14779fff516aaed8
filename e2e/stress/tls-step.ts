/**
 * What TLS costs: the handshake by itself (one connection after the other, so that nothing waits),
 * throughput where every message has a handshake, and throughput where a session sends many.
 */
import { temporaryDirectory } from '../../server/testing/temporary-directory.ts';
import { planDefaults } from '../load/load-generator.ts';
import type { LoadPlan, TlsPlan } from '../load/types.ts';
import { makeCertificates } from './certificates.ts';
import { cpuCells, cpuColumns, ms, pair, whole } from './figures.ts';
import { type Measured, measure, type Step } from './stress-run.ts';

interface Variant {
  readonly name: string;
  readonly flags: readonly string[];
  readonly tls: TlsPlan | null;
}

const full: TlsPlan = { kind: 'starttls', resume: false };
const resumed: TlsPlan = { kind: 'starttls', resume: true };

export const tlsStep: Step = {
  name: 'tls',
  title: 'TLS: certificates, resumption, cost',
  async run(run, notebook) {
    await using folder = await temporaryDirectory();
    const certificates = await makeCertificates(folder.path);
    const variants: readonly Variant[] = [
      { name: 'plain', flags: [], tls: null },
      ...certificates.flatMap(({ name, flags }) => [
        { name: `STARTTLS, ${name}`, flags, tls: full },
        { name: `STARTTLS, ${name}, resumed`, flags, tls: resumed },
      ]),
    ].filter(({ name }) => !run.quick || !name.startsWith('STARTTLS, RSA-2048, '));
    const attempt = (variant: Variant, what: string, plan: Partial<LoadPlan>) =>
      measure(run, notebook, {
        name: `${variant.name}, ${what}`,
        flags: variant.flags,
        plan: ({ smtpPort }) => ({
          ...planDefaults,
          name: `tls-${variants.indexOf(variant)}-${what.replaceAll(/\W/g, '-')}`,
          port: smtpPort,
          shape: { kind: 'closed', connections: 1, messages: 1 },
          tls: variant.tls,
          ...plan,
        }),
      });

    const rows: string[][] = [];
    for (const variant of variants) {
      const alone = run.quick
        ? null
        : await attempt(variant, 'one after the other', {
            shape: { kind: 'closed', connections: 1, messages: 500 },
          });
      const many = await attempt(variant, '50 at a time', {
        shape: { kind: 'closed', connections: 50, messages: run.quick ? 100 : 3_000 },
      });
      rows.push([
        variant.name,
        alone === null ? '–' : pair(alone.load.latency.tlsHandshake),
        ms(alone?.load.latency.message.p50),
        whole(many.load.messagesPerSecond),
        ms(many.serverCpuMsPerMessage),
        pair(many.load.latency.tlsHandshake),
        ...cpuCells(many),
      ]);
      checkTls(many);
    }
    notebook.tables.push({
      title: 'A connection, and so a handshake, per message of 10 KB',
      columns: [
        '',
        'handshake alone p50 / p99',
        'whole message alone p50',
        'messages/s, 50 at a time',
        'server CPU ms/message',
        'handshake, 50 at a time: p50 / p99',
        ...cpuColumns,
      ],
      rows,
    });

    const stay: string[][] = [];
    for (const variant of variants.filter(({ tls }) => tls === null || !tls.resume)) {
      const measured = await attempt(variant, 'sessions that stay', {
        session: 'persistent',
        shape: { kind: 'closed', connections: 50, messages: run.quick ? 500 : 10_000 },
      });
      stay.push([
        variant.name,
        whole(measured.load.messagesPerSecond),
        ms(measured.serverCpuMsPerMessage),
        pair(measured.load.latency.transaction),
        ...cpuCells(measured),
      ]);
    }
    notebook.tables.push({
      title: '50 sessions that stay, many messages each',
      columns: ['', 'messages/s', 'server CPU ms/message', 'MAIL to 250: p50 / p99', ...cpuColumns],
      rows: stay,
    });

    function checkTls({ name, load }: Measured): void {
      const { tls } = load.plan;
      if (tls === null) return;
      const { handshakes, handshakesResumed, acknowledged } = load.counters;
      const wanted = tls.resume ? acknowledged : 0;
      notebook.check(
        `${name}: sessions were ${tls.resume ? '' : 'not '}resumed`,
        handshakesResumed === wanted,
        `${handshakesResumed} of ${handshakes} handshakes resumed a session`,
      );
    }
  },
};
