/**
 * Every problem the reader can find in a message: how bad it is, what it leads to, which clause
 * says so. The list is what senders need, not all that RFC 5322 and RFC 2045 forbid.
 */
import { limits } from './limits.ts';
import type { Problem } from './types.ts';

type Entry = Pick<Problem, 'severity' | 'text' | 'source'>;

function error(source: string, text: string): Entry {
  return { severity: 'error', text, source };
}
function warning(source: string, text: string): Entry {
  return { severity: 'warning', text, source };
}
function info(source: string, text: string): Entry {
  return { severity: 'info', text, source };
}

const mebibytes = limits.headerBytesMax / 1024 / 1024;

/** What the pages and the documentation can list. */
export const problemCatalogue = {
  // Lines and octets
  'bare-lf': error(
    'RFC 5322 §2.3',
    'A line ends with LF alone instead of CRLF; strict servers refuse such a message, others change it and break its signature.',
  ),
  'bare-cr': error(
    'RFC 5322 §2.3',
    'A CR stands alone in the message; servers disagree on whether it ends a line, and many refuse it.',
  ),
  'line-too-long': error(
    'RFC 5322 §2.1.1',
    'A line is longer than 998 octets; servers may break it anywhere, which damages HTML and signatures.',
  ),
  'line-over-78': info(
    'RFC 5322 §2.1.1',
    'A line is longer than the recommended 78 characters; some readers show it cut or badly wrapped.',
  ),
  'nul-octet': error(
    'RFC 2045 §2.7',
    'The message contains a NUL octet outside a binary part; many servers refuse it or drop what follows.',
  ),

  // Header
  'missing-date': error(
    'RFC 5322 §3.6',
    'The message has no Date field; readers sort it by arrival and spam filters count it as a fault.',
  ),
  'unreadable-date': error(
    'RFC 5322 §3.3',
    'The Date field is no date that can be read, so readers show another time or none.',
  ),
  'obsolete-date': info(
    'RFC 5322 §4.3',
    'The Date field has an obsolete form; most readers understand it, new senders must not write it.',
  ),
  'missing-from': error(
    'RFC 5322 §3.6',
    'The message has no From field; large providers refuse such mail.',
  ),
  'several-from-without-sender': error(
    'RFC 5322 §3.6.2',
    'From names several authors but there is no Sender field that says who sent the message; large providers refuse it.',
  ),
  'missing-message-id': warning(
    'RFC 5322 §3.6.4',
    'The message has no Message-ID field; replies cannot be threaded and spam filters count it as a fault.',
  ),
  'malformed-message-id': warning(
    'RFC 5322 §3.6.4',
    'The Message-ID is not of the form <left@right>; replies and duplicates may not be recognised.',
  ),
  'duplicate-field': error(
    'RFC 5322 §3.6',
    'A field that may occur once occurs several times; readers differ in which one they show, and large providers refuse it.',
  ),
  'empty-subject': info(
    'RFC 5322 §3.6.5',
    'The subject is missing or empty; readers show a placeholder and recipients tend to overlook the message.',
  ),
  'unreadable-address': error(
    'RFC 5322 §3.4',
    'An address field contains something that is no address; replies to it fail and some servers refuse the message.',
  ),
  'field-without-colon': error(
    'RFC 5322 §2.2',
    'A line of the header is neither a field nor a continuation; many readers take the rest of the header for text.',
  ),
  'header-8bit-unreadable': error(
    'RFC 5322 §2.2',
    'A header contains octets beyond ASCII that are not UTF-8; readers must guess their charset and often show other letters.',
  ),
  'header-8bit': warning(
    'RFC 6532 §3',
    'A header contains UTF-8 without encoding; only servers with SMTPUTF8 need to accept it.',
  ),
  'file-name-8bit': warning(
    'RFC 2231 §4',
    'A file name is not encoded although it is not ASCII; readers may save the attachment under a garbled name.',
  ),
  'header-too-large': warning(
    'RFC 5322 §2.1.1',
    `A header is larger than ${mebibytes} MiB or has more than ${limits.headerFieldsMax} fields; the rest of its fields is left out here.`,
  ),

  // MIME structure
  'missing-mime-version': warning(
    'RFC 2045 §4',
    'The message has MIME fields but no MIME-Version; strict readers show it as plain text.',
  ),
  'unreadable-content-type': error(
    'RFC 2045 §5.1',
    'A Content-Type cannot be read; the part is shown as plain text.',
  ),
  'missing-boundary': error(
    'RFC 2046 §5.1.1',
    'A multipart has no usable boundary parameter, so its parts cannot be told apart; readers show it as text or not at all.',
  ),
  'boundary-not-found': error(
    'RFC 2046 §5.1.1',
    'The boundary of a multipart never occurs in its body, so many readers show an empty message.',
  ),
  'unclosed-multipart': warning(
    'RFC 2046 §5.1.1',
    'A multipart has no closing delimiter; readers cannot tell whether the message was cut off.',
  ),
  'too-many-parts': warning(
    'RFC 2046 §5.1',
    `The message has more than ${limits.partsMax} parts; the rest is shown here as one part.`,
  ),
  'nested-too-deeply': warning(
    'RFC 2046 §5.1',
    `Multiparts are nested more than ${limits.nestingLevelsMax} levels deep; what lies deeper is shown here as one part.`,
  ),
  'encoded-container': error(
    'RFC 2045 §6.4',
    'A multipart or message part has a transfer encoding other than 7bit, 8bit or binary; many readers cannot open it.',
  ),
  'duplicate-content-id': warning(
    'RFC 2045 §7',
    'Two parts have the same Content-ID, so an image in the HTML may show the wrong one.',
  ),
  'html-without-text': info(
    'RFC 2046 §5.1.4',
    'The message has HTML but no text alternative; text readers and some spam filters mind.',
  ),

  // Encodings and charsets
  'body-8bit-undeclared': warning(
    'RFC 2045 §6.2',
    'A part contains octets beyond ASCII but is declared as 7bit; servers on the way may strip or refuse them.',
  ),
  'unknown-transfer-encoding': error(
    'RFC 2045 §6.4',
    'A transfer encoding is not known; readers cannot decode the part and show it as it is.',
  ),
  'broken-base64': error(
    'RFC 2045 §6.8',
    'A base64 part is damaged: foreign characters, padding in the middle or a missing end; attachments may not open.',
  ),
  'broken-quoted-printable': error(
    'RFC 2045 §6.7',
    'A quoted-printable part contains an equals sign that encodes nothing, or octets beyond ASCII; readers show stray characters.',
  ),
  'unknown-charset': warning(
    'RFC 2046 §4.1.2',
    'A charset label is not known; readers guess and may show other letters.',
  ),
  'charset-mismatch': error(
    'RFC 2046 §4.1.2',
    'The octets of a text do not fit its charset; readers show replacement characters or other letters.',
  ),
} as const satisfies Record<string, Entry>;

export type ProblemCode = keyof typeof problemCatalogue;

const placesMax = 3;

/** Collects places by problem: one entry for each code, however often it occurs. */
export class Findings {
  readonly #places = new Map<ProblemCode, { readonly named: string[]; count: number }>();

  add(code: ProblemCode, where: string | null = null): void {
    const places = this.#places.get(code) ?? { named: [], count: 0 };
    this.#places.set(code, places);
    if (where === null || places.named.includes(where)) return;
    places.count++;
    if (places.named.length < placesMax) places.named.push(where);
  }

  /** How many of them are errors or warnings. */
  get seriousCount(): number {
    let count = 0;
    for (const code of this.#places.keys()) if (problemCatalogue[code].severity !== 'info') count++;
    return count;
  }

  /** The worst first, otherwise in the order of discovery. */
  list(): Problem[] {
    const problems = [...this.#places].map(([code, { named, count }]): Problem => {
      const more = count > named.length ? ` and ${count - named.length} more` : '';
      return {
        code,
        ...problemCatalogue[code],
        where: named.length === 0 ? null : named.join(', ') + more,
      };
    });
    return problems.sort((a, b) => rank[a.severity] - rank[b.severity]);
  }
}

const rank = { error: 0, warning: 1, info: 2 } as const;

/** How a part is named in `where`. */
export function partPlace(path: string): string | null {
  return path === '' ? null : `part ${path}`;
}
