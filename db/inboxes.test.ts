/**
 * Inboxes against a second opinion: whatever happens to messages and inboxes, in whatever order,
 * every count is what counting gives, and a named inbox holds what its search finds.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Database } from './driver.ts';
import { addressKey, facets, foldCase, inboxFacets } from './facets.ts';
import { addressOf, inboxId, parseInboxId } from './inbox-id.ts';
import { InboxQueries } from './inbox-query.ts';
import { type InboxQuery, limitedInboxesMax, namedInboxesMax } from './inbox-types.ts';
import { MessageQueries } from './message-query.ts';
import { SqliteMessageStore } from './message-store.ts';
import type { InboxFilling } from './named-inboxes.ts';
import { memoryLocation, openForWriting } from './open.ts';
import { PendingMessages } from './pending-messages.ts';
import { type AppendRow, indexColumns } from './rows.ts';
import { SearchIndex } from './search-index.ts';
import type { Filter, ReadingResult } from './types.ts';

const noRetention = { messagesMax: 0, ageMsMax: 0, bytesMax: 0 };
const noLimits = { messagesMax: 0, ageMsMax: 0 } as const;
const everything: InboxQuery = { kinds: [], text: '', order: 'busiest', limit: 500, after: null };

const words = (phrase: string, prefix = false): Filter => ({
  kind: 'words',
  field: 'any',
  phrase,
  prefix,
});
const tagged: Filter = { kind: 'tag', tag: 'red' };
/** Each way of choosing an index, and each kind of condition that may stand in an inbox. */
const filters: readonly Filter[] = [
  words('order'),
  words('ord', true),
  { kind: 'words', field: 'subject', phrase: 'invoice paid', prefix: false },
  { kind: 'not', not: words('order') },
  { kind: 'address', field: 'recipient', address: '@shop.test' },
  { kind: 'address', field: 'to', address: '@shop.test' },
  { kind: 'address', field: 'recipient', address: 'Ann@shop.test' },
  { kind: 'user', user: 'WEB' },
  { kind: 'not', not: { kind: 'inbox', inbox: 'address:c@x.test' } },
  tagged,
  { kind: 'not', not: tagged },
  { kind: 'hasTag' },
  { kind: 'and', all: [tagged, words('order')] },
  { kind: 'and', all: [{ kind: 'hasTag' }, { kind: 'not', not: words('order') }] },
  { kind: 'or', any: [tagged, { kind: 'and', all: [words('inv', true), { kind: 'hasTag' }] }] },
  { kind: 'and', all: [words('order'), { kind: 'largerThan', bytes: 2 }] },
  {
    kind: 'or',
    any: [
      { kind: 'smallerThan', bytes: 2 },
      { kind: 'tls', tls: true },
    ],
  },
];

interface Sample {
  readonly subject: string;
  readonly recipients: readonly string[];
  readonly user: string | null;
  readonly tags: readonly string[];
  readonly sizeBytes: number;
}

const sample: fc.Arbitrary<Sample> = fc.record({
  subject: fc.constantFrom('order', 'Orders', 'invoice paid', 'invoice order', ''),
  recipients: fc.array(
    fc.constantFrom('ann@shop.test', 'Ann@SHOP.test', 'bob@shop.test', 'c@x.test', 'postmaster'),
    { minLength: 1, maxLength: 3 },
  ),
  user: fc.constantFrom(null, 'web', 'Web', '__proto__'),
  tags: fc.subarray(['red', 'Blue']),
  sizeBytes: fc.nat(3),
});

const some = fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 4 });
const limits = fc.record({
  messagesMax: fc.constantFrom(0, 1, 3),
  ageMsMax: fc.constantFrom(0, 5),
});
const limited = fc.constantFrom('address:ann@shop.test', 'domain:shop.test', 'user:web');
const operation = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('append' as const),
      samples: fc.array(sample, { maxLength: 4 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('file' as const),
      count: fc.integer({ min: 1, max: 5 }),
    }),
  },
  fc.record({ do: fc.constant('mark' as const), some, isRead: fc.boolean() }),
  fc.record({ do: fc.constant('markInbox' as const), which: fc.nat(3), isRead: fc.boolean() }),
  fc.record({ do: fc.constant('tag' as const), some, tags: fc.subarray(['red', 'Blue', 'green']) }),
  fc.record({ do: fc.constant('renameTag' as const), to: fc.constantFrom('red', 'green') }),
  fc.record({ do: fc.constant('deleteTag' as const), tag: fc.constantFrom('red', 'blue') }),
  fc.record({ do: fc.constant('remove' as const), some }),
  fc.record({ do: fc.constant('clear' as const), which: fc.nat(3) }),
  fc.record({ do: fc.constant('removeAll' as const) }),
  fc.record({ do: fc.constant('undo' as const) }),
  fc.record({ do: fc.constant('purge' as const) }),
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('create' as const),
      filter: fc.nat(filters.length - 1),
      limits,
    }),
  },
  fc.record({
    do: fc.constant('change' as const),
    which: fc.nat(3),
    filter: fc.nat(filters.length - 1),
  }),
  fc.record({ do: fc.constant('limit' as const), inbox: limited, limits }),
  fc.record({ do: fc.constant('delete' as const), which: fc.nat(3) }),
  { weight: 2, arbitrary: fc.record({ do: fc.constant('find' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('fill' as const) }) },
  fc.record({ do: fc.constant('sweep' as const) }),
  fc.record({ do: fc.constant('prune' as const) }),
);
type Operation = typeof operation extends fc.Arbitrary<infer One> ? One : never;

class World {
  readonly open = openForWriting({ location: memoryLocation, durability: 'normal' });
  readonly store: SqliteMessageStore;
  readonly queries: MessageQueries;
  readonly inboxes: InboxQueries;
  readonly filters = new Map<string, Filter>();
  readonly #samples: Sample[] = [];
  readonly #removals: string[] = [];
  /** Found a while ago and not written yet, as between two threads. */
  #found: InboxFilling | null = null;
  #nowMs = 0;

  constructor(messagesMax = 0) {
    this.store = new SqliteMessageStore(this.open.database, { ...noRetention, messagesMax });
    this.queries = new MessageQueries(this.open.database);
    this.inboxes = new InboxQueries(this.open.database);
  }

  run(one: Operation): void {
    const ids = 'some' in one ? one.some.map((seq) => `id${seq}`) : [];
    switch (one.do) {
      case 'append':
        this.store.append(one.samples.map((sample) => this.#row(sample)));
        return;
      case 'file':
        this.#file(one.count);
        return;
      case 'mark':
        this.store.markRead({ kind: 'ids', ids }, one.isRead);
        return;
      case 'markInbox':
        this.store.markRead({ kind: 'filter', filter: this.#inboxFilter(one.which) }, one.isRead);
        return;
      case 'tag':
        for (const id of ids) this.store.setTags(id, one.tags);
        return;
      case 'renameTag':
        this.store.renameTag('blue', one.to);
        return;
      case 'deleteTag':
        this.store.deleteTag(one.tag);
        return;
      case 'remove':
        this.#removed(this.store.remove({ kind: 'ids', ids }, this.#nowMs).removal.id);
        return;
      case 'clear': {
        const filter = this.#inboxFilter(one.which);
        const expected = this.listed(filter).length;
        const { removal } = this.store.remove({ kind: 'filter', filter }, this.#nowMs);
        expect(removal.count).toBe(expected);
        this.#removed(removal.id);
        return;
      }
      case 'removeAll':
        this.#removed(this.store.remove({ kind: 'all' }, this.#nowMs).removal.id);
        return;
      case 'undo':
        this.store.undoRemoval(this.#removals.pop() ?? '', this.#nowMs);
        return;
      case 'purge':
        this.store.purge(Number.MAX_SAFE_INTEGER, 3);
        return;
      case 'create':
        this.#create(filters[one.filter] ?? tagged, one.limits);
        return;
      case 'change': {
        const id = this.#named(one.which);
        const filter = filters[one.filter] ?? tagged;
        const { kind } = this.store.changeInbox(id, { search: { query: '', filter } });
        if (kind === 'saved') this.filters.set(id, filter);
        return;
      }
      case 'limit':
        this.store.changeInbox(one.inbox, { retention: one.limits });
        return;
      case 'delete': {
        const id = this.#named(one.which);
        expect(this.store.deleteInbox(id)).toBe(this.filters.delete(id));
        return;
      }
      case 'find':
        this.#find();
        return;
      case 'fill':
        if (this.#found !== null) this.store.fillInbox(this.#found);
        this.#found = null;
        return;
      case 'sweep':
        this.store.sweepInboxes(2);
        return;
      case 'prune':
        this.#prune(2);
    }
  }

  /** All that would happen by itself in time. */
  settle(): void {
    while (this.#file(4)) {}
    while (this.store.unfilledInboxes().length > 0) {
      this.run({ do: 'find' });
      this.run({ do: 'fill' });
    }
    while (this.store.sweepInboxes(3) > 0) {}
    while (this.#prune(3) > 0) {}
  }

  listed(filter: Filter): readonly number[] {
    const page = this.queries.list({ filter, limit: 1000, beforeSeq: null, skip: 0 });
    expect(page.matched).toBe(page.messages.length);
    expect(page.matchedUnread).toBe(page.messages.filter(({ isRead }) => !isRead).length);
    return page.messages.map(({ seq }) => seq).filter((seq) => seq <= this.store.tally.filedSeq);
  }

  check(): void {
    const named = this.inboxes.list({ ...everything, kinds: ['named'] }).inboxes;
    expect(named.map(({ id }) => id).sort()).toEqual([...this.filters.keys()].sort());
    expect(counted(this.open.database)).toEqual(recounted(this.open.database));
    const unfilled = this.open.database
      .prepare('SELECT id, unfilled_seq FROM named_inbox')
      .raw()
      .all() as [string, number][];
    for (const [id, uptoSeq] of unfilled) {
      const wanted = this.listed(this.filters.get(id) ?? tagged);
      const held = this.listed({ kind: 'inbox', inbox: id });
      expect(held.filter((seq) => seq > uptoSeq)).toEqual(wanted.filter((seq) => seq > uptoSeq));
      expect(wanted).toEqual(expect.arrayContaining([...held]));
    }
  }

  /** Returns how many went, all of them from an inbox that has limits. */
  #prune(sliceMax: number): number {
    const kept = this.inboxes
      .list(everything)
      .inboxes.filter(({ retention }) => retention.messagesMax + retention.ageMsMax > 0);
    const members = new Set(
      kept.flatMap(({ id }) => this.listed(filterOf(id)).map((seq) => `id${seq}`)),
    );
    const { ids, inboxes } = this.store.pruneInboxes(this.#nowMs, sliceMax);
    for (const id of ids) expect(members).toContain(id);
    const told = inboxes.filter(({ inbox }) => kept.some(({ id }) => id === inbox));
    expect(new Set(told.flatMap((one) => one.ids))).toEqual(new Set(ids));
    return ids.length;
  }

  #create(filter: Filter, retention: { messagesMax: number; ageMsMax: number }): void {
    const name = `Inbox ${this.#nowMs++}`;
    const made = this.store.createInbox({ name, query: '', filter, retention }, this.#nowMs);
    if (made.kind === 'saved') this.filters.set(made.id, filter);
  }

  #find(): void {
    const [next] = this.store.unfilledInboxes();
    if (next === undefined) return;
    const aboveSeq = Math.max(0, next.uptoSeq - 3);
    const seqs = this.inboxes.matching({ ...next, aboveSeq });
    this.#found = { facetKey: next.facetKey, seqs, downToSeq: aboveSeq };
  }

  #named(which: number): string {
    return [...this.filters.keys()][which] ?? '000000000000';
  }

  #inboxFilter(which: number): Filter {
    const implicit = ['address:ann@shop.test', 'domain:shop.test', 'user:web', 'address:c@x.test'];
    return filterOf([...this.filters.keys()][which] ?? implicit[which] ?? '');
  }

  #removed(id: string): void {
    this.#removals.push(id);
  }

  #row(one: Sample): AppendRow {
    this.#samples.push(one);
    this.#nowMs += 1;
    return {
      id: `id${this.#samples.length}`,
      receivedAtMs: this.#nowMs,
      sizeBytes: one.sizeBytes,
      reversePath: '',
      forwardPaths: '[]',
      recipientCount: one.recipients.length,
      tls: one.sizeBytes === 3 ? 1 : 0,
      authUser: one.user,
      listener: 'smtp',
      trace: `${JSON.stringify({ envelope: envelopeOf(one), wire: null })}\n{}`,
      raw: Buffer.from('x'),
    };
  }

  #file(count: number): boolean {
    const pending = new PendingMessages(this.open.database);
    const { filedSeq, lastSeq } = this.store.tally;
    const rows = pending.after(filedSeq, count);
    const upToSeq = rows.at(-1)?.seq ?? lastSeq;
    const filings = rows.map((row) => {
      const one = this.#samples[row.seq - 1];
      if (one === undefined) throw new Error(`there is no message ${row.seq}`);
      const { indexText, ...reading } = readingOf(one, row.seq);
      const { envelope } = pending.content(row.seq);
      return { row, envelope, reading, texts: indexColumns(reading, envelope, indexText) };
    });
    new SearchIndex(this.open.database).add(
      filings.map(({ row, texts }) => ({ seq: row.seq, texts })),
      upToSeq,
    );
    // Not every reader knows in time that an inbox asks for words.
    const knows = upToSeq % 3 > 0;
    const { messages } = this.store.file(
      filings.map((filing) => (knows ? filing : { ...filing, texts: null })),
      upToSeq,
    );
    if (rows.length === 0) return false;
    for (const { message, inboxes } of messages ?? []) {
      for (const [id, filter] of this.filters) {
        if (!this.listed(filter).includes(message.seq)) continue;
        expect(inboxes).toContain(id);
      }
      for (const path of this.#samples[message.seq - 1]?.recipients ?? []) {
        expect(inboxes).toContain(`address:${foldCase(path)}`);
      }
    }
    return true;
  }
}

function filterOf(id: string): Filter {
  const ref = parseInboxId(id);
  switch (ref?.kind) {
    case 'address':
      return { kind: 'address', field: 'recipient', address: ref.value };
    case 'domain':
      return { kind: 'address', field: 'recipient', address: `@${ref.value}` };
    case 'user':
      return { kind: 'user', user: ref.value };
    default:
      return { kind: 'inbox', inbox: id };
  }
}

test('an id finds what the facet it stands for finds', () => {
  const world = new World();
  world.run({
    do: 'append',
    samples: ['ann@shop.test', 'C@x.test', 'postmaster'].map((address, n) => ({
      subject: '',
      recipients: [address],
      user: n === 0 ? '__proto__' : null,
      tags: [],
      sizeBytes: 1,
    })),
  });
  world.settle();
  for (const [inbox, seqs] of [
    ['address:Ann@Shop.test', [1]],
    ['domain:X.test', [2]],
    ['user:__PROTO__', [1]],
    ['address:postmaster', [3]],
    ['address:shop.test', []],
    ['nothing', []],
    ['', []],
  ] as const) {
    expect(world.listed({ kind: 'inbox', inbox }), inbox).toEqual(seqs);
  }
  world.open.close();
});

function envelopeOf({ recipients }: Sample) {
  return {
    reversePath: 'sender@x.test',
    forwardPaths: recipients.map((address) => ({ address, parameters: {} })),
    parameters: {},
  };
}

function readingOf(one: Sample, seq: number): ReadingResult {
  return {
    seq,
    state: 'ready',
    from: null,
    to: one.recipients.map((address) => ({ name: '', address })),
    cc: [],
    bcc: [],
    replyTo: [],
    subject: one.subject,
    snippet: '',
    messageId: '',
    dateMs: null,
    attachmentCount: 0,
    hasInline: false,
    problemCount: 0,
    indexText: '',
    tags: one.tags,
  };
}

/** What is left of an inbox that is no more is deleted in time, and nobody sees it. */
const isKept = `(facet <> ${facets.named} OR key IN (SELECT facet_key FROM named_inbox))`;

function counted(database: Database): unknown {
  return database
    .prepare(
      `SELECT facet, key, message_count, unread_count FROM inbox
       WHERE (message_count <> 0 OR unread_count <> 0) AND ${isKept} ORDER BY facet, key`,
    )
    .raw()
    .all();
}

function recounted(database: Database): unknown {
  return database
    .prepare(
      `SELECT f.facet, f.key, count(*), sum(l.is_read = 0)
       FROM message_facet AS f JOIN live_message AS l USING (seq)
       WHERE f.facet IN (${inboxFacets.join(', ')}) AND ${isKept} GROUP BY f.facet, f.key ORDER BY f.facet, f.key`,
    )
    .raw()
    .all();
}

test.each([0, 12])(
  'counts are those of a recount after every operation (at most %s kept)',
  (max) => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 40, size: 'max' }), (operations) => {
        const world = new World(max);
        try {
          for (const one of operations) {
            world.run(one);
            world.check();
          }
          world.settle();
          world.check();
          for (const { id, count, retention, filledShare } of world.inboxes.list(everything)
            .inboxes) {
            expect(filledShare).toBe(1);
            if (retention.messagesMax > 0) expect(count).toBeLessThanOrEqual(retention.messagesMax);
            expect(world.inboxes.get(id)?.count).toBe(count);
          }
        } finally {
          world.open.close();
        }
      }),
      { numRuns: 80 },
    );
  },
);

test('an inbox is within its limit the moment that its mail is filed', () => {
  const world = new World();
  const one: Sample = {
    subject: '',
    recipients: ['ann@shop.test'],
    user: null,
    tags: [],
    sizeBytes: 1,
  };
  const other = { ...one, recipients: ['bob@shop.test'] };
  world.run({
    do: 'limit',
    inbox: 'address:ann@shop.test',
    limits: { messagesMax: 3, ageMsMax: 0 },
  });
  for (let round = 0; round < 4; round++) {
    world.run({ do: 'append', samples: [one, other, one] });
    world.run({ do: 'file', count: 3 });
    expect(world.inboxes.get('address:ann@shop.test')?.count).toBeLessThanOrEqual(3);
  }
  expect(world.listed(filterOf('address:ann@shop.test'))).toEqual([12, 10, 9]);
  expect(world.listed(filterOf('address:bob@shop.test'))).toEqual([11, 8, 5, 2]);
  world.open.close();
});

test('tags that change between finding and filling have the last word', () => {
  const world = new World();
  const one: Sample = {
    subject: '',
    recipients: ['c@x.test'],
    user: null,
    tags: ['red'],
    sizeBytes: 1,
  };
  world.run({ do: 'append', samples: [one, one, { ...one, tags: [] }] });
  world.run({ do: 'file', count: 3 });
  world.run({ do: 'create', filter: filters.indexOf(tagged), limits: noLimits });
  world.run({ do: 'find' });
  world.run({ do: 'tag', some: [1], tags: [] });
  world.run({ do: 'tag', some: [3], tags: ['red'] });
  world.run({ do: 'fill' });
  world.check();
  world.settle();
  world.check();
  world.open.close();
});

test('pages of inboxes show each once, by name and by size, named ones first', () => {
  const world = new World();
  world.run({
    do: 'append',
    samples: Array.from({ length: 30 }, (_, n) => ({
      subject: 'order',
      recipients: [`u${n % 10}@d${n % 3}.test`, `v${n}@e.test`],
      user: n % 2 === 0 ? `User${n % 4}` : null,
      tags: [],
      sizeBytes: 1,
    })),
  });
  for (const name of ['zeta', 'Beta', 'alpha']) {
    world.store.createInbox({ name, query: name, filter: words('order'), retention: noLimits }, 0);
  }
  world.settle();
  const pages = (query: Partial<InboxQuery>) => {
    const found = [];
    let after: InboxQuery['after'] = null;
    do {
      const page = world.inboxes.list({ ...everything, ...query, after });
      found.push(...page.inboxes);
      after = page.next;
      expect(page.matched).toBe(
        world.inboxes.list({ ...everything, ...query, limit: 500 }).inboxes.length,
      );
    } while (after !== null);
    return found;
  };
  for (const order of ['busiest', 'name'] as const) {
    const all = pages({ order });
    expect(all.slice(0, 3).map(({ name }) => name)).toEqual(['alpha', 'Beta', 'zeta']);
    expect(all.map(({ kind }) => kind).filter((kind) => kind === 'named')).toHaveLength(3);
    for (const limit of [1, 2, 3, 7]) expect(pages({ order, limit })).toEqual(all);
    const rest = all.slice(3);
    const sorted =
      order === 'name'
        ? rest.map(({ name }) => foldCase(name))
        : rest.map(({ count }) => 1000 - count);
    expect(sorted).toEqual([...sorted].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
  }
  expect(pages({ text: 'ETA' }).map(({ name }) => name)).toEqual(['Beta', 'zeta']);
  expect(pages({ text: '@D1' })).toHaveLength(10);
  expect(pages({ kinds: ['user'], text: 'user2' })).toMatchObject([
    { id: 'user:user2', name: 'User2', count: 7, unread: 7 },
  ]);
  expect(pages({ kinds: ['domain'] }).map(({ name }) => name)).toEqual([
    'e.test',
    'd0.test',
    'd1.test',
    'd2.test',
  ]);
  expect(pages({ text: '%' })).toEqual([]);
  world.open.close();
});

test('ceilings, names that are taken, and inboxes that are not there', () => {
  const world = new World();
  const inbox = (name: string) => ({ name, query: 'q', filter: tagged, retention: noLimits });
  const made = world.store.createInbox(inbox('Shop'), 5);
  expect(made.kind).toBe('saved');
  const id = made.kind === 'saved' ? made.id : '';
  expect(world.store.createInbox(inbox('sHOP'), 5)).toEqual({
    kind: 'refused',
    refusal: 'nameTaken',
  });
  expect(world.store.changeInbox(id, { name: 'SHOP' })).toEqual({ kind: 'saved', id });
  expect(world.inboxes.get(id)).toMatchObject({ name: 'SHOP', query: 'q', createdAtMs: 5 });
  for (let n = 1; n < namedInboxesMax; n++) world.store.createInbox(inbox(`n${n}`), 0);
  expect(world.store.createInbox(inbox('one more'), 0)).toMatchObject({ refusal: 'tooMany' });
  expect(world.store.changeInbox(id, { name: 'N1' })).toMatchObject({ refusal: 'nameTaken' });
  const missing = '0123456789ab';
  expect(world.store.changeInbox(missing, { name: 'x' })).toMatchObject({ refusal: 'unknown' });
  expect(world.store.changeInbox('no id', { name: 'x' })).toMatchObject({ refusal: 'unknown' });
  expect(world.store.deleteInbox(missing)).toBe(false);
  expect(world.inboxes.get(missing)).toBeNull();
  expect(world.listed({ kind: 'inbox', inbox: missing })).toEqual([]);
  const keep = { messagesMax: 1, ageMsMax: 0 };
  for (let n = 0; n < limitedInboxesMax; n++) {
    world.store.changeInbox(`user:u${n}`, { retention: keep });
  }
  expect(world.store.changeInbox('user:more', { retention: keep })).toMatchObject({
    refusal: 'limits',
  });
  expect(world.store.changeInbox('user:u1', { retention: noLimits })).toMatchObject({
    kind: 'saved',
  });
  expect(world.store.changeInbox('user:more', { retention: keep })).toMatchObject({
    kind: 'saved',
  });
  expect(world.inboxes.get('user:more')).toMatchObject({ count: 0, retention: keep });
  world.open.close();
});

test('ids: to facets and back, and what is none', () => {
  for (const [id, key] of [
    ['address:ann@shop.test', 'shop.test ann'],
    ['address:"a b@c"@shop.test', 'shop.test "a b@c"'],
    ['address:postmaster', 'postmaster '],
    ['domain:shop.test', 'shop.test'],
    ['user:__proto__', '__proto__'],
    ['user:a:b@c', 'a:b@c'],
  ] as const) {
    const ref = parseInboxId(id);
    if (ref === null || ref.kind === 'named') throw new Error(`${id} was not understood`);
    expect(ref.key).toBe(key);
    expect(inboxId(ref.facet, ref.key)).toBe(id);
  }
  for (const id of [
    '',
    'address:',
    'address:@shop.test',
    'domain:a@b',
    'user:',
    'toString:x',
    'ann',
    `user:${'x'.repeat(400)}`,
  ]) {
    expect(parseInboxId(id), id).toBeNull();
  }
  expect(addressOf(addressKey('Bob@X.test'))).toBe('bob@x.test');
});
