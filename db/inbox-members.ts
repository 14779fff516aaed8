/** Which inboxes some messages are in, for whoever listens to one of them. */

import { type Facet, facets } from './facets.ts';
import { inboxId, inboxKinds } from './inbox-id.ts';
import type { StoreStatements } from './message-statements.ts';
import { allRows } from './rows.ts';
import type { InboxMembers } from './types.ts';

/** A message in more inboxes than this is said to be in any. */
const inboxesOfMessageMax = 64;
const inboxFacets: readonly number[] = Object.values(inboxKinds);

interface FacetRow {
  readonly facet: number;
  readonly key: string;
}

/** By its facets and the named inboxes it was put in; `null` when they are too many to tell. */
export function inboxesOf(
  found: readonly Facet[],
  named: readonly string[],
): readonly string[] | null {
  const ids = new Set(named);
  for (const { facet, key } of found) {
    if (facet === facets.named || !inboxFacets.includes(facet)) continue;
    const id = inboxId(facet, key);
    if (id !== null) ids.add(id);
    if (ids.size > inboxesOfMessageMax) return null;
  }
  return [...ids];
}

export function inboxesOfStored(
  statements: StoreStatements,
  seq: number,
): readonly string[] | null {
  const rows = allRows<FacetRow>(statements.inboxesBySeq, seq);
  if (rows.length > inboxesOfMessageMax) return null;
  return rows.flatMap(({ facet, key }) => inboxId(facet, key) ?? []);
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
