/** The option table as people read it: `--help` on a terminal and markdown in README.md. */
import { configFileOption, headings, options } from './options.ts';
import { type OptionRow, usualFlag, variableOf } from './row.ts';
import { placeholderOf, showDefault } from './values.ts';

export interface CommandSummary {
  readonly name: string;
  readonly text: string;
}

/** `bold` and `dim` are the identity where there are no colours. */
export interface Style {
  readonly columns: number;
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
}

export const plainStyle: Style = { columns: 80, bold: (text) => text, dim: (text) => text };

interface Entry {
  readonly left: string;
  readonly text: string;
  readonly note: string;
}

const examples: readonly (readonly [string, string])[] = [
  ['prixfixe-dev', 'mail to port 1025, the page on 8025'],
  ['prixfixe-dev --smtp-port 2525', 'another port'],
  ['prixfixe-dev --db :memory: --open', 'keep nothing, show the page'],
  ['prixfixe-dev send --to you@example.test', 'a message to look at'],
];

export function renderHelp(commands: readonly CommandSummary[], style: Style = plainStyle): string {
  const entries = commands.map(({ name, text }) => ({ left: name, text, note: '' }));
  const general = [
    optionEntry(configFileOption),
    {
      left: '--help, --version',
      text: 'Show this, or the version. Commands have --help too.',
      note: '',
    },
  ];
  return [
    `${style.bold('prixfixe-dev')} catches the mail your application sends, and shows it.\n`,
    `${style.bold('Usage')}   prixfixe-dev [options]\n        prixfixe-dev <command> [options]\n`,
    section('Commands', entries, style),
    ...headings.map((heading) =>
      section(
        titleOf(heading),
        options.filter((row) => row.heading === heading).map(optionEntry),
        style,
      ),
    ),
    section('General', general, style),
    `${style.bold('Examples')}\n${columns(examples, style)}\n`,
    wrap(
      'Every option is also a variable (--smtp-port is PRIXFIXE_SMTP_PORT) and a key of the ' +
        'configuration file (smtpPort). The command line wins over variables, these over the file. ' +
        'Sizes are written 512KiB, 10MiB, 1GiB; times 500ms, 300s, 5m, 7d, a bare number being ' +
        'seconds. Where a default is off, or off is allowed, --no-… does the same.',
      style.columns,
    ),
    '',
  ].join('\n');
}

/** `--help` of a subcommand. */
export function renderCommandHelp(
  command: {
    readonly usage: string;
    readonly text: string;
    readonly rows: readonly OptionRow[];
    readonly examples: readonly (readonly [string, string])[];
  },
  style: Style = plainStyle,
): string {
  return [
    `${style.bold('Usage')}   prixfixe-dev ${command.usage}\n`,
    `${wrap(command.text, style.columns)}\n`,
    section('Options', command.rows.map(optionEntry), style),
    `${style.bold('Examples')}\n${columns(command.examples, style)}\n`,
  ].join('\n');
}

/** For README.md: one table per heading. */
export function renderOptionTable(): string {
  return headings
    .map((heading) => `### ${titleOf(heading)}\n\n${markdownTable(heading)}`)
    .join('\n\n');
}

function markdownTable(heading: string): string {
  const rows = [
    ['Flag', 'Variable', 'Default', ''],
    ...options.filter((row) => row.heading === heading).map(markdownCells),
  ];
  // Aligned, as the formatter wants tables.
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(3, ...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}

function markdownCells(row: OptionRow): readonly string[] {
  const flag = usualFlag(row);
  const written = `--${flag} ${placeholderOf(row)}`.trimEnd();
  return [`\`${written}\``, `\`${variableOf(flag)}\``, defaultNote(row), sentence(row)];
}

function optionEntry(row: OptionRow): Entry {
  return {
    left: `--${usualFlag(row)} ${placeholderOf(row)}`.trimEnd(),
    text: sentence(row),
    note: row.kind === 'switch' || row === configFileOption ? '' : defaultNote(row),
  };
}

function sentence(row: OptionRow): string {
  if (row.choices !== undefined) return `${row.text} One of ${row.choices.join(', ')}.`;
  return row.min === 0 && row.off === 0 ? `${row.text} 0 or off: no limit.` : row.text;
}

function defaultNote(row: OptionRow): string {
  // `--no-tls` is not given by default, whatever the value of `tls`.
  return row.kind === 'switch' ? 'off' : showDefault(row);
}

function section(title: string, entries: readonly Entry[], style: Style): string {
  return `${style.bold(title)}\n${entries.map((entry) => showEntry(entry, style)).join('\n')}\n`;
}

const indent = 2;
const leftColumns = 30;

function showEntry({ left, text, note }: Entry, style: Style): string {
  const start = ' '.repeat(indent + leftColumns);
  const full = note === '' ? text : `${text} [${note}]`;
  const lines = wrap(full, style.columns - start.length).split('\n');
  const shown = lines.map((line) => (note === '' ? line : dimNote(line, note, style)));
  const head = `${' '.repeat(indent)}${left}`;
  const fits = left.length <= leftColumns - 2;
  const first = fits ? head.padEnd(start.length) : `${head}\n${start}`;
  return `${first}${shown.join(`\n${start}`)}`;
}

function dimNote(line: string, note: string, { dim }: Style): string {
  const whole = `[${note}]`;
  return line.endsWith(whole) ? `${line.slice(0, -whole.length)}${dim(whole)}` : line;
}

function columns(rows: readonly (readonly [string, string])[], style: Style): string {
  const width = Math.max(...rows.map(([left]) => left.length)) + 3;
  return rows
    .map(([left, right]) => `  ${left.padEnd(width)}${style.dim(right)}`.trimEnd())
    .join('\n');
}

function wrap(text: string, width: number): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}

function titleOf(heading: string): string {
  return heading.charAt(0).toUpperCase() + heading.slice(1);
}
