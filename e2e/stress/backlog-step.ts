/**
 * Connections at one instant against the length of the accept queue.
 *
 * A SYN that finds the queue full is dropped, and the client sends it again a second later: the
 * connect times come in steps (Linux 6.5 and later: the first ones a second apart). The last ACK of
 * a handshake may be dropped too: then the client believes it is connected, and the greeting is
 * what comes late or, once the server's kernel has given up, never. So connect and greeting are
 * both shown, and clients may fail where the queue is shorter than the burst.
 */

import { describeMachine } from '../load/host.ts';
import { planDefaults } from '../load/load-generator.ts';
import { ms, pair } from './figures.ts';
import { type Measured, measure, type Step } from './stress-run.ts';

/** Later than the first and the second repetition of a SYN and of the answer to it. */
const stepTimeoutMs = 10_000;

export const backlogStep: Step = {
  name: 'backlog',
  title: 'Connections at one instant, and the listen backlog',
  async run(run, notebook) {
    const { somaxconn } = describeMachine();
    const bursts = run.quick ? [200] : [500, 1_000];
    const backlogs = run.quick ? [256, 4_096] : [128, 256, 4_096];
    const rows: string[][] = [];
    for (const connections of bursts) {
      for (const backlog of backlogs) {
        const effective = Math.min(backlog, somaxconn ?? backlog);
        const measured = await measure(run, notebook, {
          name: `${connections} connections at one instant, backlog ${backlog}`,
          flags: ['--max-connections=4000', `--listen-backlog=${backlog}`],
          mayFail: effective < connections,
          plan: ({ smtpPort }) => ({
            ...planDefaults,
            name: `backlog-${connections}-${backlog}`,
            port: smtpPort,
            stepTimeoutMs,
            shape: { kind: 'closed', connections, messages: connections },
          }),
        });
        rows.push(rowOf(measured, connections, backlog));
      }
    }
    notebook.tables.push({
      title: 'One message of 10 KB per connection',
      columns: [
        'connections',
        'backlog',
        'connect p50 / p99',
        'greeting p50 / p99',
        'greeting max',
        'greeted < 0.9 s',
        '0.9–2.9 s',
        '≥ 2.9 s',
        'connected, never greeted (10 s)',
        'overflows',
        'drops',
        'server: accept p50 / p99',
        'server: deepest queue',
        'others CPU %',
      ],
      rows,
    });
    notebook.notes.push(
      somaxconn === null
        ? 'net.core.somaxconn cannot be read on this system.'
        : `net.core.somaxconn is ${somaxconn}: a larger backlog is cut to it by listen(2).`,
      'Overflows and drops are of the whole host, from /proc/net/netstat, over the run.',
    );
  },
};

function rowOf(measured: Measured, connections: number, backlog: number): string[] {
  const { load, metrics, listen, othersCpuPercent } = measured;
  const { connect, greeting } = load.latency;
  const within = (fromMs: number, toMs: number) =>
    String(load.samples.greeting.filter((took) => took >= fromMs && took < toMs).length);
  const queue = metrics?.accept_queue?.listeners.find(({ name }) => name === 'smtp');
  const grown = (name: 'overflows' | 'drops') =>
    listen.before === null || listen.after === null
      ? '–'
      : String(listen.after[name] - listen.before[name]);
  return [
    String(connections),
    String(backlog),
    pair(connect),
    pair(greeting),
    ms(greeting.max),
    within(0, 900),
    within(900, 2_900),
    within(2_900, Number.POSITIVE_INFINITY),
    String(load.counters.connectionsMade - load.counters.greeted - load.counters.refused),
    grown('overflows'),
    grown('drops'),
    `${ms(metrics?.connections.accept_latency_p50)} / ${ms(metrics?.connections.accept_latency_p99)}`,
    queue === undefined ? '–' : `${queue.depth_max} of ${queue.limit}`,
    othersCpuPercent === null ? '–' : othersCpuPercent.toFixed(0),
  ];
}
