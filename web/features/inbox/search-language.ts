/** The search language, as the help shows it. `insert` is what a click puts into the field. */
export interface SearchTerm {
  readonly insert: string;
  readonly meaning: string;
}

export const searchTerms: readonly SearchTerm[] = [
  { insert: 'from:', meaning: 'sender in the header' },
  { insert: 'to:', meaning: 'To in the header; also cc: and bcc:' },
  { insert: 'recipient:', meaning: 'who it was really delivered to' },
  { insert: 'sender:', meaning: 'envelope sender' },
  { insert: 'user:', meaning: 'SMTP user that sent it' },
  { insert: 'subject:', meaning: 'words of the subject' },
  { insert: 'body:', meaning: 'words of the text' },
  { insert: 'tag:', meaning: 'a tag' },
  { insert: 'inbox:', meaning: 'an inbox, by name or id' },
  { insert: 'message-id:', meaning: 'the Message-ID' },
  { insert: 'is:unread', meaning: 'also is:read, is:tagged, is:tls' },
  { insert: 'has:attachment', meaning: 'also has:problem' },
  { insert: 'after:', meaning: 'received since; also before:' },
  { insert: 'larger:', meaning: 'size, such as 1MB; also smaller:' },
];

/** Adds a term at the end, after one space. */
export function withTerm(query: string, term: string): string {
  const kept = query.trimEnd();
  return kept === '' ? term : `${kept} ${term}`;
}
