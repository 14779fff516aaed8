/** `prixfixe-dev fault`: lets SMTP sessions of the running server go wrong on purpose, over HTTP. */
import { httpClientOptions } from '../config/client-options.ts';
import { parseRows } from '../config/parse.ts';
import { renderCommandHelp } from '../config/render.ts';
import type { OptionRow, ValuesOf } from '../config/row.ts';
import { FaultSpecError } from '../faults/errors.ts';
import { orderOf, parseRule, type RuleWords } from '../faults/parse-rule.ts';
import { scenarios } from '../faults/scenarios.ts';
import type { FaultListShape, FaultShape } from '../http/fault-shapes.ts';
import { ApiRefusal, type ApiServer, callApi } from './api-client.ts';
import { type Command, CommandError, type CommandIo, exitStatus, showCount } from './command.ts';

/** A word of a rule (`server/faults/parse-rule.ts`) and its flag. */
const ruleRow = <const Flag extends string>(flag: Flag, text: string, placeholder = '<text>') =>
  ({ key: flag, flag, kind: 'text', heading: 'rule', default: null, placeholder, text }) as const;

const ruleRows = [
  ruleRow('to', 'Only for these recipients; * and ? are wildcards.', '<pattern>'),
  ruleRow('domain', 'Only for recipients of this domain.', '<pattern>'),
  ruleRow('from', 'Only for this sender.', '<pattern>'),
  ruleRow('user', 'Only for this SMTP user.', '<pattern>'),
  ruleRow('inbox', 'Only for this address, @domain or SMTP user; no wildcards.'),
  ruleRow('peer', 'Only for clients of this address.', '<pattern>'),
  ruleRow('tls', 'Only with TLS, or only without.', '<yes or no>'),
  ruleRow('times', 'Fire at most so often.', '<n>'),
  ruleRow('skip', 'Spare the first so many.', '<n>'),
  ruleRow('every', 'Then fire at each n-th.', '<n>'),
  ruleRow('chance', 'Fire by chance, such as 20%.', '<share>'),
  ruleRow('seed', 'Of the chance, so that it can be repeated.', '<n>'),
  ruleRow('for', 'Only for this time, such as 5m.', '<time>'),
  ruleRow('limit', 'With the effect "limit": so many in a time, such as 10/1m.', '<n/time>'),
  ruleRow('greylist', 'With the effect "greylist": until so long after the first try.', '<time>'),
  ruleRow('per', 'Count by connection, message, recipient, sender, user or peer.', '<key>'),
  ruleRow('text', 'Text of the reply, instead of the usual one.'),
  ruleRow('name', 'Name of the rule, for people.'),
] as const satisfies readonly OptionRow[];

const rows = [
  ...ruleRows,
  {
    key: 'count',
    flag: 'count',
    kind: 'count',
    heading: 'wait',
    default: 1,
    min: 1,
    max: 1_000_000,
    text: 'wait: for so many hits.',
  },
  {
    key: 'timeoutMs',
    flag: 'timeout',
    kind: 'duration',
    heading: 'wait',
    default: 10_000,
    min: 1,
    max: 60_000,
    text: 'wait: for at most so long.',
  },
  ...httpClientOptions,
] as const satisfies readonly OptionRow[];

const help = {
  usage: 'fault <point>:<effect> [options]',
  text:
    'Lets SMTP sessions of the running server go wrong on purpose. Points are accept, banner, ehlo, ' +
    'starttls, auth, mail, rcpt, data, body, final and idle; effects are 452, 550-5.1.1, delay-100, ' +
    'delay-100-300, stall, reset, close, reset-1000, throttle-500, lose, store-then-fail, hide-dsn, ' +
    'add-xfoo, size-1000 and ok, several with commas one after the other. Also: fault scenario <name>, ' +
    'fault scenarios, fault list, fault pause <id>, fault resume <id>, fault remove <id>, ' +
    'fault clear, fault wait <id>.',
  rows,
  examples: [
    ["prixfixe-dev fault rcpt:452 --to '*@full.test' --times 2", ''],
    ['prixfixe-dev fault final:store-then-fail --times 1', ''],
    ['prixfixe-dev fault scenario greylisting', ''],
    ['prixfixe-dev fault wait f3 --count 2', ''],
    ['prixfixe-dev fault clear', ''],
  ],
} as const;

type Values = ValuesOf<typeof rows>;

interface Call {
  readonly values: Values;
  readonly words: RuleWords;
  readonly operands: readonly string[];
  readonly io: CommandIo;
}

/** By the first word; anything else is a rule. */
const actions: Readonly<Record<string, (call: Call) => Promise<number>>> = {
  list,
  clear,
  scenarios: async ({ io }) => {
    const width = Math.max(...scenarios.map(({ name }) => name.length));
    for (const { name, text } of scenarios) io.stdout.write(`${name.padEnd(width)}  ${text}\n`);
    return exitStatus.ok;
  },
  scenario: (call) => add(call, `scenario:${idOf(call, 'the name of a scenario')}`),
  pause: (call) => change(call, true),
  resume: (call) => change(call, false),
  remove: async (call) => {
    const answer = await onRule(call, '', { method: 'DELETE' });
    call.io.stdout.write(`${lineOf((await answer.json()) as FaultShape)}\n`);
    return exitStatus.ok;
  },
  wait,
};

export const faultCommand: Command = {
  async run(input, io) {
    const parsed = parseRows(rows, input);
    if (parsed.kind === 'asked') {
      io.stdout.write(renderCommandHelp(help, io.style));
      return exitStatus.ok;
    }
    if (parsed.kind === 'invalid') throw usage(parsed.errors.join('\n'));
    const { values, operands } = parsed.value;
    const [first, ...rest] = operands;
    if (first === undefined) throw usage('Say what is to go wrong, such as rcpt:452.');
    const call = { values, words: wordsOf(values), operands: rest, io };
    const action = Object.hasOwn(actions, first) ? actions[first] : undefined;
    if (action !== undefined) return action(call);
    if (rest.length > 0) throw usage(`"${rest[0]}" is not understood; one rule at a time.`);
    return add(call, first);
  },
};

function wordsOf(values: Values): RuleWords {
  return Object.fromEntries(
    ruleRows.flatMap(({ key }) => {
      const text = values[key];
      return text === null ? [] : [[key, text] as const];
    }),
  );
}

async function add({ values, words, io }: Call, head: string): Promise<number> {
  const order = read(() => (head.startsWith('{') ? parseRule(head) : orderOf(head, words)));
  if (order.kind === 'rule') {
    const answer = await callApi(values, '/api/faults', { method: 'POST', body: order.spec });
    io.stdout.write(`${lineOf((await answer.json()) as FaultShape)}\n`);
    return exitStatus.ok;
  }
  const body = order.where === null ? {} : { where: order.where };
  const path = `/api/faults/scenarios/${encodeURIComponent(order.name)}`;
  const answer = await callApi(values, path, { method: 'POST', body });
  const { faults } = (await answer.json()) as { readonly faults: readonly FaultShape[] };
  for (const fault of faults) io.stdout.write(`${lineOf(fault)}\n`);
  return exitStatus.ok;
}

async function list({ values, io }: Call): Promise<number> {
  const { faults, magic } = (await (await callApi(values, '/api/faults')).json()) as FaultListShape;
  for (const fault of faults) io.stdout.write(`${lineOf(fault)}\n`);
  if (faults.length === 0) io.tell('There are no fault rules.');
  if (magic.hitCount > 0 || magic.state === 'paused') io.stdout.write(`${lineOf(magic)}\n`);
  return exitStatus.ok;
}

async function clear({ values, io }: Call): Promise<number> {
  const answer = await callApi(values, '/api/faults', { method: 'DELETE', body: { all: true } });
  const { count } = (await answer.json()) as { readonly count: number };
  io.tell(`${showCount(count, 'rule')} removed.`);
  return exitStatus.ok;
}

async function change(call: Call, paused: boolean): Promise<number> {
  const answer = await onRule(call, '', { method: 'PATCH', body: { paused } });
  call.io.stdout.write(`${lineOf((await answer.json()) as FaultShape)}\n`);
  return exitStatus.ok;
}

/** For shell scripts: exit 0 once it has fired so often, 1 when it did not in time. */
async function wait(call: Call): Promise<number> {
  const { count, timeoutMs } = call.values;
  const query = new URLSearchParams({ count: String(count), timeoutMs: String(timeoutMs) });
  const answer = await onRule(call, `/hits?${query}`);
  const { hits } = (await answer.json()) as {
    readonly hits: readonly {
      readonly at: string;
      readonly point: string;
      readonly text: string;
    }[];
  };
  for (const { at, point, text } of hits) call.io.stdout.write(`${at}  ${point}: ${text}\n`);
  return exitStatus.ok;
}

function onRule(call: Call, rest: string, request: Parameters<typeof callApi>[2] = {}) {
  const id = encodeURIComponent(idOf(call, 'the id of a rule; fault list shows them'));
  const server: ApiServer = call.values;
  return callApi(server, `/api/faults/${id}${rest}`, request).catch((error: unknown) => {
    if (!(error instanceof ApiRefusal) || error.status !== 408) throw error;
    // What was waited for did not come: the answer of the server says how far it came.
    throw new CommandError(error.message, { exitStatus: exitStatus.failed, cause: error });
  });
}

function idOf({ operands }: Call, what: string): string {
  const [id, ...more] = operands;
  if (id === undefined || more.length > 0) throw usage(`Give ${what}.`);
  return id;
}

/** `f3  armed, 2 hits  rcpt: 452, recipient *@full.test`. */
function lineOf({ id, state, hitCount, text, spec }: FaultShape): string {
  const name = spec.name === undefined ? '' : ` (${spec.name})`;
  return `${id}  ${state}, ${showCount(hitCount, 'hit')}  ${text}${name}`;
}

function read<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof FaultSpecError) throw usage(error.message);
    throw error;
  }
}

function usage(message: string): CommandError {
  return new CommandError(`${message}\nSee prixfixe-dev fault --help.`, {
    exitStatus: exitStatus.usage,
  });
}
