/** What a step does to a database that has lived: messages of before are found as those of after. */
import { expect, test } from 'vitest';
import { loadDriver } from './driver.ts';
import { MessageQueries } from './message-query.ts';
import { migrate, migrations } from './migrations.ts';
import { parseTrace } from './rows.ts';
import { openSearch } from './search-file.ts';

test('step 3: domains of the recipients there were, counted like all others', () => {
  const database = new (loadDriver())(':memory:');
  migrate(
    database,
    migrations.filter(({ id }) => id < 3),
  );
  database.exec(`
    INSERT INTO message_facet VALUES
      (1, 1, 'shop.test ann'), (1, 1, 'shop.test bob'), (1, 1, 'x.test "a b"'), (1, 3, 'from.test c'),
      (2, 1, 'shop.test ann'), (2, 1, 'postmaster '), (3, 1, 'shop.test carl');
    INSERT INTO message (seq, id, received_at_ms, size_bytes, reverse_path, forward_paths,
      recipient_count, tls, listener)
      SELECT seq, 'id' || seq, 0, 0, '', '[]', 0, 0, 'smtp' FROM message_facet GROUP BY seq;
    INSERT INTO live_message VALUES (1, 0), (2, 1);
    INSERT INTO removed_message VALUES (3, 0, 'r');
    UPDATE tally SET live_count = 2, unread_count = 1, last_seq = 3, filed_seq = 3`);
  migrate(database);
  const counts = database.prepare('SELECT * FROM inbox WHERE facet = 12 ORDER BY key').raw().all();
  expect(counts).toEqual([
    [12, 'shop.test', 'shop.test', 2, 1],
    [12, 'x.test', 'x.test', 1, 1],
  ]);
  openSearch(database);
  const queries = new MessageQueries(database);
  const page = queries.list({
    filter: { kind: 'address', field: 'recipient', address: '@Shop.test' },
    limit: 10,
    beforeSeq: null,
    skip: 0,
  });
  expect(page).toMatchObject({ matched: 2, matchedUnread: 1 });
  expect(page.messages.map(({ seq }) => seq)).toEqual([2, 1]);
  database.close();
});

test('step 7: a trace of before is read as one of now, and what is damaged is left alone', () => {
  const database = new (loadDriver())(':memory:');
  migrate(
    database,
    migrations.filter(({ id }) => id < 7),
  );
  const trace = {
    envelope: { reversePath: 'a"\\@x.test', forwardPaths: [], parameters: { SIZE: '3' } },
    origin: { listener: 'smtp', peerPort: 25, tls: null },
    timings: { sessionAgeMs: 1.25, tlsMs: null },
    dialogue: [12, 0, 'MAIL FROM:<é@x.test>'],
    wire: { bareLfCount: 1, bareCrCount: 0, via: 'DATA' },
  };
  const insert = database.prepare('INSERT INTO message_trace VALUES (?, ?)');
  insert.run(1, JSON.stringify(trace));
  insert.run(2, 'not JSON');
  migrate(database);
  const traces = database.prepare('SELECT trace FROM message_trace ORDER BY seq').pluck().all();
  expect(parseTrace(String(traces[0]))).toEqual(trace);
  expect(traces[1]).toBe('not JSON');
  database.close();
});
