/** Facets and tags of messages as rows, and the counts of inboxes that follow from them. */
import type { Facet } from './facets.ts';
import { InboxCounts } from './inbox-counts.ts';
import { tagFacets } from './message-facets.ts';
import type { StoreStatements } from './message-statements.ts';
import { allRows, firstRow } from './rows.ts';
import type { TagRenaming } from './types.ts';

interface Tagged {
  readonly seq: number;
  /** Those that were removed may come back, but are not counted. */
  readonly isLive: boolean;
}

/** `isRead` is `null` for a message that is not live and therefore not counted. */
export function addFacets(
  statements: StoreStatements,
  counts: InboxCounts,
  { seq, isRead }: { readonly seq: number; readonly isRead: boolean | null },
  added: readonly Facet[],
): void {
  for (const facet of added) {
    const isNew = statements.insertFacet.run(seq, facet.facet, facet.key).changes > 0;
    if (isNew && isRead !== null) counts.add(facet, isRead);
  }
}

/** Gives a message these tags and no others. */
export function retag(
  statements: StoreStatements,
  { seq, isLive }: Tagged,
  tags: readonly string[],
): void {
  if (isLive) {
    statements.clearSelected.run();
    statements.selectSeq.run(seq);
    statements.inboxTags.run(-1, -1);
  }
  statements.deleteTags.run(seq);
  const wanted = tagFacets(tags);
  statements.setTags.run(tagsJson(wanted), seq);
  const live = firstRow<{ is_read: number }>(statements.liveBySeq, seq);
  const counts = new InboxCounts();
  addFacets(statements, counts, { seq, isRead: live === null ? null : live.is_read === 1 }, wanted);
  counts.save(statements);
}

/** What came of it, and the messages whose tags have changed. */
export interface Retagged<Outcome> {
  readonly outcome: Outcome;
  readonly seqs: readonly number[];
}

export function renameTag(
  statements: StoreStatements,
  tag: string,
  name: string,
): Retagged<TagRenaming> {
  const [from] = tagFacets([tag]);
  const [to] = tagFacets([name]);
  if (from === undefined || to === undefined) return { outcome: 'unknown', seqs: [] };
  const tagged = messagesWith(statements, from);
  if (!tagged.some(({ isLive }) => isLive)) return { outcome: 'unknown', seqs: [] };
  const isTaken = from.key !== to.key && messagesWith(statements, to).some(({ isLive }) => isLive);
  if (isTaken) return { outcome: 'taken', seqs: [] };
  for (const message of tagged) {
    const tags = tagFacets(tagsOf(statements, message.seq));
    retag(
      statements,
      message,
      tags.map(({ key, label }) => (key === from.key ? to.label : label)),
    );
  }
  return { outcome: 'renamed', seqs: tagged.map(({ seq }) => seq) };
}

/** True when a message had it. */
export function deleteTag(statements: StoreStatements, tag: string): Retagged<boolean> {
  const [gone] = tagFacets([tag]);
  if (gone === undefined) return { outcome: false, seqs: [] };
  const tagged = messagesWith(statements, gone);
  for (const message of tagged) {
    const tags = tagFacets(tagsOf(statements, message.seq));
    retag(
      statements,
      message,
      tags.filter(({ key }) => key !== gone.key).map(({ label }) => label),
    );
  }
  return { outcome: tagged.some(({ isLive }) => isLive), seqs: tagged.map(({ seq }) => seq) };
}

export function tagsJson(tags: readonly Facet[]): string | null {
  return tags.length === 0 ? null : JSON.stringify(tags.map((tag) => tag.label));
}

function messagesWith(statements: StoreStatements, { key }: Facet): readonly Tagged[] {
  return allRows<{ seq: number; is_live: number }>(statements.messagesWithTag, key).map(
    ({ seq, is_live }) => ({ seq, isLive: is_live === 1 }),
  );
}

function tagsOf(statements: StoreStatements, seq: number): readonly string[] {
  const row = firstRow<{ tags: string | null }>(statements.tagsBySeq, seq);
  return row === null || row.tags === null ? [] : JSON.parse(row.tags);
}
