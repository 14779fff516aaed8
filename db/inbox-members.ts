/** Which inboxes some messages are in, for whoever listens to one of them. */

import { type Facet, facets } from './facets.ts';
import { inboxId, inboxKinds } from './inbox-id.ts';
import { namedInboxesMax } from './inbox-types.ts';
import type { StoreStatements } from './message-statements.ts';
import { allRows } from './rows.ts';
import type { InboxMembers, PlacedMessage } from './types.ts';

/** Inboxes of one message that are told of; more than there may be named ones. */
const inboxesOfMessageMax = namedInboxesMax + 64;

type Inboxes = Omit<PlacedMessage, 'message'>;

const inboxFacets: readonly number[] = Object.values(inboxKinds);

interface FacetRow {
  readonly facet: number;
  readonly key: string;
}

/** By its facets and the named inboxes it was put in. */
export function inboxesOf(found: readonly Facet[], named: readonly string[]): Inboxes {
  const ids = new Set(named);
  for (const { facet, key } of found) {
    if (facet === facets.named || !inboxFacets.includes(facet)) continue;
    const id = inboxId(facet, key);
    if (id !== null) ids.add(id);
  }
  return cut([...ids]);
}

export function inboxesOfStored(statements: StoreStatements, seq: number): Inboxes {
  const rows = allRows<FacetRow>(statements.inboxesBySeq, seq, inboxesOfMessageMax + 1);
  return cut(rows.flatMap(({ facet, key }) => inboxId(facet, key) ?? []));
}

function cut(ids: readonly string[]): Inboxes {
  const inMoreInboxes = ids.length > inboxesOfMessageMax;
  return { inboxes: inMoreInboxes ? ids.slice(0, inboxesOfMessageMax) : ids, inMoreInboxes };
}

/** Of the messages in the table `selected`, before anything of them is deleted. */
export function membersOfSelected(statements: StoreStatements): readonly InboxMembers[] {
  const members = new Map<string, string[]>();
  for (const { facet, key, id } of allRows<FacetRow & { readonly id: string }>(
    statements.inboxesOfSelected,
  )) {
    const inbox = inboxId(facet, key);
    if (inbox === null) continue;
    const ids = members.get(inbox);
    if (ids === undefined) members.set(inbox, [id]);
    else ids.push(id);
  }
  return [...members].map(([inbox, ids]) => ({ inbox, ids }));
}
