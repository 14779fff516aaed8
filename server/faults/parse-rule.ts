/**
 * A rule as people write it on one line, for command lines, variables and lists of texts:
 *
 *   POINT:EFFECT[,EFFECT…] [NAME=VALUE…]     rcpt:452 to=*@full.test times=2
 *   scenario:NAME [NAME=VALUE…]              scenario:mailbox-full to=*@full.test
 *   {…}                                      the same as JSON, as over HTTP
 *
 * Several effects are a sequence. A value with spaces stands in double quotes. Whatever cannot be
 * read throws `FaultSpecError`, and so does what is not a valid rule.
 */
import { parseDuration } from '../config/units.ts';
import { checkSpec } from './check-spec.ts';
import { parseEffectWord } from './effect-words.ts';
import { FaultSpecError } from './errors.ts';
import { scenarios } from './scenarios.ts';
import {
  type FaultPoint,
  type FaultSpec,
  type FaultWhen,
  type FaultWhere,
  faultPoints,
  type SingleEffect,
} from './types.ts';

/** What is wanted: one rule, or those of a scenario. */
export type FaultOrder =
  | { readonly kind: 'rule'; readonly spec: FaultSpec }
  | { readonly kind: 'scenario'; readonly name: string; readonly where: FaultWhere | null };

export type RuleWords = Readonly<Record<string, string>>;

const whereWords: Readonly<Record<string, keyof FaultWhere>> = {
  to: 'recipient',
  domain: 'domain',
  from: 'sender',
  user: 'user',
  inbox: 'inbox',
  peer: 'peer',
};

const ruleTextCharactersMax = 20_000;

export function parseRule(text: string): FaultOrder {
  const trimmed = text.trim();
  if (trimmed.length > ruleTextCharactersMax) throw wrong('is too long');
  if (trimmed.startsWith('{')) return { kind: 'rule', spec: checkSpec(parseJson(trimmed)) };
  const [head = '', ...rest] = tokens(trimmed);
  const words: Record<string, string> = Object.create(null);
  for (const word of rest) {
    const equals = word.indexOf('=');
    if (equals < 1) throw wrong(`has "${word}", where a word such as times=2 is expected`);
    const name = word.slice(0, equals);
    if (name in words) throw wrong(`says "${name}" twice`);
    words[name] = word.slice(equals + 1);
  }
  return orderOf(head, words);
}

/** `head` is `rcpt:452` or `scenario:greylisting`; the words are those of the long form. */
export function orderOf(head: string, words: RuleWords): FaultOrder {
  const colon = head.indexOf(':');
  const [first, second] = [head.slice(0, Math.max(0, colon)), head.slice(colon + 1)];
  if (colon < 1 || second === '') {
    throw wrong(`begins with "${head}", where a point and an effect such as rcpt:452 are expected`);
  }
  const where = whereOf(words);
  if (first === 'scenario') return scenarioOrder(second, where, words);
  const at = faultPoints.find((point) => point === first.toLowerCase());
  if (at === undefined)
    throw wrong(`names the point "${first}"; there are ${faultPoints.join(', ')}`);
  return { kind: 'rule', spec: checkSpec(specOf(at, effectsOf(second, words), where, words)) };
}

function scenarioOrder(name: string, where: FaultWhere | null, words: RuleWords): FaultOrder {
  if (!scenarios.some((scenario) => scenario.name === name)) {
    const known = scenarios.map((scenario) => scenario.name).join(', ');
    throw wrong(`names the scenario "${name}"; there are ${known}`);
  }
  const other = Object.keys(words).find((word) => word !== 'tls' && !(word in whereWords));
  if (other !== undefined) throw wrong(`says "${other}", which a scenario does not take`);
  return { kind: 'scenario', name, where };
}

function specOf(
  at: FaultPoint,
  steps: readonly SingleEffect[],
  where: FaultWhere | null,
  words: RuleWords,
): unknown {
  const when = whenOf(words);
  const [only] = steps;
  if (words.text !== undefined && (steps.length !== 1 || only?.kind !== 'reply')) {
    throw wrong('says "text", which goes with one reply such as 452 only');
  }
  const worded =
    only !== undefined && words.text !== undefined ? { ...only, text: words.text } : only;
  return {
    at,
    ...(words.name === undefined ? {} : { name: words.name }),
    ...(where === null ? {} : { where }),
    ...(when === null ? {} : { when }),
    ...(only === undefined
      ? {}
      : { effect: steps.length === 1 ? worded : { kind: 'sequence', steps } }),
    ...(words['must-fire'] === undefined
      ? {}
      : { mustFire: readYes('must-fire', words['must-fire']) }),
  };
}

/** None for `limit` and `greylist`, whose condition implies what happens. */
function effectsOf(text: string, words: RuleWords): readonly SingleEffect[] {
  if (text === 'limit' || text === 'greylist') {
    if (words[text] !== undefined) return [];
    const example = text === 'limit' ? 'limit=10/1m' : 'greylist=10s';
    throw wrong(`has the effect "${text}", which needs a word such as ${example}`);
  }
  return text.split(',').map((word) => {
    const effect = parseEffectWord(word.trim());
    if (effect !== null) return effect;
    throw wrong(
      `has the effect "${word}"; there are 452, 550-5.1.1, delay-100, delay-100-300, stall, reset, close, reset-1000, throttle-500, lose, store-then-fail, hide-dsn, add-xfoo, size-1000 and ok`,
    );
  });
}

function whereOf(words: RuleWords): FaultWhere | null {
  const fields = Object.entries(whereWords).flatMap(([word, field]) =>
    words[word] === undefined ? [] : [[field, words[word]] as const],
  );
  const tls = words.tls === undefined ? [] : [['tls', readYes('tls', words.tls)] as const];
  const all = [...fields, ...tls];
  return all.length === 0 ? null : Object.fromEntries(all);
}

const whenReaders: Readonly<Record<string, (text: string) => FaultWhen | Record<string, unknown>>> =
  {
    times: (text) => ({ times: readWhole('times', text) }),
    skip: (text) => ({ skip: readWhole('skip', text) }),
    every: (text) => ({ every: readWhole('every', text) }),
    seed: (text) => ({ seed: readWhole('seed', text) }),
    chance: (text) => ({ chance: readChance(text) }),
    for: (text) => ({ forMs: readMs('for', text) }),
    per: (text) => ({ per: text }),
    greylist: (text) => ({ greylist: { waitMs: readMs('greylist', text) } }),
    limit: (text) => ({ rateLimit: readLimit(text) }),
  };

const otherWords = ['name', 'text', 'tls', 'must-fire'];

function whenOf(words: RuleWords): object | null {
  const known = [...Object.keys(whereWords), ...Object.keys(whenReaders), ...otherWords];
  const unknown = Object.keys(words).find((word) => !known.includes(word));
  if (unknown !== undefined) throw wrong(`says "${unknown}"; there are ${known.join(', ')}`);
  const parts = Object.entries(whenReaders).flatMap(([word, read]) =>
    words[word] === undefined ? [] : [read(words[word])],
  );
  return parts.length === 0 ? null : Object.assign({}, ...parts);
}

function readWhole(name: string, text: string): number {
  if (!/^\d{1,10}$/.test(text))
    throw wrong(`has ${name}=${text}, where a whole number is expected`);
  return Number(text);
}

function readChance(text: string): number {
  const percent = /^(\d{1,3}(?:\.\d{1,4})?) ?%$/.exec(text);
  if (percent !== null) return Number(percent[1]) / 100;
  if (/^(?:0|1|0?\.\d{1,6}|1\.0+)$/.test(text)) return Number(text);
  throw wrong(`has chance=${text}, where a share such as 20% or 0.2 is expected`);
}

function readMs(name: string, text: string): number {
  const ms = parseDuration(text);
  if (ms !== null) return ms;
  throw wrong(`has ${name}=${text}, where a time such as 500ms, 10s or 5m is expected`);
}

/** `10/1m`: ten within a minute. */
function readLimit(text: string): { readonly max: number; readonly perMs: number } {
  const [, max, per] = /^(\d{1,9})\/(.+)$/.exec(text) ?? [];
  if (max === undefined || per === undefined) {
    throw wrong(`has limit=${text}, where a number and a time such as 10/1m are expected`);
  }
  return { max: Number(max), perMs: readMs('limit', per) };
}

function readYes(name: string, text: string): boolean {
  if (/^(?:yes|true|on)$/i.test(text)) return true;
  if (/^(?:no|false|off)$/i.test(text)) return false;
  throw wrong(`has ${name}=${text}, where yes or no is expected`);
}

/** By spaces, but for those between double quotes. */
function tokens(text: string): readonly string[] {
  if ((text.match(/"/g)?.length ?? 0) % 2 === 1) throw wrong('has a quote without its end');
  return Array.from(text.matchAll(/(?:"[^"]*"|[^\s"])+/g), ([token]) => token.replaceAll('"', ''));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw wrong(`is not JSON (${error instanceof Error ? error.message : String(error)})`);
  }
}

function wrong(detail: string): FaultSpecError {
  return new FaultSpecError([
    { path: '', detail: detail.replaceAll(/\p{Cc}/gu, '?').slice(0, 600) },
  ]);
}
