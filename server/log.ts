/**
 * One line per event: time, level, what happened, then `name=value` fields. Values cannot break
 * the line or hide in it (control characters are escaped), and fields that hold secrets are masked
 * by their name, whoever passes them.
 */
export const logLevels = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof logLevels)[number];
export type LogFields = Readonly<Record<string, unknown>>;

export interface Log {
  error(text: string, fields?: LogFields): void;
  warn(text: string, fields?: LogFields): void;
  info(text: string, fields?: LogFields): void;
  debug(text: string, fields?: LogFields): void;
}

const secretName = /pass|secret|token|authorization|cookie|credential|private/i;
const valueCharactersMax = 500;

/** `write` gets whole lines, line feed included. */
export function createLog(options: {
  readonly level: LogLevel;
  readonly write: (line: string) => void;
  readonly now?: () => Date;
}): Log {
  const { level, write, now = () => new Date() } = options;
  const at = (lineLevel: LogLevel) => {
    const wanted = logLevels.indexOf(lineLevel) <= logLevels.indexOf(level);
    return (text: string, fields: LogFields = {}) => {
      if (wanted)
        write(`${now().toISOString()} ${lineLevel} ${printable(text)}${showFields(fields)}\n`);
    };
  };
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') };
}

function showFields(fields: LogFields): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}=${secretName.test(name) ? '***' : showValue(value)}`)
    .join('');
}

function showValue(value: unknown): string {
  const text = textOf(value);
  const cut =
    text.length > valueCharactersMax
      ? `${text.slice(0, valueCharactersMax)}… (${text.length} characters)`
      : text;
  const escaped = printable(cut);
  return /^[^\s"=]+$/.test(escaped) ? escaped : `"${escaped.replaceAll('"', '\\"')}"`;
}

function textOf(value: unknown): string {
  if (value instanceof Error) {
    const cause = value.cause instanceof Error ? ` (because: ${value.cause.message})` : '';
    return `${value.message}${cause}`;
  }
  if (typeof value !== 'object' || value === null) return String(value);
  return (
    JSON.stringify(value, (name, member) => (secretName.test(name) ? '***' : member)) ?? 'undefined'
  );
}

/** Line ends, terminal escapes and text that changes its own direction become `\u….` */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
