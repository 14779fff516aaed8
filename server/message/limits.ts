/**
 * Ceilings of the reader. A message beyond one of them is still read: what goes over it is shown as
 * one opaque part or left out of the list of fields, and the message carries a problem that says so.
 */
export const limits = {
  /** Levels of multipart inside multipart. Above what any sender uses, below what a stack minds. */
  nestingLevelsMax: 300,
  /** Parts of one message, containers included. */
  partsMax: 10_000,
  /** Header fields listed of one header. */
  headerFieldsMax: 10_000,
  /** Octets of one header whose fields are listed. */
  headerBytesMax: 4 * 1024 * 1024,
  /** Octets of a boundary; RFC 2046 §5.1.1 allows 70, senders are not always that careful. */
  boundaryBytesMax: 998,
  /** Characters of a subject or Message-ID. The list of fields has all of them. */
  summaryCharactersMax: 128 * 1024,
  /** Mailboxes read from one address list. */
  mailboxesMax: 10_000,
  /** Tags taken from X-Tags, and characters of one. */
  tagsMax: 100,
  tagCharactersMax: 100,
} as const;
