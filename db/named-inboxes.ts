/**
 * Inboxes with a name. What belongs in one is decided once for each message and written down as a
 * facet, so that its list and its counts cost what those of an address cost.
 *
 * A message is looked at when it is filed, and again when its tags change; nothing else about it
 * that a search may ask for ever changes. What was there before an inbox was made is looked at from
 * the newest down: whoever reads finds what matches, and `fill` writes it in slices, so that no
 * commit waits. A search that is changed starts over with a new key; `sweep` deletes the old one.
 */
import { randomBytes } from 'node:crypto';
import { type ArrivedMessage, ArrivedWords, wordColumns } from './arrived-words.ts';
import type { Database, Statement } from './driver.ts';
import { type Facet, facets, foldCase } from './facets.ts';
import { arrived, filterToSql, type Scope, stored } from './filter-to-sql.ts';
import { InboxCounts } from './inbox-counts.ts';
import {
  type InboxChange,
  type InboxRefusal,
  type NewInbox,
  namedInboxesMax,
} from './inbox-types.ts';
import type { StoreStatements } from './message-statements.ts';
import { allRows, firstRow } from './rows.ts';
import { attachSearch } from './search-file.ts';
import type { Filter } from './types.ts';

/** A message that was filed; `isRead` is `null` when it is not live and therefore not counted. */
export interface Arrival {
  readonly seq: number;
  readonly isRead: boolean | null;
  /** `null` when they are in the index of the store only. */
  readonly words: ArrivedMessage['words'] | null;
}

/** Messages from before the inbox was made, still to be looked at. */
export interface Unfilled {
  readonly facetKey: string;
  readonly uptoSeq: number;
}

/** What was found in some of them. */
export interface InboxFilling {
  readonly facetKey: string;
  readonly seqs: readonly number[];
  /** All above this one have been looked at; `null` while more of them are to come. */
  readonly downToSeq: number | null;
}

interface NamedInbox {
  readonly id: string;
  readonly facet: Facet;
  readonly filter: Filter;
  readonly unfilledSeq: number;
}

interface NamedInboxRow {
  readonly id: string;
  readonly name: string;
  readonly filter: string;
  readonly facet_key: string;
  readonly unfilled_seq: number;
}

const sql = {
  all: 'SELECT id, name, filter, facet_key, unfilled_seq FROM named_inbox',
  byId: 'SELECT id, name, filter, facet_key, unfilled_seq FROM named_inbox WHERE id = ?',
  nameOwner: 'SELECT id FROM named_inbox WHERE name_key = ?',
  count: 'SELECT count(*) AS count FROM named_inbox',
  insert: `INSERT INTO named_inbox (id, name, name_key, query, filter, facet_key, filled_from_seq,
    unfilled_seq, created_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  rename: 'UPDATE named_inbox SET name = ?, name_key = ? WHERE id = ?',
  changeSearch: `UPDATE named_inbox SET query = ?, filter = ?, facet_key = ?, filled_from_seq = ?,
    unfilled_seq = ? WHERE id = ?`,
  delete: 'DELETE FROM named_inbox WHERE id = ?',
  saveUnfilled: 'UPDATE named_inbox SET unfilled_seq = ? WHERE facet_key = ?',
  insertStored: `INSERT OR IGNORE INTO message_facet
    SELECT seq, ${facets.named}, ? FROM message WHERE seq = ?`,
  deleteFacet: `DELETE FROM message_facet WHERE seq = ? AND facet = ${facets.named} AND key = ?`,
  openCounts: `INSERT OR IGNORE INTO inbox VALUES (${facets.named}, ?, '', 0, 0)`,
  abandoned: `SELECT key FROM inbox WHERE facet = ${facets.named}
    AND key NOT IN (SELECT facet_key FROM named_inbox) LIMIT 1`,
  sweepFacets: `DELETE FROM message_facet WHERE facet = ${facets.named} AND key = ? AND seq IN (
    SELECT seq FROM message_facet INDEXED BY message_facet_key
    WHERE facet = ${facets.named} AND key = ? ORDER BY seq LIMIT ?)`,
  sweepCounts: `DELETE FROM inbox WHERE facet = ${facets.named} AND key = ?`,
} as const;

type Statements = Readonly<Record<keyof typeof sql, Statement>>;

/** Everything but `unfilled` belongs into a transaction of the caller. */
export class NamedInboxes {
  readonly #database: Database;
  readonly #store: StoreStatements;
  readonly #statements: Statements;
  readonly #words: ArrivedWords;
  readonly #finders = new Map<
    string,
    { readonly statement: Statement; readonly values: readonly unknown[] }
  >();
  /** By key of an inbox that is being filled: looked at later than by whoever reads for it. */
  readonly #retagged = new Map<string, Set<number>>();
  #known: readonly NamedInbox[] | null = null;

  constructor(database: Database, store: StoreStatements) {
    this.#database = database;
    this.#store = store;
    this.#statements = Object.fromEntries(
      Object.entries(sql).map(([name, text]) => [name, database.prepare(text)]),
    ) as Statements;
    this.#words = new ArrivedWords(database);
  }

  /** Its messages from now on are placed as they are filed; those up to `filedSeq` by `fill`. */
  create(
    inbox: NewInbox,
    at: { readonly filedSeq: number; readonly nowMs: number },
  ): { readonly id: string; readonly facetKey: string } | InboxRefusal {
    const count = firstRow<{ count: number }>(this.#statements.count)?.count ?? 0;
    if (count >= namedInboxesMax) return 'tooMany';
    const nameKey = foldCase(inbox.name);
    if (firstRow(this.#statements.nameOwner, nameKey) !== null) return 'nameTaken';
    this.forget();
    const id = randomBytes(6).toString('hex');
    const facetKey = newFacetKey(id);
    this.#statements.insert.run(
      id,
      inbox.name,
      nameKey,
      inbox.query,
      JSON.stringify(inbox.filter),
      facetKey,
      at.filedSeq,
      at.filedSeq,
      at.nowMs,
    );
    this.#statements.openCounts.run(facetKey);
    return { id, facetKey };
  }

  /** The key of its facet before and after, or why not. */
  change(
    id: string,
    { name, search }: InboxChange,
    filedSeq: number,
  ): { readonly before: string; readonly after: string } | InboxRefusal {
    const row = firstRow<NamedInboxRow>(this.#statements.byId, id);
    if (row === null) return 'unknown';
    this.forget();
    if (name !== undefined) {
      const owner = firstRow<{ id: string }>(this.#statements.nameOwner, foldCase(name));
      if (owner !== null && owner.id !== id) return 'nameTaken';
      this.#statements.rename.run(name, foldCase(name), id);
    }
    const before = row.facet_key;
    if (search === undefined) return { before, after: before };
    const after = newFacetKey(id);
    const { query, filter } = search;
    this.#statements.changeSearch.run(query, JSON.stringify(filter), after, filedSeq, filedSeq, id);
    this.#statements.openCounts.run(after);
    return { before, after };
  }

  /** The key that its messages have until they are swept; `null` when there is no such inbox. */
  delete(id: string): string | null {
    const row = firstRow<NamedInboxRow>(this.#statements.byId, id);
    if (row === null) return null;
    this.forget();
    this.#statements.delete.run(id);
    return row.facet_key;
  }

  /** Before a transaction that may place messages: a table made within one would go with it. */
  prepare(filters: readonly Filter[] = this.#inboxes().map(({ filter }) => filter)): void {
    if (filters.some((filter) => wordColumns(filter).length > 0)) this.#words.prepare();
  }

  /** Puts what was filed, in order of seq, where it belongs: the ids of inboxes by seq. */
  place(arrivals: readonly Arrival[], counts: InboxCounts): ReadonlyMap<number, readonly string[]> {
    const placed = new Map<number, string[]>();
    const inboxes = this.#inboxes();
    const [first] = arrivals;
    const last = arrivals.at(-1);
    if (inboxes.length === 0 || first === undefined || last === undefined) return placed;
    const scope = this.#fillWords(inboxes, arrivals) ? arrived : stored;
    const bySeq = new Map(arrivals.map((arrival) => [arrival.seq, arrival]));
    for (const { id, facet, filter } of inboxes) {
      for (const seq of this.#find(filter, scope, [first.seq - 1, last.seq])) {
        const arrival = bySeq.get(seq);
        if (arrival === undefined) continue;
        const { changes } = this.#store.insertFacet.run(seq, facet.facet, facet.key);
        if (changes > 0 && arrival.isRead !== null) counts.add(facet, arrival.isRead);
        placed.set(seq, [...(placed.get(seq) ?? []), id]);
      }
    }
    return placed;
  }

  /** Looks again at messages whose tags have changed. */
  placeAgain(seqs: readonly number[]): void {
    const inboxes = this.#inboxes();
    if (seqs.length === 0 || inboxes.length === 0) return;
    const first = seqs.reduce((least, seq) => Math.min(least, seq));
    const last = seqs.reduce((most, seq) => Math.max(most, seq));
    const counts = new InboxCounts();
    for (const { facet, filter, unfilledSeq } of inboxes) {
      if (!asksForTags(filter)) continue;
      if (unfilledSeq > 0) this.#markRetagged(facet.key, seqs);
      const found = new Set(this.#find(filter, stored, [first - 1, last]));
      for (const seq of seqs) {
        const belongs = found.has(seq);
        const { changes } = belongs
          ? this.#statements.insertStored.run(facet.key, seq)
          : this.#statements.deleteFacet.run(seq, facet.key);
        if (changes > 0) this.#count(seq, facet, belongs ? 1 : -1, counts);
      }
    }
    counts.save(this.#store);
  }

  /** False when an inbox that asks for words is so new that they were not brought along. */
  #fillWords(inboxes: readonly NamedInbox[], arrivals: readonly Arrival[]): boolean {
    const columns = new Set(inboxes.flatMap(({ filter }) => wordColumns(filter)));
    if (columns.size === 0) return true;
    const messages = arrivals.flatMap(({ seq, words }) => (words === null ? [] : [{ seq, words }]));
    if (messages.length < arrivals.length) return false;
    this.#words.fill(messages, columns);
    return true;
  }

  unfilled(): readonly Unfilled[] {
    return this.#inboxes()
      .filter(({ unfilledSeq }) => unfilledSeq > 0)
      .map(({ facet, unfilledSeq }) => ({ facetKey: facet.key, uptoSeq: unfilledSeq }));
  }

  /** One slice of what was found. False when nobody waits for it any more. */
  fill({ facetKey, seqs, downToSeq }: InboxFilling): boolean {
    const inbox = this.#inboxes().find(({ facet }) => facet.key === facetKey);
    if (inbox === undefined) return false;
    const counts = new InboxCounts();
    const retagged = this.#retagged.get(facetKey);
    for (const seq of seqs) {
      if (retagged?.has(seq) === true) continue;
      const { changes } = this.#statements.insertStored.run(facetKey, seq);
      if (changes > 0) this.#count(seq, inbox.facet, 1, counts);
    }
    counts.save(this.#store);
    if (downToSeq !== null) {
      this.forget();
      this.#statements.saveUnfilled.run(downToSeq, facetKey);
    }
    return true;
  }

  hasAbandoned(): boolean {
    return firstRow(this.#statements.abandoned) !== null;
  }

  /** Deletes one slice of what is left of inboxes that are no more. Returns how many rows. */
  sweep(sliceMax: number): number {
    const row = firstRow<{ key: string }>(this.#statements.abandoned);
    if (row === null) return 0;
    const { changes } = this.#statements.sweepFacets.run(row.key, row.key, sliceMax);
    if (changes < sliceMax) this.#statements.sweepCounts.run(row.key);
    return Math.max(changes, 1);
  }

  /** What is kept of the table in memory; to be called also when a transaction has failed. */
  forget(): void {
    this.#known = null;
  }

  #markRetagged(facetKey: string, seqs: readonly number[]): void {
    const filling = new Set(this.unfilled().map((unfilled) => unfilled.facetKey));
    for (const known of this.#retagged.keys())
      if (!filling.has(known)) this.#retagged.delete(known);
    const marked = this.#retagged.get(facetKey) ?? new Set();
    for (const seq of seqs) marked.add(seq);
    this.#retagged.set(facetKey, marked);
  }

  #count(seq: number, facet: Facet, sign: 1 | -1, counts: InboxCounts): void {
    const live = firstRow<{ is_read: number }>(this.#store.liveBySeq, seq);
    if (live !== null) counts.add(facet, live.is_read === 1, sign);
  }

  #inboxes(): readonly NamedInbox[] {
    this.#known ??= allRows<NamedInboxRow>(this.#statements.all).map((row) => ({
      id: row.id,
      facet: { facet: facets.named, key: row.facet_key, label: '' },
      // Written by `create` and `change` and by nothing else.
      filter: JSON.parse(row.filter) as Filter,
      unfilledSeq: row.unfilled_seq,
    }));
    return this.#known;
  }

  /** Messages that match, above one seq and up to another. */
  #find(filter: Filter, scope: Scope, range: readonly [number, number]): readonly number[] {
    const name = `${scope.words} ${JSON.stringify(filter)}`;
    let finder = this.#finders.get(name);
    if (finder === undefined) {
      if (this.#finders.size >= 2 * namedInboxesMax) this.#finders.clear();
      if (scope === stored && wordColumns(filter).length > 0) attachSearch(this.#database);
      const { sql: text, values } = matchingSeqsSql(filter, scope);
      finder = { statement: this.#database.prepare(text), values };
      this.#finders.set(name, finder);
    }
    const rows = allRows<{ seq: number }>(finder.statement, ...finder.values, ...range);
    return rows.map(({ seq }) => seq);
  }
}

/** The last two values are the seqs above which and up to which to look. */
export function matchingSeqsSql(
  filter: Filter,
  scope: Scope,
): { readonly sql: string; readonly values: readonly unknown[] } {
  const { from, where, seq, needsMessage, values } = filterToSql(filter, scope);
  const message = needsMessage ? 'CROSS JOIN message AS m ON m.seq = l.seq' : '';
  return {
    sql: `SELECT l.seq AS seq FROM ${from} ${message} WHERE ${where} AND ${seq} > ? AND ${seq} <= ?`,
    values,
  };
}

function asksForTags(filter: Filter): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.all.some(asksForTags);
    case 'or':
      return filter.any.some(asksForTags);
    case 'not':
      return asksForTags(filter.not);
    default:
      return filter.kind === 'tag' || filter.kind === 'hasTag';
  }
}

/** Another one each time, so that nothing of an earlier search is taken for this one's. */
function newFacetKey(id: string): string {
  return `${id}.${randomBytes(4).toString('hex')}`;
}
