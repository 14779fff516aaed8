/** What an inbox's id says of it. */
import type { InboxKind } from './api.ts';

export interface InboxName {
  readonly kind: InboxKind;
  /** The address, domain or user; of a named one its id. */
  readonly value: string;
}

export function readInboxId(id: string): InboxName {
  const colon = id.indexOf(':');
  const kind = id.slice(0, Math.max(colon, 0));
  if (kind === 'address' || kind === 'domain' || kind === 'user') {
    return { kind, value: id.slice(colon + 1) };
  }
  return { kind: 'named', value: id };
}
