/**
 * The matchers that every adapter gives to its `expect`. They say why they fail in the words of the
 * sink: nearest misses, what connected, the likely cause.
 */
import { isRegExp } from 'node:util/types';
import { MailTimeoutError, UnexpectedMailError } from '../sink/errors.ts';
import { fitsLink } from '../sink/mail-choice.ts';
import { show, textMatches } from '../sink/mail-match.ts';
import type { LinkMatch, Mail, MailMatch, Receiver, TextMatch, Wait } from '../sink/types.ts';

/** What runners ask of a matcher, and no more. */
export interface MatcherAnswer {
  readonly pass: boolean;
  readonly message: () => string;
}

/** `this` of a matcher, as far as all runners have it. */
interface MatcherState {
  readonly isNot?: boolean | undefined;
}

/** As `expect(…)` shows them. `R` is what a matcher of the runner returns. */
export interface MailMatchers<R = void> {
  /**
   * There is such a message in the inbox or sink, claimed or not, or it comes in time. It is not
   * claimed by this. After `not`: none is there and none is under way, which takes no waiting.
   */
  toHaveReceived(match?: MailMatch, wait?: Wait): Promise<R>;
  /** Nothing unclaimed is there and nothing is under way: see `Receiver.none`. */
  toHaveReceivedNothing(match?: MailMatch): Promise<R>;
  /** A link of the message fits: a string is part of its text or URL. Without one: any link. */
  toContainLink(which?: LinkMatch): R;
  /** By file name; without one: any attachment. */
  toHaveAttachment(name?: TextMatch): R;
  /** The message came over TLS. */
  toHaveUsedTls(): R;
}

export async function toHaveReceived(
  this: MatcherState,
  receiver: Receiver,
  match: MailMatch = {},
  wait?: Wait,
): Promise<MatcherAnswer> {
  const [there] = await receiver.all(match);
  if (there !== undefined) {
    const text = `There is a message: "${there.subject}" to ${there.envelope.to.join(', ')}.`;
    return { pass: true, message: () => text };
  }
  if (this.isNot === true) return refuted(() => receiver.none(match));
  try {
    await receiver.peek(match, wait);
    return { pass: true, message: () => 'A message came.' };
  } catch (error) {
    if (!(error instanceof MailTimeoutError)) throw error;
    return { pass: false, message: () => error.message };
  }
}

export async function toHaveReceivedNothing(
  this: MatcherState,
  receiver: Receiver,
  match: MailMatch = {},
): Promise<MatcherAnswer> {
  const { pass, message } = await refuted(() => receiver.none(match));
  return { pass: !pass, message: pass ? message : () => 'There is no unclaimed message.' };
}

/** An answer to "is there one?" from a call that rejects when there is. */
async function refuted(none: () => Promise<void>): Promise<MatcherAnswer> {
  try {
    await none();
    return { pass: false, message: () => 'There is no such message.' };
  } catch (error) {
    if (!(error instanceof UnexpectedMailError)) throw error;
    return { pass: true, message: () => error.message };
  }
}

export function toContainLink(this: MatcherState, mail: Mail, which?: LinkMatch): MatcherAnswer {
  const links = mail.links();
  const found = which === undefined ? links : links.filter((link) => fitsLink(link, which));
  const wanted = which === undefined ? 'a link' : `a link that fits ${showWhich(which)}`;
  return {
    pass: found.length > 0,
    message: () =>
      [
        `"${mail.subject}" was ${found.length > 0 ? 'not ' : ''}to contain ${wanted}.`,
        links.length === 0 ? 'It has no link.' : 'It has:',
        ...links.slice(0, 20).map(({ url, text, rel }) => {
          return `  ${url}${text === url ? '' : `  "${text}"`}  (${rel})`;
        }),
      ].join('\n'),
  };
}

function showWhich(which: LinkMatch): string {
  if (typeof which === 'string' || isRegExp(which)) return show(which);
  return Object.entries(which)
    .map(([name, wanted]) => `${name} ${show(wanted)}`)
    .join(', ');
}

export function toHaveAttachment(this: MatcherState, mail: Mail, name?: TextMatch): MatcherAnswer {
  const names = mail.attachments.map((attachment) => attachment.name);
  const found = name === undefined ? names : names.filter((one) => textMatches(one, name));
  const wanted = name === undefined ? 'an attachment' : `an attachment named ${show(name)}`;
  const there = names.length === 0 ? 'It has none.' : `It has ${names.map(show).join(', ')}.`;
  return {
    pass: found.length > 0,
    message: () =>
      `"${mail.subject}" was ${found.length > 0 ? 'not ' : ''}to have ${wanted}. ${there}`,
  };
}

export function toHaveUsedTls(this: MatcherState, mail: Mail): MatcherAnswer {
  const { tls, client } = mail.envelope;
  const how = tls === null ? 'without TLS' : `over ${tls.protocol} (${tls.cipher})`;
  return {
    pass: tls !== null,
    message: () =>
      `"${mail.subject}" was ${tls === null ? '' : 'not '}to come over TLS; ${client} sent it ${how}.`,
  };
}

export const mailMatchers = {
  toHaveReceived,
  toHaveReceivedNothing,
  toContainLink,
  toHaveAttachment,
  toHaveUsedTls,
};
