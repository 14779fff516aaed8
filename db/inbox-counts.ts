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

  /** One message more in the inbox of this facet, if it has one. */
  add(facet: Facet, isRead: boolean): void {
    if (!inboxFacets.includes(facet.facet)) return;
    const name = `${facet.facet} ${facet.key}`;
    const change = this.#changes.get(name) ?? { facet, messages: 0, unread: 0 };
    change.messages += 1;
    if (!isRead) change.unread += 1;
    this.#changes.set(name, change);
  }

  /** In the transaction that added the facets. */
  save(statements: StoreStatements): void {
    for (const { facet, messages, unread } of this.#changes.values()) {
      statements.inboxAdd.run(facet.facet, facet.key, facet.label, messages, unread);
    }
    this.#changes.clear();
  }
}
