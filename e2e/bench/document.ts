/** RESULTS.md, from the JSON of a run. */
import { renderAims, renderAnswer, renderMachine } from './render.ts';
import type { Report } from './report.ts';

export function renderDocument(report: Report): string {
  const answers = Object.values(report.answers);
  const commits = [...new Set(answers.map(({ commit }) => commit ?? 'unknown'))].join(', ');
  const days = [...new Set(answers.map(({ startedAt }) => startedAt.slice(0, 10)))].sort();
  const disturbed = answers.some(({ othersPercent }) => (othersPercent ?? 0) > 15);
  const shortened = answers.some(({ scale }) => scale < 1);
  const minutes = answers.reduce((sum, { tookMs }) => sum + tookMs, 0) / 60_000;
  const failed = answers.flatMap(({ checks }) => checks).filter(({ passed }) => !passed).length;
  return [
    '# What the benchmark found',
    '',
    `${renderMachine(report)} · commit ${commits} · ${days.join(', ')}`,
    '',
    'Server, rivals and load generator share these processors. Contenders run side by side and take ' +
      'turns; figures are medians of the rounds, in brackets from the worst to the best of them. ' +
      '"ours 0.8 ×" behind a rival says what ours is in parts of it, round by round: ratios travel ' +
      'to other machines, rates do not. smtp-sink is Postfix’s sink in C, which keeps nothing; ours ' +
      'answers 250 after the commit, and then reads and indexes the message. MailDev and smtp-server ' +
      'are of the same stack; MailDev keeps mail in memory, smtp-server is given a handler that ' +
      'throws it away.',
    '',
    ...(disturbed
      ? [
          '**Others used the machine meanwhile** (each answer says how much), so times and rates are ' +
            'not what the server can do; counts and checks hold, ratios roughly.',
          '',
        ]
      : []),
    ...(shortened ? ['**Loads were shortened**, which costs whoever has to warm up.', ''] : []),
    '## How to repeat it',
    '',
    '```',
    'npm run bench -- --out bench.json            # everything',
    'npm run bench -- --out bench.json --only connect,persistent   # a part, added to the file',
    'npm run bench -- --compare old.json bench.json                # what became slower',
    'npm run bench -- --document bench.json       # writes this page',
    '```',
    '',
    `The answers below took ${minutes.toFixed(0)} minutes. Nothing else should run meanwhile; ` +
      '`npm run bench -- --help` has the rest.',
    '',
    '## Aims',
    '',
    renderAims(report.answers),
    '',
    failed === 0 ? 'All checks below passed.' : `**${failed} checks below failed.**`,
    '',
    ...answers.map(renderAnswer),
  ].join('\n');
}
