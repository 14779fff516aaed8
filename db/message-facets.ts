/** Which facets a message has. */
import {
  addressKey,
  domainOf,
  type Facet,
  type FacetName,
  facets,
  foldCase,
  traits,
} from './facets.ts';
import type { Envelope, Mailbox, ReadingResult } from './types.ts';

/** More addresses than this in one header field are shown and searched as words only. */
const headerAddressesMax = 1_000;
const tagsMax = 50;
const tagCharactersMax = 100;

export function readingFacets(
  reading: Omit<ReadingResult, 'indexText'>,
  envelope: Envelope,
  authUser: string | null,
): readonly Facet[] {
  const found: Facet[] = [addressFacet('sender', envelope.reversePath)];
  for (const path of envelope.forwardPaths) found.push(addressFacet('recipient', path.address));
  const domains = new Set(envelope.forwardPaths.map((path) => domainOf(path.address)));
  for (const key of domains) if (key !== '') found.push({ facet: facets.domain, key, label: key });
  if (authUser !== null) {
    found.push({ facet: facets.user, key: foldCase(authUser), label: authUser });
  }
  if (reading.messageId !== '') {
    found.push({ facet: facets.messageId, key: foldCase(reading.messageId), label: '' });
  }
  if (reading.hasInline) found.push({ facet: facets.trait, key: traits.inline, label: '' });
  const headers: readonly (readonly [FacetName, readonly Mailbox[]])[] = [
    ['from', reading.from === null ? [] : [reading.from]],
    ['to', reading.to],
    ['cc', reading.cc],
    ['bcc', reading.bcc],
    ['replyTo', reading.replyTo],
  ];
  for (const [name, mailboxes] of headers) {
    for (const mailbox of mailboxes.slice(0, headerAddressesMax)) {
      if (mailbox.address !== '') found.push(addressFacet(name, mailbox.address));
    }
  }
  return found;
}

/** Trimmed, bounded, each once whatever its case; the first spelling is the one shown. */
export function tagFacets(tags: readonly string[]): readonly Facet[] {
  const byKey = new Map<string, Facet>();
  for (const tag of tags) {
    const label = tag.trim().slice(0, tagCharactersMax);
    const key = foldCase(label);
    if (key === '' || byKey.has(key) || byKey.size === tagsMax) continue;
    byKey.set(key, { facet: facets.tag, key, label });
  }
  return [...byKey.values()];
}

function addressFacet(name: FacetName, address: string): Facet {
  return { facet: facets[name], key: addressKey(address), label: foldCase(address) };
}
