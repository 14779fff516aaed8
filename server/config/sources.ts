/**
 * Reads rows of options from where people write them: the command line, `PRIXFIXE_…` variables and
 * a JSON file, in this order of precedence. What is wrong is collected, never thrown, so that all
 * of it can be shown together; every error names the flag and the variable.
 */
import { nearest } from './nearest.ts';
import { canBeOff, fileKeyOf, type OptionRow, usualFlag, variableOf } from './row.ts';
import { isList, isSecret, type Place, readValue, splitItems } from './values.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A value as it was written. Only lists have several texts. */
interface Written {
  readonly texts: readonly string[];
  readonly where: string;
  readonly place: Place;
}

export interface CommandLine {
  readonly written: ReadonlyMap<OptionRow, Written>;
  /** What is left when flags and their values are taken away. */
  readonly operands: readonly string[];
  readonly asked: 'help' | 'version' | null;
  readonly errors: readonly string[];
}

export function scanCommandLine(
  rows: readonly OptionRow[],
  argv: readonly string[],
  place: Place,
): CommandLine {
  const found = new Map<OptionRow, string[]>();
  const operands: string[] = [];
  const errors: string[] = [];
  let asked: CommandLine['asked'] = null;

  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i] ?? '';
    if (argument === '--') {
      operands.push(...argv.slice(i + 1));
      break;
    }
    if (argument === '--help' || argument === '-h') asked ??= 'help';
    else if (argument === '--version' || argument === '-v' || argument === '-V')
      asked ??= 'version';
    else if (!argument.startsWith('-') || argument === '-') operands.push(argument);
    else {
      const { row, text, takesNext, error } = readFlag(rows, argument, argv[i + 1]);
      if (error !== null) errors.push(error);
      if (takesNext) i++;
      if (row === null || text === null) continue;
      // A list grows with every mention; of anything else the last mention counts.
      const before = isList(row) ? (found.get(row) ?? []) : [];
      found.set(row, [...before, ...splitItems(row, text)]);
    }
  }

  const where = 'on the command line';
  const written = new Map([...found].map(([row, texts]) => [row, { texts, where, place }]));
  return { written, operands, asked, errors };
}

interface FlagReading {
  readonly row: OptionRow | null;
  readonly text: string | null;
  readonly takesNext: boolean;
  readonly error: string | null;
}

function readFlag(
  rows: readonly OptionRow[],
  argument: string,
  next: string | undefined,
): FlagReading {
  const [, flag = '', given] = /^--([^=]*)(?:=(.*))?$/s.exec(argument) ?? [];
  const row = rows.find((candidate) => candidate.flag === flag);
  if (row !== undefined) {
    if (given !== undefined) return flagReading({ row, text: given });
    if (row.kind === 'switch') return flagReading({ row, text: 'true' });
    if (next !== undefined && !next.startsWith('--')) {
      return flagReading({ row, text: next, takesNext: true });
    }
    return flagReading({ error: `${namesOf(row)} needs a value after it.` });
  }
  const negated = rows.find((candidate) => canBeOff(candidate) && `no-${candidate.flag}` === flag);
  if (negated === undefined) {
    // What follows was meant as its value, most likely: one mistake is one error.
    const takesNext = given === undefined && next !== undefined && !next.startsWith('-');
    return flagReading({ error: unknownFlag(rows, argument), takesNext });
  }
  if (given !== undefined) return flagReading({ error: `--${flag} takes no value.` });
  return flagReading({ row: negated, text: 'off' });
}

function flagReading(reading: Partial<FlagReading>): FlagReading {
  return { row: null, text: null, takesNext: false, error: null, ...reading };
}

function unknownFlag(rows: readonly OptionRow[], argument: string): string {
  const name = argument.replace(/=.*$/s, '');
  const flags = rows.flatMap(({ flag }) => [`--${flag}`, `--no-${flag}`]);
  const known = flags.filter((flag) => !flag.startsWith('--no-') || isNegation(rows, flag));
  const meant = nearest(name, [...known, '--help', '--version']);
  const advice = meant === null ? 'See --help for those there are.' : `Did you mean ${meant}?`;
  return `There is no option ${name}. ${advice}`;
}

function isNegation(rows: readonly OptionRow[], flag: string): boolean {
  return rows.some((row) => canBeOff(row) && `--no-${row.flag}` === flag);
}

/** Empty variables count as unset: that is how Compose files and CI systems leave one out. */
export function scanEnvironment(
  rows: readonly OptionRow[],
  env: Environment,
  place: Place,
): { readonly written: ReadonlyMap<OptionRow, Written>; readonly errors: readonly string[] } {
  const written = new Map<OptionRow, Written>();
  const errors: string[] = [];
  const where = 'in the environment';
  for (const row of rows) {
    const name = variableOf(row.flag);
    const opposite = variableOf(`no-${row.flag}`);
    const text = env[name] ?? '';
    const negated = canBeOff(row) ? (env[opposite] ?? '') : '';
    if (text !== '' && negated !== '') {
      errors.push(`${name} and ${opposite} are both set; unset one of them.`);
    } else if (text !== '') {
      written.set(row, { texts: splitItems(row, text), where, place });
    } else if (negated !== '') {
      const reading = readValue({ ...row, kind: 'switch' }, [negated], place);
      if (!reading.ok) errors.push(`${opposite} is "${negated}"; it has to be ${reading.allowed}.`);
      else if (reading.value === true) {
        written.set(row, { texts: ['off'], where, place });
      } else if (row.kind === 'switch') {
        written.set(row, { texts: ['on'], where, place });
      }
    }
  }
  return { written, errors };
}

/** Read by the library in a test suite, which may well start the program too. */
const libraryVariables = ['PRIXFIXE_WAIT_MS'];

/** Warnings about variables that look like ours and are not. */
export function unknownVariables(rows: readonly OptionRow[], env: Environment): readonly string[] {
  const known = new Set(
    rows.flatMap((row) => [
      variableOf(row.flag),
      ...(canBeOff(row) ? [variableOf(`no-${row.flag}`)] : []),
    ]),
  );
  for (const name of libraryVariables) known.add(name);
  return Object.keys(env)
    .filter((name) => name.startsWith('PRIXFIXE_') && !known.has(name))
    .map((name) => {
      const meant = nearest(name, [...known]);
      return `${name} is not a variable of prixfixe-dev and is ignored.${
        meant === null ? '' : ` Did you mean ${meant}?`
      }`;
    });
}

export function scanFile(
  rows: readonly OptionRow[],
  file: { readonly name: string; readonly text: string },
  place: Place,
): { readonly written: ReadonlyMap<OptionRow, Written>; readonly errors: readonly string[] } {
  const written = new Map<OptionRow, Written>();
  const content = parseJsonObject(file.text);
  if (typeof content === 'string') {
    return { written, errors: [`The configuration file ${file.name} ${content}`] };
  }
  const errors: string[] = [];
  const keys = rows.map(({ flag }) => fileKeyOf(flag));
  for (const [key, value] of Object.entries(content)) {
    if (key === '$schema') continue;
    const row = rows.find(({ flag }) => fileKeyOf(flag) === key);
    const texts = row === undefined ? null : textsOf(row, value);
    if (row === undefined) {
      const meant = nearest(key, keys);
      const advice = meant === null ? '' : ` Did you mean "${meant}"?`;
      errors.push(`There is no option "${key}" (in ${file.name}).${advice}`);
    } else if (texts === null) {
      errors.push(
        `"${key}" in ${file.name} has to be ${isList(row) ? 'a text or a list of texts' : 'a text, a number, true or false'}.`,
      );
    } else written.set(row, { texts, where: `in ${file.name}`, place });
  }
  return { written, errors };
}

function parseJsonObject(text: string): Readonly<Record<string, unknown>> | string {
  try {
    const content: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    if (typeof content === 'object' && content !== null && !Array.isArray(content)) {
      return { ...content };
    }
    return 'has to hold one JSON object, such as {"smtpPort": 2525}.';
  } catch (error) {
    return `is not JSON: ${error instanceof Error ? error.message : String(error)}.`;
  }
}

function textsOf(row: OptionRow, value: unknown): readonly string[] | null {
  if (typeof value === 'string') return splitItems(row, value);
  if (typeof value === 'number' || typeof value === 'boolean') {
    return [value === false && row.kind !== 'switch' && canBeOff(row) ? 'off' : String(value)];
  }
  if (value === null && canBeOff(row)) return ['off'];
  // Members are taken as they are, so a password with a comma can be written here.
  const members = Array.isArray(value) ? value.map((item) => memberText(row, item)) : [];
  const texts = members.filter((item) => item !== null);
  return isList(row) && Array.isArray(value) && texts.length === value.length ? texts : null;
}

/** A fault rule may be an object, as it is over HTTP. */
function memberText(row: OptionRow, item: unknown): string | null {
  if (typeof item === 'string') return item;
  const isObject = typeof item === 'object' && item !== null && !Array.isArray(item);
  return row.kind === 'faults' && isObject ? JSON.stringify(item) : null;
}

/** Reads what was written for each row; the first source that mentions it counts. */
export function resolveRows(
  rows: readonly OptionRow[],
  sources: readonly ReadonlyMap<OptionRow, Written>[],
): { readonly values: ReadonlyMap<string, unknown>; readonly errors: readonly string[] } {
  const values = new Map<string, unknown>();
  const errors: string[] = [];
  for (const row of rows) {
    const written = sources.find((source) => source.has(row))?.get(row);
    if (written === undefined) {
      values.set(row.key, row.default);
      continue;
    }
    const reading = readValue(row, written.texts, written.place);
    if (reading.ok) values.set(row.key, reading.value);
    else errors.push(refusal(row, written, reading.allowed));
  }
  return { values, errors };
}

function refusal(row: OptionRow, { texts, where }: Written, allowed: string): string {
  const shown = isSecret(row) ? 'is not understood' : `is "${texts.join(',')}"`;
  return `${namesOf(row)} ${shown} ${where}; it has to be ${allowed}.`;
}

/** `--smtp-port (PRIXFIXE_SMTP_PORT)`: how every message calls an option. */
export function namesOf(row: OptionRow): string {
  const flag = usualFlag(row);
  return `--${flag} (${variableOf(flag)})`;
}
