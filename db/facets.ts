/**
 * Facets are what a message is looked up by as a whole, never word by word. All of them share one
 * table and one index (facet, key, seq), so each exact search is one walk along the index.
 */

export const facets = {
  recipient: 1,
  sender: 2,
  from: 3,
  to: 4,
  cc: 5,
  bcc: 6,
  replyTo: 7,
  user: 8,
  tag: 9,
  messageId: 10,
  /** What a message has: the key is one of `traits`. */
  trait: 11,
  /** Of the recipients; each domain once. */
  domain: 12,
  /** Named inboxes: the key is `facet_key` of one. */
  named: 13,
} as const;

export type FacetName = keyof typeof facets;

export const traits = { inline: 'inline' } as const;

/** Those whose live messages are counted, by `inbox-counts.ts` and with every change of many. */
export const inboxFacets: readonly number[] = [
  facets.recipient,
  facets.user,
  facets.tag,
  facets.domain,
  facets.named,
];

export interface Facet {
  readonly facet: number;
  readonly key: string;
  readonly label: string;
}

/**
 * `Bob@Example.test` becomes `example.test bob`: domain first, so that one index answers for a
 * whole address and for all of a domain. A domain has no space (RFC 5321 §4.1.2).
 */
export function addressKey(address: string): string {
  const folded = foldCase(address);
  if (folded === '') return '';
  const at = folded.lastIndexOf('@');
  return `${folded.slice(at + 1)} ${folded.slice(0, Math.max(at, 0))}`;
}

/** Of a recipient's address; `''` for the one mailbox that may stand without (RFC 5321 §4.1.1.3). */
export function domainOf(address: string): string {
  const at = address.lastIndexOf('@');
  return at === -1 ? '' : foldCase(address.slice(at + 1));
}

/** The keys of every address of a domain lie from `from` on and below `below`. */
export function domainKeyRange(domain: string): { readonly from: string; readonly below: string } {
  const folded = foldCase(domain);
  return { from: `${folded} `, below: `${folded}!` };
}

/** The one way in which case is ignored, here and wherever keys are made. */
export function foldCase(text: string): string {
  return text.toLowerCase();
}
