/**
 * What the form asks, and the rule it makes. Which effect can happen at which point is a table of
 * the server (`server/faults/points.ts`), repeated here in words; a test holds the two together.
 */
import type { FaultSpec } from '../../lib/api.ts';

export type FormPoint = FaultSpec['at'];
export type FormEffect =
  | 'reply'
  | 'delay'
  | 'stall'
  | 'reset'
  | 'close'
  | 'throttle'
  | 'hide'
  | 'fake'
  | 'lose'
  | 'store-then-fail';

export interface FaultForm {
  readonly at: FormPoint;
  readonly effect: FormEffect;
  readonly code: string;
  readonly text: string;
  readonly delayMs: string;
  readonly bytesPerSecond: string;
  readonly keyword: string;
  /** As EHLO would say it, such as `XFAKE` or `AUTH XOAUTH2`. */
  readonly invented: string;
  readonly afterBytes: string;
  readonly recipient: string;
  readonly sender: string;
  readonly often: 'always' | 'times' | 'chance';
  readonly times: string;
  readonly percent: string;
}

export const emptyForm: FaultForm = {
  at: 'rcpt',
  effect: 'reply',
  code: '452',
  text: '',
  delayMs: '3000',
  bytesPerSecond: '1000',
  keyword: 'STARTTLS',
  invented: 'XFAKE',
  afterBytes: '',
  recipient: '',
  sender: '',
  often: 'always',
  times: '2',
  percent: '20',
};

interface PointWords {
  readonly label: string;
  readonly when: string;
  readonly knows: 'nothing' | 'sender' | 'recipient';
  readonly special: readonly FormEffect[];
}

export const pointWords: Readonly<Record<FormPoint, PointWords>> = {
  accept: {
    label: 'Connection accepted',
    when: 'When a client connects',
    knows: 'nothing',
    special: [],
  },
  banner: {
    label: 'Greeting',
    when: 'Instead of the greeting',
    knows: 'nothing',
    special: [],
  },
  ehlo: {
    label: 'EHLO',
    when: 'When a client says EHLO',
    knows: 'nothing',
    special: ['hide', 'fake'],
  },
  starttls: {
    label: 'STARTTLS',
    when: 'When a client wants TLS',
    knows: 'nothing',
    special: [],
  },
  auth: {
    label: 'Login (AUTH)',
    when: 'When a client logs in',
    knows: 'nothing',
    special: [],
  },
  mail: {
    label: 'Sender (MAIL)',
    when: 'When a client names the sender',
    knows: 'sender',
    special: [],
  },
  rcpt: {
    label: 'Recipient (RCPT)',
    when: 'When a client names a recipient',
    knows: 'recipient',
    special: [],
  },
  data: {
    label: 'Start of the message (DATA)',
    when: 'When a client wants to send the message',
    knows: 'recipient',
    special: [],
  },
  body: {
    label: 'While the message arrives',
    when: 'While the message arrives',
    knows: 'recipient',
    special: [],
  },
  final: {
    label: 'End of the message',
    when: 'When the message is complete',
    knows: 'recipient',
    special: ['lose', 'store-then-fail'],
  },
  idle: {
    label: 'Between two messages',
    when: 'After a message, before the next',
    knows: 'recipient',
    special: [],
  },
};

export const effectWords: Readonly<Record<FormEffect, string>> = {
  reply: 'Refuse with a reply',
  delay: 'Answer late',
  stall: 'Never answer again',
  reset: 'Reset the connection (RST)',
  close: 'Close the connection',
  throttle: 'Slow the line down',
  hide: 'Hide an extension',
  fake: 'Offer an extension that is none',
  lose: 'Say 250 and lose the message',
  'store-then-fail': 'Store the message and lose the reply',
};

/** What `afterBytes` counts there; `null`: nothing is said, so nothing can be broken off. */
export function octetsOf(at: FormPoint): 'message' | 'reply' | null {
  if (at === 'accept' || at === 'idle') return null;
  return at === 'body' ? 'message' : 'reply';
}

const general = ['reply', 'delay', 'stall', 'reset', 'close', 'throttle'] as const;

export function effectsAt(point: FormPoint): readonly FormEffect[] {
  return [...general, ...pointWords[point].special];
}

/** Another point may not have the effect that was chosen, and `idle` knows only one reply. */
export function withPoint(form: FaultForm, at: FormPoint): FaultForm {
  const [first = 'reply'] = effectsAt(at);
  const effect = effectsAt(at).includes(form.effect) ? form.effect : first;
  return { ...form, at, effect, code: at === 'idle' ? '421' : form.code };
}

/** Numbers as they were typed: what is wrong with them the server says. */
export function specOf(form: FaultForm): FaultSpec {
  const { knows } = pointWords[form.at];
  const recipient = knows === 'recipient' ? form.recipient.trim() : '';
  const sender = knows === 'nothing' ? '' : form.sender.trim();
  const where = {
    ...(recipient === '' ? {} : { recipient }),
    ...(sender === '' ? {} : { sender }),
  };
  const when =
    form.often === 'times'
      ? { times: Number(form.times) }
      : form.often === 'chance'
        ? { chance: Number(form.percent) / 100 }
        : null;
  return {
    at: form.at,
    ...(Object.keys(where).length === 0 ? {} : { where }),
    ...(when === null ? {} : { when }),
    effect: effectOf(form),
  };
}

function effectOf(form: FaultForm): NonNullable<FaultSpec['effect']> {
  const text = form.text.trim();
  const ending =
    octetsOf(form.at) !== null && form.afterBytes !== ''
      ? { afterBytes: Number(form.afterBytes) }
      : {};
  switch (form.effect) {
    case 'reply':
      return { kind: 'reply', code: Number(form.code), ...(text === '' ? {} : { text }) };
    case 'delay':
      return { kind: 'delay', delayMs: Number(form.delayMs) };
    case 'throttle':
      return { kind: 'throttle', bytesPerSecond: Number(form.bytesPerSecond) };
    case 'hide':
      return { kind: 'capabilities', drop: [form.keyword as 'STARTTLS'] };
    case 'fake':
      return { kind: 'capabilities', add: [form.invented.trim()] };
    case 'stall':
    case 'reset':
    case 'close':
      return { kind: form.effect, ...ending };
    case 'lose':
    case 'store-then-fail':
      return { kind: form.effect };
  }
}

/** The rule as a sentence, so that it can be read back before it is armed. */
export function sentenceOf(form: FaultForm): string {
  const { when, knows } = pointWords[form.at];
  const recipient = knows === 'recipient' ? form.recipient.trim() : '';
  const sender = knows === 'nothing' ? '' : form.sender.trim();
  const whom = [recipient && `of mail to ${recipient}`, sender && `from ${sender}`].filter(Boolean);
  const often =
    form.often === 'times'
      ? `, ${form.times === '1' ? 'once' : `${form.times} times`}`
      : form.often === 'chance'
        ? `, in ${form.percent} % of the cases`
        : ', every time';
  const subject = whom.length > 0 ? ` (${whom.join(', ')})` : '';
  return `${when}${subject}: ${whatOf(form)}${often}.`;
}

function whatOf(form: FaultForm): string {
  const counted = octetsOf(form.at);
  const after =
    counted !== null && form.afterBytes !== ''
      ? ` after ${form.afterBytes} octets of the ${counted}`
      : '';
  switch (form.effect) {
    case 'reply':
      return `answer ${form.code}${form.text.trim() === '' ? '' : ` “${form.text.trim()}”`}`;
    case 'delay':
      return `wait ${form.delayMs} ms`;
    case 'throttle':
      return `go on with ${form.bytesPerSecond} octets a second`;
    case 'hide':
      return `hide ${form.keyword}`;
    case 'fake':
      return `offer ${form.invented.trim()}, and do not know it`;
    case 'stall':
      return `fall silent${after}`;
    case 'reset':
      return `reset the connection${after}`;
    case 'close':
      return `close the connection${after}`;
    case 'lose':
      return 'say 250 and store nothing';
    case 'store-then-fail':
      return 'store it and reset the connection';
  }
}
