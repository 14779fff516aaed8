/**
 * What TLS costs: the handshake by itself (one connection after the other, so that nothing waits),
 * throughput where every message has a handshake, and throughput where a session sends many.
 */
import { temporaryDirectory } from '../../server/testing/temporary-directory.ts';
import { makeCertificates } from '../load/certificates.ts';
import { planDefaults } from '../load/load-generator.ts';
import type { LoadPlan, TlsPlan } from '../load/types.ts';
import { cpuColumns, medianCpuCells, medianOf, ms, whole } from './figures.ts';
import { type Measured, measure, type Notebook, type Step } from './stress-run.ts';

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

    // Variants take turns, and of the rounds the median counts: what else runs changes by the minute.
    const alone = new Map<Variant, Measured[]>(variants.map((variant) => [variant, []]));
    const many = new Map<Variant, Measured[]>(variants.map((variant) => [variant, []]));
    const stay = new Map<Variant, Measured[]>(
      variants
        .filter(({ name, tls }) => tls?.resume !== true && !(run.quick && name.includes('RSA')))
        .map((variant) => [variant, []]),
    );
    const roundsMax = run.quick ? 1 : 3;
    let rounds = 0;
    for (let round = 1; round <= roundsMax; round++) {
      const startedWithMs = run.remainingMs();
      for (const variant of variants) {
        if (!run.quick) {
          const measured = await attempt(variant, `one after the other, round ${round}`, {
            shape: { kind: 'closed', connections: 1, messages: 300 },
          });
          alone.get(variant)?.push(measured);
        }
        const measured = await attempt(variant, `50 at a time, round ${round}`, {
          shape: { kind: 'closed', connections: 50, messages: run.quick ? 100 : 1_500 },
        });
        many.get(variant)?.push(measured);
        checkTls(notebook, measured);
        const staying = stay.get(variant);
        if (staying === undefined) continue;
        staying.push(
          await attempt(variant, `sessions that stay, round ${round}`, {
            session: 'persistent',
            shape: { kind: 'closed', connections: 50, messages: run.quick ? 300 : 5_000 },
          }),
        );
      }
      rounds = round;
      // Whole rounds only, or variants would be measured at different times.
      const tookMs = startedWithMs - run.remainingMs();
      if (run.remainingMs() < tookMs * 1.2) break;
    }
    notebook.tables.push(
      {
        title: 'A connection, and so a handshake, per message of 10 KB',
        columns: [
          '',
          'handshake alone p50',
          'whole message alone p50',
          'messages/s, 50 at a time',
          'server CPU ms/message',
          'generator CPU ms/message',
          'handshake, 50 at a time: p50',
          'p99',
          ...cpuColumns,
        ],
        rows: variants.map((variant) => {
          const one = alone.get(variant) ?? [];
          const all = many.get(variant) ?? [];
          return [
            variant.name,
            ms(medianOf(one, ({ load }) => load.latency.tlsHandshake.p50)),
            ms(medianOf(one, ({ load }) => load.latency.message.p50)),
            whole(medianOf(all, ({ load }) => load.messagesPerSecond)),
            ms(medianOf(all, ({ serverCpuMsPerMessage }) => serverCpuMsPerMessage)),
            ms(medianOf(all, generatorCpuMsPerMessage)),
            ms(medianOf(all, ({ load }) => load.latency.tlsHandshake.p50)),
            ms(medianOf(all, ({ load }) => load.latency.tlsHandshake.p99)),
            ...medianCpuCells(all),
          ];
        }),
      },
      {
        title: '50 sessions that stay, many messages each',
        columns: [
          '',
          'messages/s',
          'server CPU ms/message',
          'MAIL to 250: p50',
          'p99',
          ...cpuColumns,
        ],
        rows: [...stay].map(([variant, all]) => [
          variant.name,
          whole(medianOf(all, ({ load }) => load.messagesPerSecond)),
          ms(medianOf(all, ({ serverCpuMsPerMessage }) => serverCpuMsPerMessage)),
          ms(medianOf(all, ({ load }) => load.latency.transaction.p50)),
          ms(medianOf(all, ({ load }) => load.latency.transaction.p99)),
          ...medianCpuCells(all),
        ]),
      },
    );
    notebook.notes.push(
      `Medians of ${rounds} rounds, in which the variants take turns. Resumption leaves out the ` +
        'signature of the certificate, and with TLS 1.3 not the exchange of keys.',
    );
  },
};

function generatorCpuMsPerMessage({ load }: Measured): number {
  const { processes } = load.generator;
  return processes.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / load.counters.acknowledged;
}

function checkTls(notebook: Notebook, { name, load }: Measured): void {
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
