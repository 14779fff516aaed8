/**
 * The counts of inboxes while messages are filed: added up first and written once for each inbox,
 * since most of what comes in together goes to the same few.
 */
import { type Facet, inboxFacets } from './facets.ts';
import type { StoreStatements } from './message-statements.ts';

interface Change {
  readonly facet: Facet;
  messages: number;
  unread: number;
}

export class InboxCounts {
  readonly #changes = new Map<string, Change>();

  /** One message more in the inbox of this facet, if it has one, or one less. */
  add(facet: Facet, isRead: boolean, sign: 1 | -1 = 1): void {
    if (!inboxFacets.includes(facet.facet)) return;
    const name = `${facet.facet} ${facet.key}`;
    const change = this.#changes.get(name) ?? { facet, messages: 0, unread: 0 };
    change.messages += sign;
    if (!isRead) change.unread += sign;
    this.#changes.set(name, change);
  }

  /** Those that messages came into and that are not saved yet. */
  grown(): readonly Facet[] {
    return [...this.#changes.values()]
      .filter(({ messages }) => messages > 0)
      .map(({ facet }) => facet);
  }

  /** In the transaction that added the facets. */
  save(statements: StoreStatements): void {
    for (const { facet, messages, unread } of this.#changes.values()) {
      statements.inboxAdd.run(facet.facet, facet.key, facet.label, messages, unread);
    }
    this.#changes.clear();
  }
}
