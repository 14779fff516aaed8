/** The verbs we know (RFC 5321 §4.1.1 and the RFC of each extension). */
const verbs = [
  'EHLO',
  'HELO',
  'MAIL',
  'RCPT',
  'DATA',
  'BDAT',
  'RSET',
  'NOOP',
  'VRFY',
  'EXPN',
  'HELP',
  'QUIT',
  'STARTTLS',
  'AUTH',
] as const;

export type Verb = (typeof verbs)[number];

const verbByName: ReadonlyMap<string, Verb> = new Map(verbs.map((verb) => [verb, verb]));

/** The verb that a word is, in whatever case (RFC 5321 §2.4). */
export function verbOf(word: string): Verb | undefined {
  return verbByName.get(word.toUpperCase());
}
