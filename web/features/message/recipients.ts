/** Addresses as people type them into one field. */
import type { MessageDetailShape } from '../../../server/http/shapes.ts';

/** Commas in a quoted name or between angle brackets separate nothing. */
export function readRecipients(typed: string): readonly string[] {
  const found = typed.match(/(?:"(?:[^"\\\n]|\\.)*"|<[^>\n]*>|[^",;<\n])+/g) ?? [];
  return [...new Set(found.map((text) => text.trim()).filter((text) => text !== ''))];
}

export function addRecipient(typed: string, address: string): string {
  const before = typed.trimEnd().replace(/[,;]$/, '');
  return before === '' ? address : `${before}\n${address}`;
}

const suggestionsMax = 8;

/** Those of the envelope who are not in the field yet. */
export function suggestRecipients(
  { envelope }: Pick<MessageDetailShape, 'envelope'>,
  typed: readonly string[],
): readonly string[] {
  const known = new Set(typed.map((text) => text.toLowerCase()));
  const addresses = envelope.forwardPaths.map(({ address }) => address);
  return [...new Set(addresses)]
    .filter((address) => !known.has(address.toLowerCase()))
    .slice(0, suggestionsMax);
}
