/**
 * argv + environment + configuration file → `Config`. Nothing is printed and nothing is thrown:
 * what is wrong comes back as sentences, all of them together.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { assert } from '../assert.ts';
import { httpClientOptions, smtpClientOptions } from './client-options.ts';
import { dataDirectory } from './data-directory.ts';
import { type Config, configFileOption, options } from './options.ts';
import type { OptionRow, ValuesOf } from './row.ts';
import {
  type Environment,
  namesOf,
  resolveRows,
  scanCommandLine,
  scanEnvironment,
  scanFile,
  unknownVariables,
} from './sources.ts';

export interface ParseInput {
  /** Without the names of the program and the subcommand. */
  readonly argv: readonly string[];
  readonly env: Environment;
  readonly cwd: string;
  readonly home: string;
  readonly platform: NodeJS.Platform;
}

export type Parsed<Value> =
  | { readonly kind: 'ok'; readonly value: Value; readonly warnings: readonly string[] }
  | { readonly kind: 'asked'; readonly for: 'help' | 'version' }
  | { readonly kind: 'invalid'; readonly errors: readonly string[] };

/** What this process was given. */
export function processInput(argv: readonly string[]): ParseInput {
  const { env, platform } = process;
  return { argv, env, cwd: process.cwd(), home: homedir(), platform };
}

export function parseConfig(input: ParseInput): Parsed<Config> {
  const place = { base: input.cwd, home: input.home };
  const rows: readonly OptionRow[] = [...options, configFileOption];
  const commandLine = scanCommandLine(rows, input.argv, place);
  if (commandLine.asked !== null) return { kind: 'asked', for: commandLine.asked };
  const environment = scanEnvironment(rows, input.env, place);
  const written = [commandLine.written, environment.written];

  const configFile = resolveRows([configFileOption], written);
  const file = readConfigFile(configFile.values.get('configFile'), input.home);
  const { values, errors } = resolveRows(options, [...written, file.written]);
  const all = [
    ...commandLine.errors,
    ...commandLine.operands.map(unexpected),
    ...environment.errors,
    ...configFile.errors,
    ...file.errors,
    ...errors,
  ];
  if (all.length > 0) return { kind: 'invalid', errors: all };

  const config = withLocations(values, input);
  const contradictions = contradictionsOf(config);
  if (contradictions.length > 0) return { kind: 'invalid', errors: contradictions };
  return {
    kind: 'ok',
    value: config,
    warnings: unknownVariables([...rows, ...smtpClientOptions, ...httpClientOptions], input.env),
  };
}

/** The defaults alone, for tests, the library and the development server. */
export function defaultConfig(changes: Partial<Config> = {}): Config {
  const defaults = new Map(options.map((row) => [row.key as string, row.default]));
  const { env, platform } = process;
  const config = withLocations(defaults, { env, platform, home: homedir() });
  const moved = changes.dataDir === undefined ? {} : { db: join(changes.dataDir, 'mail.db') };
  return { ...config, ...moved, ...changes };
}

/** For subcommands: their own rows, from flags and variables, and what else is on the line. */
export function parseRows<const Rows extends readonly OptionRow[]>(
  rows: Rows,
  input: ParseInput,
): Parsed<{ readonly values: ValuesOf<Rows>; readonly operands: readonly string[] }> {
  const place = { base: input.cwd, home: input.home };
  const commandLine = scanCommandLine(rows, input.argv, place);
  if (commandLine.asked !== null) return { kind: 'asked', for: commandLine.asked };
  const environment = scanEnvironment(rows, input.env, place);
  const { values, errors } = resolveRows(rows, [commandLine.written, environment.written]);
  const all = [...commandLine.errors, ...environment.errors, ...errors];
  if (all.length > 0) return { kind: 'invalid', errors: all };
  // The boundary where the table's types meet its values: each was read by its row's kind.
  const typed = Object.fromEntries(values) as ValuesOf<Rows>;
  return { kind: 'ok', value: { values: typed, operands: commandLine.operands }, warnings: [] };
}

function unexpected(operand: string): string {
  return `"${operand}" is neither an option nor a command. See --help for those there are.`;
}

function readConfigFile(name: unknown, home: string): ReturnType<typeof scanFile> {
  const written = new Map();
  if (typeof name !== 'string') return { written, errors: [] };
  try {
    const place = { base: dirname(name), home };
    return scanFile(options, { name, text: readAtMost(name) }, place);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const errors = [`${namesOf(configFileOption)}: ${name} cannot be read (${reason}).`];
    return { written, errors };
  }
}

const configFileBytesMax = 1_048_576;

/** Read rather than asked for its size, because a pipe or a device has none. */
function readAtMost(name: string): string {
  const file = openSync(name, 'r');
  try {
    const octets = Buffer.alloc(configFileBytesMax + 1);
    let bytes = 0;
    for (let read = -1; read !== 0 && bytes < octets.length; bytes += read) {
      read = readSync(file, octets, bytes, octets.length - bytes, null);
    }
    if (bytes > configFileBytesMax) throw new Error('it is larger than 1 MiB');
    return octets.toString('utf8', 0, bytes);
  } finally {
    closeSync(file);
  }
}

function withLocations(
  values: ReadonlyMap<string, unknown>,
  { env, home, platform }: Pick<ParseInput, 'env' | 'home' | 'platform'>,
): Config {
  // The boundary where the table's types meet its values: each was read by its row's kind.
  const table = Object.fromEntries(values) as ValuesOf<typeof options>;
  const dataDir = table.dataDir ?? dataDirectory({ env, home, platform });
  return { ...table, dataDir, db: table.db ?? join(dataDir, 'mail.db') };
}

/** Values that are right alone and wrong together. */
function contradictionsOf(config: Config): readonly string[] {
  const name = (key: keyof Config) => namesOf(rowOf(key));
  const errors: string[] = [];
  if ((config.tlsCertFile === null) !== (config.tlsKeyFile === null)) {
    errors.push(`${name('tlsCertFile')} and ${name('tlsKeyFile')} go together: give both or none.`);
  }
  if (!config.tls && config.tlsRequired) {
    errors.push(`${name('tlsRequired')} and ${name('tls')} contradict each other: give one.`);
  }
  if (!config.tls && config.smtpsPort !== null) {
    errors.push(`${name('smtpsPort')} needs TLS, but ${name('tls')} turns it off: give one.`);
  }
  if (config.auth === 'off' && config.authRequired) {
    errors.push(`${name('authRequired')} cannot be met while ${name('auth')} is off: give one.`);
  }
  if (config.bytesInFlightMax < config.messageBytesMax) {
    errors.push(
      `${name('bytesInFlightMax')} has to be at least as large as ${name('messageBytesMax')}, or no large message could ever arrive.`,
    );
  }
  return [...errors, ...samePorts(config), ...aimlessRelayOptions(config)];
}

/** Whoever sets these believes that there is a relay. */
function aimlessRelayOptions(config: Config): readonly string[] {
  if (config.relayPort === 0) {
    return [`${namesOf(rowOf('relayPort'))} is the port of another server: 0 is none.`];
  }
  if (config.relayHost !== null) return [];
  return (['relayAuth', 'relayReturnPath', 'relayOverrideFrom'] as const)
    .filter((key) => config[key] !== null)
    .map((key) => `${namesOf(rowOf(key))} needs a relay: name it with --relay-host.`);
}

function samePorts(config: Config): readonly string[] {
  const ports = [
    { key: 'smtpPort', host: config.smtpHost, port: config.smtpPort },
    { key: 'smtpsPort', host: config.smtpHost, port: config.smtpsPort ?? 0 },
    { key: 'httpPort', host: config.httpHost, port: config.httpPort ?? 0 },
  ] as const;
  return ports.flatMap((a, index) =>
    ports
      .slice(index + 1)
      .filter((b) => a.port !== 0 && a.port === b.port && overlap(a.host, b.host))
      .map(
        (b) =>
          `${namesOf(rowOf(a.key))} and ${namesOf(rowOf(b.key))} are both ${a.port}: change one.`,
      ),
  );
}

function overlap(a: string, b: string): boolean {
  const isAny = (host: string) => host === '0.0.0.0' || host === '::';
  return a === b || isAny(a) || isAny(b);
}

function rowOf(key: keyof Config): OptionRow {
  const row = options.find((candidate) => candidate.key === key);
  assert(row, 'every key of Config is a row of the table');
  return row;
}
