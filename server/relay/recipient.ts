/** Whom a message may be passed on to: one address, checked before anything reaches a server. */

export const recipientsMax = 100;
const charactersMax = 1_000;
/** RFC 5321 §4.5.3.1: a local part of 64 octets, a domain of 255. */
const addressCharactersMax = 320;

/** RFC 5321 §4.1.2, with the wider alphabet of RFC 6531. */
const addressForm =
  /^(?:"(?:[^"\\\p{Cc}]|\\[^\p{Cc}])+"|[^\s@<>()[\]",;:\\\p{Cc}]+)@(?:[^\s@<>()[\]",;\\\p{Cc}]+|\[[0-9a-z.:]+\])$/iu;

/** One name, quoted if it holds anything that means something in lists. */
const named = /^(?:"(?:[^"\\]|\\.)*"|[^"<>@,;:]*)\s*<([^<>]*)>$/u;

/** `bob@example.test` or `Bob <bob@example.test>` → the address; `null` for anything else. */
export function parseRecipient(text: string): string | null {
  // What ends a line would be a second command.
  if (text.length > charactersMax || /\p{Cc}/u.test(text)) return null;
  const trimmed = text.trim();
  const address = named.exec(trimmed)?.[1] ?? trimmed;
  return address.length <= addressCharactersMax && addressForm.test(address) ? address : null;
}
