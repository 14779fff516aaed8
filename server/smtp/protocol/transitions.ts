/**
 * Which verb is legal when, and where it leads (RFC 5321 §4.1.4). Nothing else decides this.
 *
 * A cell is the next state, or the name of the reply that refuses. Verbs that are legal everywhere
 * and change nothing have no column. Before the table come two rules of policy: TLS wanted and not
 * active, AUTH wanted and not done.
 */
import type { FixedReply } from './replies.ts';
import type { Verb } from './verb.ts';

export type State = 'connected' | 'greeted' | 'mail' | 'rcpt' | 'chunks';

type Cell = { readonly next: State } | { readonly refusal: FixedReply };

const to = (next: State): Cell => ({ next });
const no = (refusal: FixedReply): Cell => ({ refusal });

type StatefulVerb = Exclude<Verb, 'NOOP' | 'VRFY' | 'EXPN' | 'HELP' | 'QUIT'>;

/** The next state is the one after the verb, and after the message it introduces, has succeeded. */
// biome-ignore format: a table is read by its columns
const table: Readonly<Record<State, Readonly<Record<StatefulVerb, Cell>>>> = {
  connected: {
    EHLO: to('greeted'), HELO: to('greeted'), RSET: to('connected'), STARTTLS: no('needEhlo'), AUTH: no('needEhlo'),
    MAIL: no('needHello'), RCPT: no('needHello'), DATA: no('needHello'), BDAT: no('needHello'),
  },
  greeted: {
    EHLO: to('greeted'), HELO: to('greeted'), RSET: to('greeted'), STARTTLS: to('connected'), AUTH: to('greeted'),
    MAIL: to('mail'), RCPT: no('needMail'), DATA: no('needMail'), BDAT: no('needMail'),
  },
  mail: {
    EHLO: to('greeted'), HELO: to('greeted'), RSET: to('greeted'), STARTTLS: no('transactionOpen'), AUTH: no('transactionOpen'),
    MAIL: no('transactionOpen'), RCPT: to('rcpt'), DATA: no('needRecipients'), BDAT: no('needRecipients'),
  },
  rcpt: {
    EHLO: to('greeted'), HELO: to('greeted'), RSET: to('greeted'), STARTTLS: no('transactionOpen'), AUTH: no('transactionOpen'),
    MAIL: no('transactionOpen'), RCPT: to('rcpt'), DATA: to('greeted'), BDAT: to('chunks'),
  },
  chunks: {
    EHLO: to('greeted'), HELO: to('greeted'), RSET: to('greeted'), STARTTLS: no('chunksOpen'), AUTH: no('chunksOpen'),
    MAIL: no('chunksOpen'), RCPT: no('chunksOpen'), DATA: no('chunksOpen'), BDAT: to('chunks'),
  },
};

/** RFC 3207 §4: what is answered before TLS when TLS is required. */
const beforeTls: ReadonlySet<Verb> = new Set(['EHLO', 'NOOP', 'STARTTLS', 'QUIT']);

/** RFC 4954 §6, with STARTTLS and HELP: what is answered before AUTH when AUTH is required. */
const beforeAuth: ReadonlySet<Verb> = new Set([
  'EHLO',
  'HELO',
  'NOOP',
  'RSET',
  'QUIT',
  'AUTH',
  'STARTTLS',
  'HELP',
]);

export interface Policy {
  /** TLS is required and not active. */
  readonly tlsNeeded: boolean;
  /** AUTH is required and not done. */
  readonly authNeeded: boolean;
}

/** Where `verb` leads from `state`, or why it may not be used. */
export function transition(state: State, verb: Verb, policy: Policy): Cell {
  if (policy.tlsNeeded && !beforeTls.has(verb)) return no('needTls');
  if (policy.authNeeded && !beforeAuth.has(verb)) return no('needAuth');
  switch (verb) {
    case 'NOOP':
    case 'VRFY':
    case 'EXPN':
    case 'HELP':
    case 'QUIT':
      return to(state);
    default:
      return table[state][verb];
  }
}

/** What the table does not show: events that are no verbs. */
const events: readonly (readonly [string, string, string])[] = [
  ['[*]', 'connected', '220'],
  ['chunks', 'greeted', 'BDAT LAST stored or refused'],
];

/** The table as a Mermaid state diagram. Refused verbs are left out. */
export function renderStateDiagram(): string {
  const lines = events.map(([from, next, label]) => `  ${from} --> ${next}: ${label}`);
  for (const [state, cells] of Object.entries(table)) {
    const verbsByNext = new Map<State, string[]>();
    for (const [verb, cell] of Object.entries(cells)) {
      if ('refusal' in cell) continue;
      const verbs = verbsByNext.get(cell.next) ?? [];
      verbsByNext.set(cell.next, [...verbs, verb]);
    }
    for (const [next, verbs] of verbsByNext) {
      lines.push(`  ${state} --> ${next}: ${verbs.join(', ')}`);
    }
    lines.push(`  ${state} --> [*]: QUIT`);
  }
  return `stateDiagram-v2\n${lines.join('\n')}\n`;
}
