/**
 * The page's own figures without the rest of the bench: `npx tsx e2e/bench/page/page.ts`, after
 * `npm run build`. Prints a Markdown table.
 */
import { parseArgs } from 'node:util';
import { startLoadGenerator } from '../../load/load-generator.ts';
import { builtProgram } from '../../load/server-process.ts';
import { type DashboardMeasured, measureDashboard } from './measure-dashboard.ts';
import { taskFigures } from './watched-page.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    /** Messages a second, a connection each. */
    rates: { type: 'string', default: '0,50,1000' },
    program: { type: 'string', default: builtProgram },
  },
});

await using generator = await startLoadGenerator(1);
const measured = await measureDashboard({
  program: values.program,
  generator,
  seconds: Number(values.seconds),
  rates: values.rates.split(',').map(Number),
  say: (text) => process.stderr.write(`${text}\n`),
});
process.stdout.write(`${dashboardTable(measured)}\n`);

function dashboardTable(rows: readonly DashboardMeasured[]): string {
  const columns = [
    'messages/s wanted, got',
    'page, % of a core',
    'all of Chromium, %',
    'main thread, ms/s',
    'script',
    'style',
    'layout',
    'layouts/s',
    'longest task, ms',
    'of its thread, ms',
    'machine busy, % of a core',
    'layout shift',
  ];
  return [
    `| ${columns.join(' | ')} |`,
    `|${' --- |'.repeat(columns.length)}`,
    ...rows.map(({ messagesPerSecond, acknowledgedPerSecond, use, layoutShift }) => {
      const cells = [
        `${messagesPerSecond}, ${acknowledgedPerSecond.toFixed(0)}`,
        use.rendererPercent.toFixed(1),
        use.chromiumPercent.toFixed(1),
        use.taskMs.toFixed(1),
        use.scriptMs.toFixed(1),
        use.styleMs.toFixed(1),
        use.layoutMs.toFixed(1),
        use.layoutsPerSecond.toFixed(1),
        taskFigures(use)['longest task, ms'].toFixed(0),
        taskFigures(use)['of its thread, ms'].toFixed(0),
        use.machinePercent?.toFixed(0) ?? '',
        layoutShift.toFixed(4),
      ];
      return `| ${cells.join(' | ')} |`;
    }),
  ].join('\n');
}
