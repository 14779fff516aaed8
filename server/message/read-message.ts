/**
 * What a message says, from its octets: header fields for people and the tree of parts as offsets.
 * Bodies are not decoded here (see `bodies.ts`), nor is a message judged (see `problems.ts`).
 *
 * Never throws and never refuses: what is broken is read as far as it goes.
 */
import type { Mailbox } from '../../db/types.ts';
import { parseMailboxes } from './addresses.ts';
import { asBuffer } from './charsets.ts';
import { parseDate } from './dates.ts';
import { displayText, type Field, fieldText, firstField } from './header.ts';
import { limits } from './limits.ts';
import { bareIdentifier } from './part-facts.ts';
import { readPartTree } from './part-tree.ts';
import type { HeaderField, ReadMessage } from './types.ts';

export function readMessage(raw: Uint8Array): ReadMessage {
  const { root, header, problems } = readPartTree(asBuffer(raw));
  const { fields } = header;
  const text = (name: string) => fieldText(firstField(fields, name));
  const mailboxes = (name: string) => mailboxesOf(fields, name);
  return {
    headerFields: fields.map(headerField),
    subject: displayText(text('subject')).slice(0, limits.summaryCharactersMax),
    from: mailboxes('from'),
    sender: mailboxes('sender')[0] ?? null,
    to: mailboxes('to'),
    cc: mailboxes('cc'),
    bcc: mailboxes('bcc'),
    replyTo: mailboxes('reply-to'),
    messageId: bareIdentifier(text('message-id')).slice(0, limits.summaryCharactersMax),
    dateMs: parseDate(text('date'))?.ms ?? null,
    tags: tagsOf(text('x-tags')),
    root,
    problems,
  };
}

function headerField(field: Field): HeaderField {
  const rawValue = fieldText(field);
  return { name: field.name, value: displayText(rawValue), rawValue };
}

function mailboxesOf(fields: readonly Field[], name: string): readonly Mailbox[] {
  const field = firstField(fields, name);
  return field === undefined ? [] : parseMailboxes(fieldText(field));
}

/** `X-Tags: one, two`: each once, whatever its case. */
function tagsOf(value: string): string[] {
  const tags = new Map<string, string>();
  for (const word of displayText(value.slice(0, limits.tagsMax * limits.tagCharactersMax)).split(
    ',',
  )) {
    const tag = word.trim().slice(0, limits.tagCharactersMax);
    if (tag !== '' && tags.size < limits.tagsMax && !tags.has(tag.toLowerCase())) {
      tags.set(tag.toLowerCase(), tag);
    }
  }
  return [...tags.values()];
}
