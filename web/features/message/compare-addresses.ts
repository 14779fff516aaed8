/**
 * The envelope says where a message really went, the header only what it claims. This puts the two
 * side by side, so that a Bcc recipient, a forgotten recipient or a foreign return address shows.
 */
import type { MessageDetailShape } from '../../../server/http/shapes.ts';

type Message = Pick<
  MessageDetailShape,
  'envelope' | 'from' | 'to' | 'cc' | 'bcc' | 'replyTo' | 'headerFields' | 'state'
>;

export type SenderMark =
  | 'same'
  /** Reverse-path and From are different addresses: usual for mailing lists and bounce handling. */
  | 'differs'
  /** `<>`: a bounce or an automatic reply (RFC 5321 §4.5.5). */
  | 'nullReversePath'
  | 'noFrom'
  /** The message is not read yet, or cannot be: nothing to compare with. */
  | 'unknown';

export type RecipientMark =
  | 'same'
  /** Only in the envelope: To and Cc do not show this recipient to the others. */
  | 'bcc'
  /** Only in the header: this address was never handed to SMTP in this transaction. */
  | 'notInEnvelope'
  | 'unknown';

export interface RecipientRow {
  /** As in the envelope; `null` when only the header names it. */
  readonly envelope: string | null;
  /** How the header names it; `null` when only the envelope does. */
  readonly header: {
    readonly field: 'To' | 'Cc' | 'Bcc';
    readonly name: string;
    readonly address: string;
  } | null;
  readonly mark: RecipientMark;
}

export interface AddressComparison {
  readonly sender: SenderMark;
  readonly recipients: readonly RecipientRow[];
  readonly bccCount: number;
  readonly notInEnvelopeCount: number;
}

/** The header lists of a summary stop here (see `messageSummary` in the shapes). */
const headerListMax = 20;

export function compareAddresses(message: Message): AddressComparison {
  const recipients = recipientRows(message);
  return {
    sender: senderMark(message),
    recipients,
    bccCount: recipients.filter((row) => row.mark === 'bcc').length,
    notInEnvelopeCount: recipients.filter((row) => row.mark === 'notInEnvelope').length,
  };
}

function senderMark({ envelope, from, state }: Message): SenderMark {
  if (state !== 'ready') return 'unknown';
  if (envelope.reversePath === '') return 'nullReversePath';
  if (from === null) return 'noFrom';
  return comparable(envelope.reversePath) === comparable(from.address) ? 'same' : 'differs';
}

function recipientRows(message: Message): RecipientRow[] {
  const named = new Map<string, RecipientRow['header']>();
  for (const [field, mailboxes] of [
    ['To', message.to],
    ['Cc', message.cc],
    ['Bcc', message.bcc],
  ] as const) {
    for (const { name, address } of mailboxes) {
      if (address !== '' && !named.has(comparable(address))) {
        named.set(comparable(address), { field, name, address });
      }
    }
  }

  const rows = new Map<string, RecipientRow>();
  for (const { address } of message.envelope.forwardPaths) {
    const key = comparable(address);
    if (rows.has(key)) continue;
    const header = named.get(key) ?? beyondTheList(message, address);
    rows.set(key, { envelope: address, header, mark: envelopeMark(message, header) });
  }
  for (const [key, header] of named) {
    if (!rows.has(key)) rows.set(key, { envelope: null, header, mark: 'notInEnvelope' });
  }
  return [...rows.values()];
}

function envelopeMark(message: Message, header: RecipientRow['header']): RecipientMark {
  if (message.state !== 'ready') return 'unknown';
  return header === null || header.field === 'Bcc' ? 'bcc' : 'same';
}

/** The lists are cut; a recipient after the cut still stands in the header field itself. */
function beyondTheList(message: Message, address: string): RecipientRow['header'] {
  for (const [field, mailboxes] of [
    ['To', message.to],
    ['Cc', message.cc],
  ] as const) {
    if (mailboxes.length < headerListMax) continue;
    const text = message.headerFields
      .filter((header) => header.name.toLowerCase() === field.toLowerCase())
      .map((header) => header.rawValue)
      .join(',');
    if (addressesIn(text).has(comparable(address))) return { field, name: '', address };
  }
  return null;
}

function addressesIn(text: string): Set<string> {
  return new Set(
    text
      .split(/[\s,;<>()]+/)
      .filter((word) => word.includes('@'))
      .map(comparable),
  );
}

/**
 * Addresses that reach the same mailbox compare equal: case is ignored (the local part is case
 * sensitive by RFC 5321 §2.4, yet nobody means two mailboxes by it) and an internationalised
 * domain equals its A-label form.
 */
export function comparable(address: string): string {
  const at = address.lastIndexOf('@');
  const lower = address.trim().toLowerCase();
  if (at === -1) return lower;
  const domain = lower.slice(lower.lastIndexOf('@') + 1);
  return lower.slice(0, lower.lastIndexOf('@') + 1) + asciiDomain(domain);
}

function asciiDomain(domain: string): string {
  // Only letters outside ASCII need the conversion; address literals must pass unchanged.
  if (!/[^\p{ASCII}]/u.test(domain)) return domain;
  try {
    return new URL(`http://${domain}`).hostname;
  } catch {
    return domain; // not a host name at all: compare as it stands
  }
}
