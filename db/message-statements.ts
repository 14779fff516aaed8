/** The statements of `message-store.ts`, prepared once per connection. */
import { showWords } from './contains.ts';
import type { Database, Statement } from './driver.ts';
import { facets, inboxFacets } from './facets.ts';
import { inboxKinds } from './inbox-id.ts';
import { summaryColumns } from './rows.ts';
import { prepareTally, saveTallySql } from './tally.ts';

const counted = inboxFacets.join(', ');
/** Those that have an id outside. */
const ids = Object.values(inboxKinds).join(', ');

/** Adds (?1) the selected messages to the counts of their inboxes, or takes them away. */
const inboxSelected = `
  INSERT INTO inbox (facet, key, label, message_count, unread_count)
  SELECT f.facet, f.key, '', ? * count(*), ? * sum(coalesce(l.is_read, r.is_read) = 0)
  FROM selected AS s
    CROSS JOIN message_facet AS f ON f.seq = s.seq
    LEFT JOIN live_message AS l ON l.seq = s.seq
    LEFT JOIN removed_message AS r ON r.seq = s.seq
  WHERE f.facet IN (%facets)
  GROUP BY f.facet, f.key
  ON CONFLICT DO UPDATE SET
    message_count = message_count + excluded.message_count,
    unread_count = unread_count + excluded.unread_count`;

/** Everything that hangs on a message. */
const tablesOfMessage = [
  'message',
  'message_trace',
  'message_raw',
  'live_message',
  'removed_message',
  'message_facet',
];

const sql = {
  insertMessage: `INSERT INTO message
    (seq, id, received_at_ms, size_bytes, reverse_path, forward_paths, recipient_count, tls,
     auth_user, listener) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  insertTrace: 'INSERT INTO message_trace VALUES (?, ?)',
  insertRaw: 'INSERT INTO message_raw VALUES (?, ?)',
  insertLive: 'INSERT INTO live_message VALUES (?, 0)',

  tagsBySeq: 'SELECT tags FROM message WHERE seq = ?',
  unfiled: `SELECT m.tags, l.is_read FROM message AS m LEFT JOIN live_message AS l USING (seq)
    WHERE m.seq = ?`,
  fileMessage: `UPDATE message SET state = ?, from_name = ?, from_address = ?, header_mailboxes = ?,
    subject = ?, snippet = ?, message_id = ?, date_ms = ?, attachment_count = ?, problem_count = ?,
    tags = ?, commit_ms = ? WHERE seq = ?`,
  insertFacet: 'INSERT OR IGNORE INTO message_facet VALUES (?, ?, ?)',
  liveBySeq: 'SELECT is_read FROM live_message WHERE seq = ?',
  liveById: 'SELECT seq FROM message JOIN live_message USING (seq) WHERE id = ?',
  summaryBySeq: `SELECT ${summaryColumns} FROM message AS m JOIN live_message AS l USING (seq)
    WHERE m.seq = ?`,

  clearSelected: 'DELETE FROM selected',
  selectSeq: 'INSERT OR IGNORE INTO selected VALUES (?)',
  selectAll: 'INSERT INTO selected SELECT seq FROM live_message WHERE ? IS NULL OR is_read = ?',
  selectId: `INSERT OR IGNORE INTO selected
    SELECT l.seq FROM message AS m JOIN live_message AS l USING (seq)
    WHERE m.id = ? AND (? IS NULL OR l.is_read = ?)`,
  selectRemoved: `INSERT INTO selected
    SELECT r.seq FROM removed_message AS r JOIN removal AS v ON v.id = r.removal_id
    WHERE v.id = ? AND v.undo_until_ms > ?`,
  selectedIds: 'SELECT m.id FROM selected JOIN message AS m USING (seq) ORDER BY m.seq LIMIT ?',
  selectedSums: `SELECT count(*) AS count, coalesce(sum(l.is_read = 0), 0) AS unread,
      coalesce(sum(m.size_bytes), 0) AS bytes
    FROM selected AS s CROSS JOIN message AS m ON m.seq = s.seq
      CROSS JOIN live_message AS l ON l.seq = s.seq`,

  markSelected: 'UPDATE live_message SET is_read = ? WHERE seq IN (SELECT seq FROM selected)',
  setTags: 'UPDATE message SET tags = ? WHERE seq = ?',
  messagesWithTag: `SELECT f.seq, l.seq IS NOT NULL AS is_live
    FROM message_facet AS f INDEXED BY message_facet_key LEFT JOIN live_message AS l USING (seq)
    WHERE f.facet = ${facets.tag} AND f.key = ?`,
  deleteTags: `DELETE FROM message_facet WHERE seq = ? AND facet = ${facets.tag}`,

  insertRemoval: 'INSERT INTO removal VALUES (?, ?)',
  moveToRemoved: `INSERT INTO removed_message
    SELECT l.seq, l.is_read, ? FROM selected CROSS JOIN live_message AS l USING (seq)`,
  deleteAllLive: 'DELETE FROM live_message',
  deleteSelectedLive: 'DELETE FROM live_message WHERE seq IN (SELECT seq FROM selected)',
  moveToLive: `INSERT INTO live_message
    SELECT r.seq, r.is_read FROM selected CROSS JOIN removed_message AS r USING (seq)`,
  deleteSelectedRemoved: 'DELETE FROM removed_message WHERE seq IN (SELECT seq FROM selected)',
  deleteRemoval: 'DELETE FROM removal WHERE id = ?',
  expireRemovals: 'UPDATE removal SET undo_until_ms = 0',

  oldestLive: `SELECT l.seq, m.id, m.size_bytes, m.received_at_ms
    FROM live_message AS l CROSS JOIN message AS m ON m.seq = l.seq ORDER BY l.seq LIMIT ?`,
  oldestRemoved: `SELECT r.seq, m.id, m.size_bytes, m.received_at_ms
    FROM removed_message AS r CROSS JOIN message AS m ON m.seq = r.seq
      JOIN removal AS v ON v.id = r.removal_id
    WHERE v.undo_until_ms <= ? ORDER BY r.seq LIMIT ?`,
  // Those of named inboxes stand for the messages that are or were in them (`named-inboxes.ts`).
  sweep: `DELETE FROM inbox WHERE message_count <= 0 AND facet <> ${facets.named}`,
  sweepRemovals: `DELETE FROM removal
    WHERE NOT EXISTS (SELECT 1 FROM removed_message WHERE removal_id = removal.id)`,

  inboxAdd: `INSERT INTO inbox VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
    message_count = message_count + excluded.message_count,
    unread_count = unread_count + excluded.unread_count`,
  inboxSelected: inboxSelected.replace('%facets', counted),
  inboxTags: inboxSelected.replace('%facets', String(facets.tag)),
  inboxUnread: `INSERT INTO inbox (facet, key, label, message_count, unread_count)
    SELECT f.facet, f.key, '', 0, ? * count(*)
    FROM selected AS s CROSS JOIN message_facet AS f ON f.seq = s.seq
    WHERE f.facet IN (${counted}) GROUP BY f.facet, f.key
    ON CONFLICT DO UPDATE SET unread_count = unread_count + excluded.unread_count`,
  inboxZero: 'UPDATE inbox SET message_count = 0, unread_count = 0',

  inboxesBySeq: `SELECT facet, key FROM message_facet WHERE seq = ? AND facet IN (${ids})
    ORDER BY facet DESC, key LIMIT ?`,
  inboxesOfSelected: `SELECT f.facet, f.key, m.id
    FROM selected AS s CROSS JOIN message_facet AS f ON f.seq = s.seq
      CROSS JOIN message AS m ON m.seq = s.seq
    WHERE f.facet IN (${ids}) ORDER BY s.seq`,

  saveTally: saveTallySql,
} as const;

type StatementName = keyof typeof sql;

export type StoreStatements = Readonly<Record<StatementName, Statement>> & {
  readonly tally: Statement;
  readonly deleteSelectedEverywhere: readonly Statement[];
};

export function prepareStatements(database: Database): StoreStatements {
  // Which messages an operation is about; in memory, of this connection, filled anew each time.
  database.exec('CREATE TEMP TABLE IF NOT EXISTS selected (seq INTEGER PRIMARY KEY)');
  showWords(database);
  const prepared = Object.fromEntries(
    Object.entries(sql).map(([name, text]) => [name, database.prepare(text)]),
  ) as Record<StatementName, Statement>;
  const deletes = tablesOfMessage.map(
    (table) => `DELETE FROM ${table} WHERE seq IN (SELECT seq FROM selected)`,
  );
  return {
    ...prepared,
    tally: prepareTally(database),
    deleteSelectedEverywhere: deletes.map((text) => database.prepare(text)),
  };
}
