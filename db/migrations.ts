/**
 * The schema, as the ordered list of steps that lead to it. `user_version` holds the id of the
 * last one applied. A step that has been released is never edited: a change is a new step.
 */
import type { Database } from './driver.ts';
import { StoreError } from './store-error.ts';

export interface Migration {
  readonly id: number;
  readonly sql: string;
}

/** "PFxD" in the file's header tells our databases from everybody else's. */
export const applicationId = 0x50467844;

export const migrations: readonly Migration[] = [
  {
    id: 1,
    sql: `
-- What a list shows. Written at the commit, completed once by the reader, then left alone.
CREATE TABLE message (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  received_at_ms INTEGER NOT NULL,
  size_bytes INTEGER NOT NULL,
  state INTEGER NOT NULL DEFAULT 0,
  reverse_path TEXT NOT NULL,
  forward_paths TEXT NOT NULL,
  recipient_count INTEGER NOT NULL,
  tls INTEGER NOT NULL,
  auth_user TEXT,
  listener TEXT NOT NULL,
  commit_ms REAL,
  from_name TEXT,
  from_address TEXT,
  header_mailboxes TEXT,
  subject TEXT NOT NULL DEFAULT '',
  snippet TEXT NOT NULL DEFAULT '',
  message_id TEXT NOT NULL DEFAULT '',
  date_ms INTEGER,
  attachment_count INTEGER NOT NULL DEFAULT 0,
  problem_count INTEGER NOT NULL DEFAULT 0,
  tags TEXT
) STRICT;

-- What lists do not show: envelope, origin, timings, dialogue, wire facts, as JSON.
CREATE TABLE message_trace (seq INTEGER PRIMARY KEY, trace TEXT NOT NULL) STRICT;

CREATE TABLE message_raw (seq INTEGER PRIMARY KEY, raw BLOB NOT NULL) STRICT;

-- Which messages exist for people, and which are unread. Narrow, so that removing or marking ten
-- thousand of them never rewrites the rows above.
CREATE TABLE live_message (seq INTEGER PRIMARY KEY, is_read INTEGER NOT NULL) STRICT;
CREATE INDEX live_message_unread ON live_message (seq) WHERE is_read = 0;

-- Removed and not yet purged: what an undo brings back.
CREATE TABLE removed_message (
  seq INTEGER PRIMARY KEY,
  is_read INTEGER NOT NULL,
  removal_id TEXT NOT NULL
) STRICT;
CREATE TABLE removal (id TEXT PRIMARY KEY, undo_until_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- Everything that is looked up as a whole: addresses, user, tags, Message-ID (see facets.ts).
CREATE TABLE message_facet (
  seq INTEGER NOT NULL,
  facet INTEGER NOT NULL,
  key TEXT NOT NULL,
  PRIMARY KEY (seq, facet, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX message_facet_key ON message_facet (facet, key, seq);

-- Live messages of each recipient, user and tag, kept current by every operation.
CREATE TABLE inbox (
  facet INTEGER NOT NULL,
  key TEXT NOT NULL,
  label TEXT NOT NULL,
  message_count INTEGER NOT NULL,
  unread_count INTEGER NOT NULL,
  PRIMARY KEY (facet, key)
) STRICT, WITHOUT ROWID;

-- One row: what would otherwise be counted. "live" is what people see, "stored" adds what is
-- removed but not purged. Messages above filed_seq are committed and not yet read.
CREATE TABLE tally (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  live_count INTEGER NOT NULL,
  unread_count INTEGER NOT NULL,
  live_bytes INTEGER NOT NULL,
  stored_count INTEGER NOT NULL,
  stored_bytes INTEGER NOT NULL,
  last_seq INTEGER NOT NULL,
  filed_seq INTEGER NOT NULL
) STRICT;
INSERT INTO tally VALUES (1, 0, 0, 0, 0, 0, 0, 0);

-- Positions are kept (detail=full) because phrases, and words that the tokenizer splits
-- (addresses, hyphens), need them; measured, it costs 15 % more time than detail=column.
CREATE VIRTUAL TABLE message_fts USING fts5(
  subject, sender, recipient, cc, bcc, reply_to, envelope, body,
  content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
);
-- Messages are indexed by the hundred: larger portions in memory and rarer merges save a fifth.
INSERT INTO message_fts (message_fts, rank) VALUES ('automerge', 8), ('hashsize', 4194304);
`,
  },
  {
    id: 2,
    sql: `
-- SMTP sessions in the order in which they ended, with or without messages.
CREATE TABLE session (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  listener TEXT NOT NULL,
  peer_address TEXT NOT NULL,
  peer_port INTEGER NOT NULL,
  started_at_ms INTEGER NOT NULL,
  ended_at_ms INTEGER NOT NULL,
  duration_ms REAL NOT NULL,
  outcome TEXT NOT NULL,
  ehlo_name TEXT NOT NULL,
  tls TEXT,
  auth_user TEXT,
  message_ids TEXT,
  message_count INTEGER NOT NULL,
  bytes_received INTEGER NOT NULL,
  errors TEXT,
  last_reply TEXT,
  stored_bytes INTEGER NOT NULL
) STRICT;
-- Counts by outcome, without touching the rows.
CREATE INDEX session_outcome ON session (outcome);

-- What lists do not show.
CREATE TABLE session_transcript (
  seq INTEGER PRIMARY KEY,
  lines TEXT NOT NULL,
  lines_dropped INTEGER NOT NULL,
  replies TEXT NOT NULL,
  tls_failure TEXT
) STRICT;

-- Metrics over time, one row per step; "row" is JSON.
CREATE TABLE metrics_history (
  step_s INTEGER NOT NULL,
  at_s INTEGER NOT NULL,
  known_s INTEGER NOT NULL,
  row TEXT NOT NULL,
  PRIMARY KEY (step_s, at_s)
) STRICT, WITHOUT ROWID;
`,
  },
  {
    id: 3,
    sql: `
-- Domains of recipients, as facet 12: so that a domain is one walk along the index, like an address.
INSERT OR IGNORE INTO message_facet
  SELECT seq, 12, substr(key, 1, instr(key, ' ') - 1) FROM message_facet
  WHERE facet = 1 AND substr(key, instr(key, ' ') + 1) <> '';
INSERT INTO inbox
  SELECT 12, f.key, f.key, count(l.seq), coalesce(sum(l.is_read = 0), 0)
  FROM message_facet AS f LEFT JOIN live_message AS l USING (seq)
  WHERE f.facet = 12 GROUP BY f.key;
`,
  },
  {
    id: 4,
    sql: `
-- Errors and replies that sessions had, each combination once; see db/session-signatures.ts. Of
-- sessions that are there already only the errors are known.
CREATE TABLE session_signature (
  id INTEGER PRIMARY KEY,
  errors TEXT NOT NULL,
  replies TEXT NOT NULL,
  UNIQUE (errors, replies)
) STRICT;
INSERT INTO session_signature (errors, replies)
  SELECT DISTINCT coalesce(errors, ''), '' FROM session;
ALTER TABLE session ADD COLUMN signature INTEGER NOT NULL DEFAULT 0;
UPDATE session SET signature =
  (SELECT id FROM session_signature AS g WHERE g.errors = coalesce(session.errors, ''));
ALTER TABLE session DROP COLUMN errors;
CREATE INDEX session_signature_outcome ON session (signature, outcome);
`,
  },
  {
    id: 5,
    sql: `
-- Searches with a name. What they mean is kept as it was understood when they were made: "filter"
-- is JSON. Their messages have facet 13 with facet_key, which is a new one when the search changes.
-- Messages up to unfilled_seq, of the filled_from_seq that there were, are still to be looked at.
CREATE TABLE named_inbox (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL UNIQUE,
  query TEXT NOT NULL,
  filter TEXT NOT NULL,
  facet_key TEXT NOT NULL UNIQUE,
  filled_from_seq INTEGER NOT NULL,
  unfilled_seq INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Limits that an inbox has of its own.
CREATE TABLE inbox_retention (
  facet INTEGER NOT NULL,
  key TEXT NOT NULL,
  messages_max INTEGER NOT NULL,
  age_ms_max INTEGER NOT NULL,
  PRIMARY KEY (facet, key)
) STRICT, WITHOUT ROWID;
`,
  },
  {
    id: 6,
    sql: `
-- Words lie in a file of their own (search-file.ts), which knows by this id whose words they are.
DROP TABLE message_fts;
CREATE TABLE store (id TEXT NOT NULL) STRICT;
INSERT INTO store VALUES (lower(hex(randomblob(16))));
`,
  },
  {
    id: 7,
    sql: `
-- A trace is two lines: what reading a message needs, and the rest.
UPDATE message_trace SET trace =
  json_object('envelope', json(trace -> '$.envelope'), 'wire', json(trace -> '$.wire'))
  || char(10)
  || json_object('origin', json(trace -> '$.origin'), 'timings', json(trace -> '$.timings'),
                 'dialogue', json(trace -> '$.dialogue'))
WHERE instr(trace, char(10)) = 0 AND json_valid(trace);
`,
  },
];

/** Brings the schema up to date in one transaction. */
export function migrate(database: Database, steps: readonly Migration[] = migrations): void {
  const current = Number(database.pragma('user_version', { simple: true }));
  const newest = steps.at(-1)?.id ?? 0;
  if (current === newest) return;
  database
    .transaction(() => {
      for (const step of steps) if (step.id > current) database.exec(step.sql);
      database.pragma(`application_id = ${applicationId}`);
      database.pragma(`user_version = ${newest}`);
    })
    .immediate();
}

/** Before anything is written: a later version may mean other things by the same tables. */
export function refuseNewerSchema(current: number, location: string): void {
  const newest = migrations.at(-1)?.id ?? 0;
  if (current <= newest) return;
  throw new StoreError(
    'schemaTooNew',
    `The database ${location} was written by a later version of prixfixe-dev (schema ${current}, this version knows ${newest}). Update prixfixe-dev, or name another file with --db.`,
  );
}
