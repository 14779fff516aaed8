/** Every filter against a second opinion: plain loops over the same messages in memory. */
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { addressKey, foldCase } from './facets.ts';
import { MessageQueries } from './message-query.ts';
import { SqliteMessageStore } from './message-store.ts';
import { memoryLocation, openForWriting } from './open.ts';
import { PendingMessages } from './pending-messages.ts';
import { indexColumns } from './rows.ts';
import { SearchIndex } from './search-index.ts';
import type { Envelope, Filter, Mailbox, ReadingResult } from './types.ts';

interface Sample {
  readonly reading: Omit<ReadingResult, 'seq'>;
  readonly envelope: Envelope;
  readonly authUser: string | null;
  readonly tls: boolean;
  readonly receivedAtMs: number;
  readonly sizeBytes: number;
  readonly isRead: boolean;
  readonly isRemoved: boolean;
}

// Small alphabets, so that conditions hit often and meet at their edges.
const word = fc.constantFrom('red', 'green', 'greenish', 'blue', 'Grün', '100', 'x');
const address = fc.constantFrom('a@x.test', 'A@X.test', 'b@x.test', 'a_b@x.test', 'a@y.x.test');
const mailbox = fc.record({ name: word, address });
const mailboxes = fc.array(mailbox, { maxLength: 2 });
const sentence = fc.array(word, { maxLength: 4 }).map((found) => found.join(' '));
const tag = fc.constantFrom('Urgent', 'urgent', '100%', 'a_b');
const user = fc.constantFrom('app', 'App', 'other');
const messageId = fc.constantFrom('', 'id1@x', 'ID1@x', 'id2@x');

const sample: fc.Arbitrary<Sample> = fc.record({
  reading: fc.record({
    state: fc.constant('ready' as const),
    from: fc.option(mailbox),
    to: mailboxes,
    cc: mailboxes,
    bcc: mailboxes,
    replyTo: mailboxes,
    subject: sentence,
    snippet: fc.constant(''),
    messageId,
    dateMs: fc.constant(null),
    attachmentCount: fc.nat(1),
    hasInline: fc.boolean(),
    problemCount: fc.nat(1),
    indexText: sentence,
    tags: fc.array(tag, { maxLength: 2 }),
  }),
  envelope: fc.record({
    reversePath: fc.oneof(address, fc.constant('')),
    forwardPaths: fc.array(
      address.map((path) => ({ address: path, parameters: {} })),
      { minLength: 1, maxLength: 3 },
    ),
    parameters: fc.constant({}),
  }),
  authUser: fc.option(user),
  tls: fc.boolean(),
  receivedAtMs: fc.nat(4),
  sizeBytes: fc.nat(4),
  isRead: fc.boolean(),
  isRemoved: fc.boolean(),
});

const leaf: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({
    kind: fc.constant('words' as const),
    field: fc.constantFrom(
      ...(['any', 'subject', 'from', 'to', 'cc', 'bcc', 'replyTo', 'body'] as const),
    ),
    phrase: fc.oneof(
      word,
      sentence,
      fc.constantFrom('gre', 'x.test', 'a@x.test', '%', '_', 'grun'),
    ),
    prefix: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('address' as const),
    field: fc.constantFrom(
      ...(['recipient', 'sender', 'from', 'to', 'cc', 'bcc', 'replyTo'] as const),
    ),
    address: fc.oneof(address, fc.constantFrom('', '@x.test', '@X.TEST', '@test', '%@x.test', 'a')),
  }),
  fc.record({ kind: fc.constant('user' as const), user }),
  fc.record({ kind: fc.constant('tag' as const), tag: fc.oneof(tag, fc.constant('%')) }),
  fc.record({ kind: fc.constant('messageId' as const), messageId }),
  fc.record({ kind: fc.constant('isRead' as const), isRead: fc.boolean() }),
  fc.record({
    kind: fc.constant('contains' as const),
    field: fc.constantFrom(
      ...([
        'any',
        'subject',
        'from',
        'to',
        'cc',
        'bcc',
        'replyTo',
        'envelope',
        'messageId',
      ] as const),
    ),
    text: fc.constantFrom(
      ...['ree', 'een blu', 'N x r', 'd', 'est', '%', '_', '0', 'x.t', '1@', 'grü', 'a_b', 'b x'],
    ),
  }),
  fc.constantFrom<Filter>(
    { kind: 'hasAttachment' },
    { kind: 'hasInline' },
    { kind: 'hasProblem' },
    { kind: 'hasTag' },
  ),
  fc.record({ kind: fc.constant('tls' as const), tls: fc.boolean() }),
  fc.record({
    kind: fc.constantFrom('receivedAfter' as const, 'receivedBefore' as const),
    atMs: fc.nat(4),
  }),
  fc.record({
    kind: fc.constantFrom('largerThan' as const, 'smallerThan' as const),
    bytes: fc.nat(4),
  }),
);

const { filter } = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.record({
      kind: fc.constant('and' as const),
      all: fc.array(tie('filter'), { maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('or' as const), any: fc.array(tie('filter'), { maxLength: 3 }) }),
    fc.record({ kind: fc.constant('not' as const), not: tie('filter') }),
  ),
}));

const open = openForWriting({ location: memoryLocation, durability: 'normal' });
const store = new SqliteMessageStore(open.database, { messagesMax: 0, ageMsMax: 0, bytesMax: 0 });
const queries = new MessageQueries(open.database);
afterAll(() => open.close());

const samples = fc.sample(sample, { numRuns: 300, seed: 1 });
fill();

test('a filter finds in SQL what it finds by hand, in pages of any size', () => {
  fc.assert(
    fc.property(filter, fc.integer({ min: 1, max: 60 }), (wanted, limit) => {
      const expected = samples
        .flatMap((one, index) => (!one.isRemoved && matches(wanted, one) ? [index + 1] : []))
        .reverse();
      const found: number[] = [];
      let beforeSeq: number | null = null;
      do {
        const page = queries.list({ filter: wanted, limit, beforeSeq, skip: 0 });
        expect(page.matched).toBe(expected.length);
        found.push(...page.messages.map((message) => message.seq));
        beforeSeq = page.nextBeforeSeq;
      } while (beforeSeq !== null);
      expect(found).toEqual(expected);
      const skipped = queries.list({ filter: wanted, limit, beforeSeq: null, skip: 3 });
      expect(skipped.messages.map((message) => message.seq)).toEqual(expected.slice(3, 3 + limit));
      expect(skipped.matchedUnread).toBe(
        expected.filter((seq) => samples[seq - 1]?.isRead === false).length,
      );
    }),
    { numRuns: 500 },
  );
});

test('as many words and groups as a search may have', () => {
  const words = Array.from(
    { length: 400 },
    (): Filter => ({
      kind: 'words',
      field: 'any',
      phrase: 'red',
      prefix: true,
    }),
  );
  let nested: Filter = { kind: 'or', any: words };
  for (let depth = 0; depth < 20; depth++)
    nested = { kind: 'not', not: { kind: 'and', all: [nested] } };
  for (const wanted of [nested, { kind: 'and', all: words }, { kind: 'or', any: words }] as const) {
    const page = queries.list({ filter: wanted, limit: 1, beforeSeq: null, skip: 0 });
    expect(page.matched).toBeGreaterThan(0);
  }
});

function fill(): void {
  store.append(
    samples.map((one, index) => ({
      id: `id${index}`,
      receivedAtMs: one.receivedAtMs,
      sizeBytes: one.sizeBytes,
      reversePath: one.envelope.reversePath,
      forwardPaths: '[]',
      recipientCount: one.envelope.forwardPaths.length,
      tls: one.tls ? 1 : 0,
      authUser: one.authUser,
      listener: 'smtp',
      trace: `${JSON.stringify({ envelope: one.envelope })}\n{}`,
      raw: Buffer.from('x'),
    })),
  );
  const rows = new PendingMessages(open.database).after(0, samples.length);
  const read = samples.flatMap(({ envelope, ...one }, index) => {
    const row = rows[index];
    if (row === undefined) return [];
    const reading = { ...one.reading, seq: row.seq };
    const texts = indexColumns(reading, envelope, reading.indexText);
    return [{ filing: { row, envelope, reading, texts }, entry: { seq: row.seq, texts } }];
  });
  new SearchIndex(open.database).add(
    read.map(({ entry }) => entry),
    samples.length,
  );
  store.file(
    read.map(({ filing }) => filing),
    samples.length,
  );
  const ids = (chosen: (one: Sample) => boolean) =>
    samples.flatMap((one, index) => (chosen(one) ? [`id${index}`] : []));
  store.markRead({ kind: 'ids', ids: ids((one) => one.isRead) }, true);
  store.remove({ kind: 'ids', ids: ids((one) => one.isRemoved) }, 0);
}

function matches(wanted: Filter, one: Sample): boolean {
  const { reading } = one;
  switch (wanted.kind) {
    case 'and':
      return wanted.all.every((part) => matches(part, one));
    case 'or':
      return wanted.any.some((part) => matches(part, one));
    case 'not':
      return !matches(wanted.not, one);
    case 'words':
      return textsOf(one, wanted.field).some((text) => hasPhrase(text, wanted));
    case 'contains':
      return containsText(one, wanted);
    case 'address':
      return addressesOf(one, wanted.field).some((known) =>
        wanted.address.startsWith('@')
          ? foldCase(known).endsWith(foldCase(wanted.address))
          : addressKey(known) === addressKey(wanted.address),
      );
    case 'user':
      return one.authUser !== null && foldCase(one.authUser) === foldCase(wanted.user);
    case 'tag':
      return reading.tags.some((known) => foldCase(known) === foldCase(wanted.tag));
    case 'messageId':
      return reading.messageId !== '' && foldCase(reading.messageId) === foldCase(wanted.messageId);
    case 'isRead':
      return one.isRead === wanted.isRead;
    case 'inbox':
      return false;
    case 'hasAttachment':
      return reading.attachmentCount > 0;
    case 'hasInline':
      return reading.hasInline;
    case 'hasProblem':
      return reading.problemCount > 0;
    case 'hasTag':
      return reading.tags.length > 0;
    case 'tls':
      return one.tls === wanted.tls;
    case 'receivedAfter':
      return one.receivedAtMs >= wanted.atMs;
    case 'receivedBefore':
      return one.receivedAtMs < wanted.atMs;
    case 'largerThan':
      return one.sizeBytes > wanted.bytes;
    case 'smallerThan':
      return one.sizeBytes < wanted.bytes;
  }
}

/** The texts a phrase may lie in, each for itself: none reaches from one field into the next. */
function textsOf(
  { reading, envelope }: Sample,
  field: Extract<Filter, { kind: 'words' }>['field'] | 'envelope',
): readonly string[] {
  const text = (list: readonly Mailbox[]) =>
    list.map((one) => `${one.name} ${one.address}`).join('\n');
  const texts = {
    subject: [reading.subject],
    from: [reading.from === null ? '' : text([reading.from])],
    to: [text(reading.to)],
    cc: [text(reading.cc)],
    bcc: [text(reading.bcc)],
    replyTo: [text(reading.replyTo)],
    body: [reading.indexText],
  };
  const paths = [envelope.reversePath, ...envelope.forwardPaths.map((path) => path.address)];
  if (field === 'envelope') return [paths.join('\n')];
  if (field !== 'any') return texts[field];
  return [...Object.values(texts).flat(), paths.join('\n')];
}

function hasPhrase(text: string, wanted: Extract<Filter, { kind: 'words' }>): boolean {
  const have = tokensOf(text);
  const want = tokensOf(wanted.phrase);
  if (want.length === 0) return false;
  return have.some((_, start) =>
    want.every((token, index) => {
      const found = have[start + index];
      const isLast = index === want.length - 1;
      return found === token || (isLast && wanted.prefix && found?.startsWith(token) === true);
    }),
  );
}

function containsText(one: Sample, wanted: Extract<Filter, { kind: 'contains' }>): boolean {
  const { field, text } = wanted;
  if (field === 'subject' || field === 'messageId') {
    return foldCase(one.reading[field]).includes(foldCase(text));
  }
  // Words with one sign between them: then a piece of the whole is a piece of words in a row.
  const plain = tokensOf(text).join(' ');
  return (
    plain !== '' && textsOf(one, field).some((known) => tokensOf(known).join(' ').includes(plain))
  );
}

function tokensOf(text: string): readonly string[] {
  const plain = foldCase(text.normalize('NFD').replace(/\p{M}/gu, ''));
  return plain.split(/[^\p{L}\p{N}]+/u).filter((token) => token !== '');
}

function addressesOf(
  { reading, envelope }: Sample,
  field: Extract<Filter, { kind: 'address' }>['field'],
): readonly string[] {
  if (field === 'recipient') return envelope.forwardPaths.map((path) => path.address);
  if (field === 'sender') return [envelope.reversePath];
  const listed = field === 'from' ? (reading.from === null ? [] : [reading.from]) : reading[field];
  return listed.map((one) => one.address);
}
