/**
 * A session as steps on its time axis. Each reply closes a step: until its command was complete
 * the server waited for the client, from then on the client waited for the server (`tookMs`).
 * Two things have no reply of their own and are steps all the same: the TLS handshake, and what
 * happened after the last reply.
 *
 * When a command was complete is the time of its line in the transcript, or of the note that
 * stands for a message; where lines are missing it is counted back from the reply.
 */
import type { SessionDetail } from '../../lib/api.ts';

export interface Step {
  readonly label: string;
  /** The rest of the command line; empty where there is none, or it was not kept. */
  readonly argument: string;
  readonly code: number | null;
  readonly replyText: string;
  /** Milliseconds since the connection: waiting for the client, then for the server. */
  readonly fromMs: number;
  readonly commandMs: number;
  readonly endMs: number;
  /** Who the first stretch waited for in other words: message octets on their way, a handshake. */
  readonly kind: 'command' | 'message' | 'tls' | 'end' | 'ongoing';
  readonly refused: boolean;
  /** Index in `lines` of what was said, to find it in the transcript. */
  readonly lineIndex: number | null;
}

export type StepsSource = Pick<
  SessionDetail,
  | 'lines'
  | 'replies'
  | 'durationMs'
  | 'outcome'
  | 'tlsFailure'
  | 'listener'
  | 'tls'
  | 'endedAt'
  | 'linesDropped'
>;

/** `nowMs`: the age of the session, for one that is still open. */
export function waterfallSteps(session: StepsSource, nowMs: number): readonly Step[] {
  const spoken = replyLines(session.lines);
  const steps: Step[] = [];
  let endMs = 0;
  let pointer = 0;
  let lastCode = 0;
  let lastVerb = '';
  for (const reply of session.replies) {
    const found = findReply(spoken, pointer, reply);
    if (found !== null) pointer = found + 1;
    const words = found === null ? undefined : spoken[found];
    if (isTlsGap(lastVerb, lastCode) || (steps.length === 0 && isTlsFirst(session))) {
      const step = handshake(session, endMs, words?.heardMs ?? reply.atMs);
      steps.push(step);
      endMs = step.endMs;
    }
    // The clock of a time-out or a shutdown runs since the last command: all of it was waiting.
    const waited = reply.verb === 'UNKNOWN' && reply.code === 421 && words?.client == null;
    const heardMs = waited ? reply.atMs : (words?.heardMs ?? reply.atMs - reply.tookMs);
    // A reply sent together with the one before it may have been asked for before that was sent.
    const commandMs = Math.max(0, heardMs);
    const sentMs = waited ? reply.atMs : Math.max(reply.atMs, commandMs + reply.tookMs);
    const isMessage = !waited && (lastCode === 354 || (reply.verb === 'BDAT' && reply.code < 300));
    steps.push({
      label: waited
        ? partingLabel(words?.text ?? '')
        : labelOf(reply.verb, { isMessage, afterChallenge: lastCode === 334 }),
      argument: isMessage ? '' : argumentOf(words?.client ?? null, reply.verb),
      code: reply.code,
      replyText: words?.text ?? '',
      fromMs: Math.min(endMs, commandMs),
      commandMs,
      endMs: sentMs,
      kind: isMessage ? 'message' : 'command',
      refused: reply.code >= 400,
      lineIndex: words?.lineIndex ?? null,
    });
    endMs = Math.max(endMs, sentMs);
    lastCode = reply.code;
    lastVerb = reply.verb;
  }
  const lastMs = Math.max(endMs, session.durationMs ?? nowMs);
  if (isTlsGap(lastVerb, lastCode) || (steps.length === 0 && isTlsFirst(session))) {
    steps.push(handshake(session, endMs, lastMs));
  } else {
    steps.push(closing(session, endMs, lastMs));
  }
  return steps;
}

/** On the port that speaks TLS from the first octet it comes before the greeting. */
function isTlsFirst({ listener, tls, tlsFailure }: StepsSource): boolean {
  return listener === 'smtps' && (tls !== null || tlsFailure !== null);
}

function isTlsGap(verb: string, code: number): boolean {
  return verb === 'STARTTLS' && code === 220;
}

/** From the invitation to the note that names the version, or as long as it was tried. */
function handshake(session: StepsSource, fromMs: number, untilMs: number): Step {
  const index = session.lines.findIndex(
    ({ from, text, atMs }) => from === 'note' && /^(TLS|SSL)v/.test(text) && atMs >= fromMs - 1,
  );
  const note = index < 0 ? undefined : session.lines[index];
  const endMs = Math.max(fromMs, Math.min(note?.atMs ?? untilMs, untilMs));
  return {
    label: 'TLS handshake',
    argument: note?.text ?? session.tlsFailure ?? '',
    code: null,
    replyText: '',
    fromMs,
    commandMs: fromMs,
    endMs,
    kind: 'tls',
    refused: note === undefined && session.tlsFailure !== null,
    lineIndex: note ? index : null,
  };
}

function closing(session: StepsSource, fromMs: number, endMs: number): Step {
  const open = session.endedAt === null;
  return {
    label: open ? 'Waiting' : 'Close',
    argument: open ? 'for the client' : '',
    code: null,
    replyText: '',
    fromMs,
    commandMs: endMs,
    endMs,
    kind: open ? 'ongoing' : 'end',
    refused: false,
    lineIndex: null,
  };
}

interface ReplyLines {
  readonly code: number;
  readonly atMs: number;
  /** Its last line, without the code. */
  readonly text: string;
  readonly client: string | null;
  /** When what it answers was complete; the greeting answers the connection. */
  readonly heardMs: number;
  readonly lineIndex: number;
}

/** Replies as they were said: `250-` lines belong to the `250 ` that ends them. */
function replyLines(lines: StepsSource['lines']): readonly ReplyLines[] {
  const found: ReplyLines[] = [];
  let client: { readonly text: string; readonly index: number } | null = null;
  let first: number | null = null;
  let heardMs: number | null = null;
  for (const [index, { from, text, atMs }] of lines.entries()) {
    if (from === 'client') client = { text, index };
    if (from !== 'server') {
      heardMs = atMs;
      continue;
    }
    first ??= index;
    if (text[3] === '-') continue;
    const lineIndex = client?.index ?? first;
    const said = text.slice(4);
    found.push({
      code: Number(text.slice(0, 3)),
      atMs,
      text: said,
      client: client?.text ?? null,
      heardMs: heardMs ?? atMs,
      lineIndex,
    });
    client = null;
    first = null;
    heardMs = null;
  }
  return found;
}

/** The lines may have gaps where the replies have none, and the other way round. */
function findReply(
  spoken: readonly ReplyLines[],
  from: number,
  reply: StepsSource['replies'][number],
): number | null {
  for (let index = from; index < spoken.length; index++) {
    const candidate = spoken[index];
    if (!candidate || candidate.atMs > reply.atMs + 1) return null;
    if (candidate.code === reply.code && Math.abs(candidate.atMs - reply.atMs) <= 1) return index;
  }
  return null;
}

function labelOf(
  verb: string,
  facts: { readonly isMessage: boolean; readonly afterChallenge: boolean },
): string {
  if (facts.isMessage) return verb === 'BDAT' ? 'Chunk' : 'Message';
  if (verb === 'CONNECT') return 'Greeting';
  if (verb === 'AUTH' && facts.afterChallenge) return 'AUTH response';
  return verb === 'UNKNOWN' ? 'Unknown' : verb;
}

/** Of a 421 that no command asked for, by its enhanced status code (RFC 3463 §3). */
function partingLabel(text: string): string {
  if (text.startsWith('4.4.2')) return 'Time-out';
  return text.startsWith('4.3.2') ? 'Shutdown' : 'Goodbye';
}

function argumentOf(line: string | null, verb: string): string {
  if (line === null) return '';
  return line.toUpperCase().startsWith(verb) ? line.slice(verb.length).trim() : line;
}

/** One step with its exact values, as the line below the table says it. */
export function stepSentence(step: Step, text: (ms: number) => string): string {
  const { label, argument, code, replyText, kind, fromMs, commandMs, endMs } = step;
  const name = argument ? `${label} ${argument}` : label;
  const at = `${text(fromMs)} to ${text(endMs)}`;
  if (kind === 'tls') return `${name} · ${at} · ${text(endMs - commandMs)}`;
  if (kind === 'end')
    return `${name} · ${text(endMs)} · ${text(endMs - fromMs)} after the last reply`;
  if (kind === 'ongoing') return `${name} · since ${text(endMs - fromMs)}`;
  const first = kind === 'message' ? 'transfer' : 'client';
  const waited = commandMs > fromMs ? `${first} ${text(commandMs - fromMs)}, ` : '';
  return `${name} → ${code ?? ''} ${replyText} · ${at} · ${waited}server ${text(endMs - commandMs)}`;
}
