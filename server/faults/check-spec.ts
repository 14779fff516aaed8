/**
 * Reads a rule from anything: a literal, a JSON document, a file. Every wrong field is found and
 * named, nothing is ignored, and what comes out is a value of its own that nobody else holds.
 *
 * Here is the shape; whether the parts go together is in contradictions.ts.
 */
import { contradictionsOf } from './contradictions.ts';
import { FaultSpecError, type SpecProblem } from './errors.ts';
import { globCharactersMax } from './glob.ts';
import { ehloKeywords } from './points.ts';
import {
  type DelayMs,
  effectKinds,
  type FaultEffect,
  type FaultSpec,
  type FaultWhen,
  type FaultWhere,
  faultKeys,
  faultPoints,
  type ReplyText,
  type SingleEffect,
} from './types.ts';

const second = 1_000;
const day = 86_400 * second;
export const delayMsMax = 600 * second;
export const bytesMax = 1_073_741_824;
const countMax = 1_000_000_000;
const replyLinesMax = 20;
const replyLineCharactersMax = 450;
const globsMax = 20;
export const stepsMax = 100;

/** Throws `FaultSpecError`. */
export function checkSpec(value: unknown): FaultSpec {
  const reader = new Reader();
  const spec = readSpec(reader, value);
  if (spec === null || reader.problems.length > 0) throw new FaultSpecError(reader.problems);
  const contradictions = contradictionsOf(spec);
  if (contradictions.length > 0) throw new FaultSpecError(contradictions);
  return spec;
}

type Fields = Readonly<Record<string, unknown>>;

/** Collects what is wrong; what cannot be read is `undefined`, as is what is not there. */
class Reader {
  readonly problems: SpecProblem[] = [];

  wrong(path: string, detail: string): undefined {
    // A megabyte of JSON can have many bad fields; the first ones are enough to mend it.
    if (this.problems.length < 20) this.problems.push({ path: path.slice(0, 80), detail });
    return undefined;
  }

  fields(value: unknown, path: string, known: readonly string[]): Fields | undefined {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return this.wrong(path, 'must be an object');
    }
    for (const name of Object.keys(value)) {
      if (known.includes(name)) continue;
      this.wrong(join(path, name), `is not known; known are ${known.join(', ')}`);
    }
    // An own property for each, so that what an object inherits is no field.
    return Object.fromEntries(
      known.flatMap((name) =>
        Object.hasOwn(value, name) ? [[name, (value as Fields)[name]] as const] : [],
      ),
    );
  }

  oneOf<T extends string>(value: unknown, path: string, names: readonly T[]): T | undefined {
    const found = names.find((name) => name === value);
    return found ?? this.wrong(path, `must be one of ${names.join(', ')}`);
  }

  whole(
    value: unknown,
    path: string,
    { min, max }: { readonly min: number; readonly max: number },
  ): number | undefined {
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) {
      return value;
    }
    return this.wrong(path, `must be a whole number from ${min} to ${max}`);
  }

  /** Of one line, which nothing in it can break out of. */
  line(value: unknown, path: string, charactersMax: number): string | undefined {
    if (typeof value !== 'string' || value.length > charactersMax || /\p{Cc}/u.test(value)) {
      return this.wrong(path, `must be text of up to ${charactersMax} characters in one line`);
    }
    return value;
  }

  flag(value: unknown, path: string): boolean | undefined {
    return typeof value === 'boolean' ? value : this.wrong(path, 'must be true or false');
  }

  /** One or several of something. */
  several<T>(
    value: unknown,
    path: string,
    read: { readonly max: number; readonly one: (item: unknown, path: string) => T | undefined },
  ): readonly T[] | undefined {
    if (!Array.isArray(value)) {
      const item = read.one(value, path);
      return item === undefined ? undefined : [item];
    }
    if (value.length === 0 || value.length > read.max) {
      return this.wrong(path, `must have from 1 to ${read.max} members`);
    }
    const items = value.map((item: unknown, index) => read.one(item, `${path}.${index}`));
    return items.filter((item) => item !== undefined);
  }
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

/** Only what is there: with `exactOptionalPropertyTypes` a key is absent, or has a value. */
type Present<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

function present<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Present<T>;
}

function readSpec(reader: Reader, value: unknown): FaultSpec | null {
  const fields = reader.fields(value, '', ['name', 'at', 'where', 'when', 'effect', 'mustFire']);
  if (fields === undefined) return null;
  const at = reader.oneOf(fields.at, 'at', faultPoints);
  const given = <T>(name: string, read: (value: unknown) => T) =>
    Object.hasOwn(fields, name) && fields[name] !== undefined ? read(fields[name]) : undefined;
  const rest = {
    name: given('name', (name) => reader.line(name, 'name', 80)),
    where: given('where', (where) => readWhere(reader, where)),
    when: given('when', (when) => readWhen(reader, when)),
    effect: given('effect', (effect) => readEffect(reader, effect)),
    mustFire: given('mustFire', (mustFire) => reader.flag(mustFire, 'mustFire')),
  };
  return at === undefined ? null : { at, ...present(rest) };
}

function readWhere(reader: Reader, value: unknown): FaultWhere | undefined {
  const names = ['recipient', 'domain', 'sender', 'user', 'inbox', 'peer', 'tls'] as const;
  const fields = reader.fields(value, 'where', names);
  if (fields === undefined) return undefined;
  const globs = (name: (typeof names)[number]) => {
    if (fields[name] === undefined) return undefined;
    const one = (item: unknown, path: string) => reader.line(item, path, globCharactersMax);
    return reader.several(fields[name], `where.${name}`, { max: globsMax, one });
  };
  return present({
    recipient: globs('recipient'),
    domain: globs('domain'),
    sender: globs('sender'),
    user: globs('user'),
    inbox: globs('inbox'),
    peer: globs('peer'),
    tls: fields.tls === undefined ? undefined : reader.flag(fields.tls, 'where.tls'),
  });
}

function readWhen(reader: Reader, value: unknown): FaultWhen | undefined {
  const names = [
    ...['forMs', 'rateLimit', 'greylist', 'skip', 'every', 'chance', 'seed', 'times', 'per'],
  ];
  const fields = reader.fields(value, 'when', names);
  if (fields === undefined) return undefined;
  const whole = (name: string, min: number, max: number) =>
    fields[name] === undefined
      ? undefined
      : reader.whole(fields[name], `when.${name}`, { min, max });
  return present({
    forMs: whole('forMs', 1, 7 * day),
    rateLimit: fields.rateLimit === undefined ? undefined : readRateLimit(reader, fields.rateLimit),
    greylist: fields.greylist === undefined ? undefined : readGreylist(reader, fields.greylist),
    skip: whole('skip', 0, countMax),
    every: whole('every', 1, countMax),
    chance: fields.chance === undefined ? undefined : readChance(reader, fields.chance),
    seed: whole('seed', 0, 0xffff_ffff),
    times: whole('times', 1, countMax),
    per: fields.per === undefined ? undefined : reader.oneOf(fields.per, 'when.per', faultKeys),
  });
}

function readChance(reader: Reader, value: unknown): number | undefined {
  if (typeof value === 'number' && value >= 0 && value <= 1) return value;
  return reader.wrong('when.chance', 'must be a number from 0 to 1');
}

function readRateLimit(reader: Reader, value: unknown): FaultWhen['rateLimit'] {
  const fields = reader.fields(value, 'when.rateLimit', ['max', 'perMs']);
  if (fields === undefined) return undefined;
  const max = reader.whole(fields.max, 'when.rateLimit.max', { min: 0, max: countMax });
  const perMs = reader.whole(fields.perMs, 'when.rateLimit.perMs', { min: 1, max: day });
  return max === undefined || perMs === undefined ? undefined : { max, perMs };
}

function readGreylist(reader: Reader, value: unknown): FaultWhen['greylist'] {
  const fields = reader.fields(value, 'when.greylist', ['waitMs', 'forgetMs']);
  if (fields === undefined) return undefined;
  const waitMs = reader.whole(fields.waitMs, 'when.greylist.waitMs', { min: 0, max: day });
  const forgetMs =
    fields.forgetMs === undefined
      ? undefined
      : reader.whole(fields.forgetMs, 'when.greylist.forgetMs', { min: 1, max: 30 * day });
  return waitMs === undefined ? undefined : { waitMs, ...present({ forgetMs }) };
}

const effectFields: Readonly<Record<FaultEffect['kind'], readonly string[]>> = {
  reply: ['code', 'enhanced', 'text', 'delayMs'],
  delay: ['delayMs'],
  stall: ['afterBytes'],
  reset: ['afterBytes', 'delayMs'],
  close: ['afterBytes', 'delayMs'],
  throttle: ['bytesPerSecond'],
  capabilities: ['drop', 'add', 'sizeBytes'],
  lose: ['delayMs'],
  'store-then-fail': ['by', 'delayMs'],
  ok: [],
  sequence: ['steps', 'repeat'],
};

function readEffect(reader: Reader, value: unknown): FaultEffect | undefined {
  const kind = kindOf(reader, value, 'effect', effectKinds);
  if (kind === undefined) return undefined;
  if (kind !== 'sequence') return readSingle(reader, value, { path: 'effect', kind });
  const fields = reader.fields(value, 'effect', ['kind', ...effectFields.sequence]);
  if (fields === undefined) return undefined;
  if (!Array.isArray(fields.steps)) return reader.wrong('effect.steps', 'must be a list');
  const singles = effectKinds.filter((name) => name !== 'sequence');
  const one = (step: unknown, path: string) => {
    const stepKind = kindOf(reader, step, path, singles);
    return stepKind === undefined ? undefined : readSingle(reader, step, { path, kind: stepKind });
  };
  const steps = reader.several(fields.steps, 'effect.steps', { max: stepsMax, one });
  const repeat =
    fields.repeat === undefined ? undefined : reader.flag(fields.repeat, 'effect.repeat');
  return steps === undefined ? undefined : { kind, steps, ...present({ repeat }) };
}

function kindOf<T extends string>(
  reader: Reader,
  value: unknown,
  path: string,
  kinds: readonly T[],
): T | undefined {
  if (typeof value !== 'object' || value === null) return reader.wrong(path, 'must be an object');
  return reader.oneOf(
    Object.hasOwn(value, 'kind') ? (value as Fields).kind : undefined,
    `${path}.kind`,
    kinds,
  );
}

function readSingle(
  reader: Reader,
  value: unknown,
  { path, kind }: { readonly path: string; readonly kind: SingleEffect['kind'] },
): SingleEffect | undefined {
  const fields = reader.fields(value, path, ['kind', ...effectFields[kind]]);
  if (fields === undefined) return undefined;
  const at = (name: string) => join(path, name);
  const delayMs =
    fields.delayMs === undefined ? undefined : readDelay(reader, fields.delayMs, at('delayMs'));
  const afterBytes =
    fields.afterBytes === undefined
      ? undefined
      : reader.whole(fields.afterBytes, at('afterBytes'), { min: 0, max: bytesMax });
  switch (kind) {
    case 'reply': {
      const reply = readReply(reader, fields, path);
      return reply === undefined ? undefined : { kind, ...reply, ...present({ delayMs }) };
    }
    case 'delay':
      if (fields.delayMs === undefined) return reader.wrong(at('delayMs'), 'is missing');
      return delayMs === undefined ? undefined : { kind, delayMs };
    case 'stall':
      return { kind, ...present({ afterBytes }) };
    case 'reset':
    case 'close':
      return { kind, ...present({ afterBytes, delayMs }) };
    case 'throttle': {
      const limits = { min: 1, max: bytesMax };
      const bytesPerSecond = reader.whole(fields.bytesPerSecond, at('bytesPerSecond'), limits);
      return bytesPerSecond === undefined ? undefined : { kind, bytesPerSecond };
    }
    case 'capabilities':
      return { kind, ...readCapabilities(reader, fields, path) };
    case 'lose':
      return { kind, ...present({ delayMs }) };
    case 'store-then-fail': {
      const by = fields.by === undefined ? undefined : readBy(reader, fields.by, at('by'));
      return { kind, ...present({ by, delayMs }) };
    }
    case 'ok':
      return { kind };
  }
}

function readDelay(reader: Reader, value: unknown, path: string): DelayMs | undefined {
  const limits = { min: 0, max: delayMsMax };
  if (!Array.isArray(value)) return reader.whole(value, path, limits);
  const [least, most] = value.map((ms) => reader.whole(ms, path, limits));
  if (value.length !== 2 || least === undefined || most === undefined || least > most) {
    return reader.wrong(path, 'must be milliseconds, or the least and the most of them');
  }
  return [least, most];
}

function readReply(reader: Reader, fields: Fields, path: string): ReplyText | undefined {
  const code = reader.whole(fields.code, join(path, 'code'), { min: 400, max: 599 });
  const one = (line: unknown, linePath: string) =>
    typeof line === 'string' && /^[\x20-\x7e]*$/.test(line) && line.length <= replyLineCharactersMax
      ? line
      : reader.wrong(
          linePath,
          `must be printable ASCII of up to ${replyLineCharactersMax} characters`,
        );
  const text =
    fields.text === undefined
      ? undefined
      : reader.several(fields.text, join(path, 'text'), { max: replyLinesMax, one });
  if (code === undefined) return undefined;
  const enhanced = readEnhanced(reader, fields.enhanced, { path: join(path, 'enhanced'), code });
  return { code, ...present({ enhanced, text }) };
}

/** RFC 3463 §2: class, subject and detail; the class is that of the code. */
function readEnhanced(
  reader: Reader,
  value: unknown,
  { path, code }: { readonly path: string; readonly code: number },
): string | null | undefined {
  if (value === undefined || value === null) return value;
  const found = typeof value === 'string' && /^([245])\.\d{1,3}\.\d{1,3}$/.exec(value);
  const wanted = Math.floor(code / 100);
  if (typeof value === 'string' && found !== false && found?.[1] === String(wanted)) return value;
  return reader.wrong(path, `must be such as ${wanted}.2.2, with the first digit of the code`);
}

function readBy(
  reader: Reader,
  value: unknown,
  path: string,
): 'reset' | 'close' | 'stall' | ReplyText | undefined {
  if (typeof value === 'string')
    return reader.oneOf(value, path, ['reset', 'close', 'stall'] as const);
  const fields = reader.fields(value, path, ['code', 'enhanced', 'text']);
  return fields === undefined ? undefined : readReply(reader, fields, path);
}

function readCapabilities(reader: Reader, fields: Fields, path: string) {
  const at = (name: string) => join(path, name);
  const dropped = (item: unknown, itemPath: string) => {
    const keyword = typeof item === 'string' ? item.toUpperCase() : item;
    return reader.oneOf(keyword, itemPath, ehloKeywords);
  };
  // RFC 5321 §4.1.1.1, `ehlo-line`.
  const added = (item: unknown, itemPath: string) =>
    typeof item === 'string' &&
    item.length <= 200 &&
    /^[a-z0-9][a-z0-9-]*(?: [\x21-\x7e]+)*$/i.test(item)
      ? item
      : reader.wrong(itemPath, 'must be an EHLO keyword, with parameters or without');
  const { drop, add, sizeBytes } = fields;
  if (drop === undefined && add === undefined && sizeBytes === undefined) {
    reader.wrong(path, 'must have drop, add or sizeBytes');
  }
  return present({
    drop:
      drop === undefined ? undefined : reader.several(drop, at('drop'), { max: 20, one: dropped }),
    add: add === undefined ? undefined : reader.several(add, at('add'), { max: 20, one: added }),
    sizeBytes:
      sizeBytes === undefined
        ? undefined
        : reader.whole(sizeBytes, at('sizeBytes'), { min: 1, max: bytesMax }),
  });
}
