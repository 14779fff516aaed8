/**
 * Text inside words. The index has whole words only and keeps no text, but SQLite shows its list
 * of words and where each stands. Walking that list once finds the words with the piece in them,
 * and their places find the messages, where the texts themselves would have to be decoded one by
 * one. Subject and Message-ID stand in the table and are compared as they are.
 *
 * A text of several words is a word that ends so, whole words, and a word that begins so, in a
 * row. Signs between them are not in the index: any will do.
 */
import type { Condition, SqlValue } from './condition.ts';
import type { Database } from './driver.ts';
import type { ContainsField } from './types.ts';
import { columnOfField, toIndexWords } from './words.ts';

/** Of this connection; they hold nothing themselves. */
export function showWords(database: Database): void {
  database.exec(`
    CREATE VIRTUAL TABLE IF NOT EXISTS temp.fts_word USING fts5vocab('search', 'message_fts', 'row');
    CREATE VIRTUAL TABLE IF NOT EXISTS temp.fts_place
      USING fts5vocab('search', 'message_fts', 'instance')`);
}

export function containsCondition(filter: {
  readonly field: ContainsField;
  readonly text: string;
}): Condition {
  const { field, text } = filter;
  if (field === 'subject') return likeCondition('m.subject', text);
  if (field === 'messageId') return likeCondition('m.message_id', text);
  const words = wordsOf(text);
  if (words.length === 0) return { sql: 'FALSE', values: [], needsMessage: false };
  const places = words.map((word, i) => placesOf(word, i, words.length, columnOfField(field)));
  // Each list once, and then joined by an index that SQLite makes of it; left to itself it would
  // walk the second list for every row of the first.
  const lists = places.map(({ sql }, i) => `w${i} AS MATERIALIZED (${sql})`).join(', ');
  const joins = places
    .slice(1)
    .map((_, i) => {
      const [before, here] = [`w${i}`, `w${i + 1}`];
      return `JOIN ${here} ON ${here}.doc = ${before}.doc AND ${here}.col = ${before}.col
        AND ${here}.offset = ${before}.offset + 1`;
    })
    .join(' ');
  return {
    sql: `l.seq IN (WITH ${lists} SELECT w0.doc FROM w0 ${joins})`,
    values: places.flatMap(({ values }) => values),
    needsMessage: false,
  };
}

function likeCondition(column: string, text: string): Condition {
  const literal = text.replaceAll(/[\\%_]/g, '\\$&');
  return { sql: `${column} LIKE ? ESCAPE '\\'`, values: [`%${literal}%`], needsMessage: true };
}

interface Places {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

function placesOf(word: string, index: number, count: number, column: string | null): Places {
  const select = 'SELECT i.doc, i.col, i.offset FROM';
  const walked = 'temp.fts_word AS v CROSS JOIN temp.fts_place AS i ON i.term = v.term WHERE';
  const inColumn = column === null ? '' : ' AND i.col = ?';
  const columns = column === null ? [] : [column];
  const isFirst = index === 0;
  const isLast = index === count - 1;
  if (isFirst && isLast) {
    return {
      sql: `${select} ${walked} instr(v.term, ?) > 0${inColumn}`,
      values: [word, ...columns],
    };
  }
  if (isFirst) {
    const sql = `${select} ${walked} substr(v.term, -length(?)) = ?${inColumn}`;
    return { sql, values: [word, word, ...columns] };
  }
  if (isLast) {
    const sql = `${select} ${walked} v.term >= ? AND v.term < ?${inColumn}`;
    return { sql, values: [word, `${word}\u{10ffff}`, ...columns] };
  }
  const sql = `${select} temp.fts_place AS i WHERE i.term = ?${inColumn}`;
  return { sql, values: [word, ...columns] };
}

/** As the index has them: small letters, without marks, split at everything else. */
function wordsOf(text: string): readonly string[] {
  return toIndexWords(text)
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .normalize('NFC')
    .toLowerCase()
    .split(/[^\p{L}\p{N}\p{Co}]+/u)
    .filter((word) => word !== '');
}
