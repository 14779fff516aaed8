/** The shape of one row of the option table, and the names that derive from it. */

import type { FaultOrder } from '../faults/parse-rule.ts';

export interface Credential {
  readonly user: string;
  readonly password: string;
}

/** Other catchers whose calls can be answered. */
export type Catcher = 'mailhog' | 'maildev';

/** A port of a host, or a path in the file system. */
export type Endpoint =
  | { readonly host: string; readonly port: number }
  | { readonly socketPath: string };

/** Kind of option → type of its value. */
export interface KindValues {
  readonly switch: boolean;
  readonly text: string;
  readonly host: string;
  readonly hostname: string;
  readonly port: number;
  readonly count: number;
  readonly size: number;
  readonly duration: number;
  /** A share, from 0 to 1. */
  readonly percent: number;
  readonly choice: string;
  readonly file: string;
  readonly directory: string;
  /** A file to write to, or `-` for standard output. */
  readonly output: string;
  readonly database: string;
  readonly url: string;
  /** Where another program listens: `127.0.0.1:783` or `unix:/run/spamd.sock`. */
  readonly endpoint: Endpoint;
  readonly credential: Credential;
  /** An address: `bounces@example.test`. */
  readonly mailbox: string;
  /** Addresses with `*` for any characters. */
  readonly mailboxes: readonly string[];
  readonly smtpAuth: 'any' | 'off' | readonly Credential[];
  readonly hosts: readonly string[];
  readonly origins: readonly string[];
  readonly catchers: readonly Catcher[];
  /** Rules of faults, see `server/faults/parse-rule.ts`. */
  readonly faults: readonly FaultOrder[];
  /** Variables of an environment. */
  readonly variables: readonly { readonly name: string; readonly value: string }[];
}

export interface OptionRow {
  /** Name in the resolved configuration; unit and qualifier at the end. */
  readonly key: string;
  /** Without dashes. The variable and the configuration-file key are made from it. */
  readonly flag: string;
  readonly kind: keyof KindValues;
  readonly heading: string;
  readonly default: unknown;
  /** What `off` and `--no-…` stand for; absent where there is no such thing. */
  readonly off?: null | 0 | 'off';
  /** Numbers only, in octets or milliseconds for sizes and durations. */
  readonly min?: number;
  readonly max?: number;
  /** Kind `choice` only. */
  readonly choices?: readonly string[];
  /** In `--help`, when the kind's own says too little: `<version>`. */
  readonly placeholder?: string;
  /** How a default that depends on the machine is described. */
  readonly defaultText?: string;
  /** One sentence, without the default. */
  readonly text: string;
}

/** The value of a row: what its kind yields, and `null` where the row's default or `off` is null. */
export type ValueOf<Row extends OptionRow> =
  | (Row extends { readonly choices: readonly (infer Choice)[] } ? Choice : KindValues[Row['kind']])
  | (Row extends { readonly default: null } | { readonly off: null } ? null : never);

/** What a table of rows resolves to. */
export type ValuesOf<Rows extends readonly OptionRow[]> = {
  readonly [Row in Rows[number] as Row['key']]: ValueOf<Row>;
};

/** `max-message-size` → `PRIXFIXE_MAX_MESSAGE_SIZE`. */
export function variableOf(flag: string): string {
  return `PRIXFIXE_${flag.replaceAll('-', '_').toUpperCase()}`;
}

/** `max-message-size` → `maxMessageSize`: the key in a configuration file. */
export function fileKeyOf(flag: string): string {
  return flag.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** True where `--no-…` means something. */
export function canBeOff(row: OptionRow): boolean {
  return row.kind === 'switch' || row.off !== undefined;
}

/** The row as it is usually written: a switch that is on by default is named by its opposite. */
export function usualFlag(row: OptionRow): string {
  return row.kind === 'switch' && row.default === true ? `no-${row.flag}` : row.flag;
}
