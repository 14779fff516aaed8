/**
 * Paths and mailboxes (RFC 5321 §4.1.2, §4.1.3), with the wider alphabet of RFC 6531 §3.3.
 *
 * The grammar functions carry the names of the productions. Each takes the text and the offset at
 * which it should match, and returns the offset behind the match or `none`. Whether characters
 * beyond ASCII were allowed is asked afterwards, because SMTPUTF8 follows the path on its line.
 */
import { domainBytesMax, domainLabelBytesMax, pathBytesMax } from './limits.ts';
import type { PathFault } from './replies.ts';
import { isAscii } from './utf8.ts';

export type PathResult =
  | {
      readonly kind: 'path';
      /** The mailbox as written, without source route; `''` is the null reverse-path. */
      readonly address: string;
      readonly ascii: boolean;
      /** Offset behind the closing bracket. */
      readonly end: number;
    }
  | { readonly kind: 'refused'; readonly fault: PathFault };

const none = -1;

/** Reverse-path = Path / "<>" */
export function reversePath(text: string, at: number): PathResult {
  if (text.startsWith('<>', at)) return { kind: 'path', address: '', ascii: true, end: at + 2 };
  return path(text, at);
}

/** Forward-path, and the two forms of RCPT without a domain: only Postmaster may lack one. */
export function forwardPath(text: string, at: number): PathResult {
  if (text.startsWith('<>', at)) return refused('emptyRecipient');
  const postmaster = /^<postmaster>/i.exec(text.slice(at, at + 12));
  if (postmaster === null) return path(text, at);
  return { kind: 'path', address: text.slice(at + 1, at + 11), ascii: true, end: at + 12 };
}

/** Path = "<" [ A-d-l ":" ] Mailbox ">". The source route is read and ignored (appendix C). */
function path(text: string, at: number): PathResult {
  if (text[at] !== '<') return refused('noBrackets');
  let start = at + 1;
  if (text[start] === '@') {
    const route = aDL(text, start);
    if (route === none || text[route] !== ':') return refused('badSourceRoute');
    start = route + 1;
  }
  const local = localPart(text, start);
  if (local === none) return refused(localPartFault(text, start));
  if (text[local] === '>') return refused('noDomain');
  if (text[local] !== '@') return refused(localPartFault(text, local));
  const end = text[local + 1] === '[' ? addressLiteral(text, local + 1) : domain(text, local + 1);
  if (end === none) return refused('badDomain');
  if (text[end] !== '>') return refused(domainFault(text, end));
  const address = text.slice(start, end);
  const ascii = isAscii(address);
  if ((ascii ? end - at : Buffer.byteLength(text.slice(at, end))) + 1 > pathBytesMax) {
    return refused('tooLong');
  }
  return { kind: 'path', address, ascii, end: end + 1 };
}

function refused(fault: PathFault): PathResult {
  return { kind: 'refused', fault };
}

function localPartFault(text: string, at: number): PathFault {
  if (text[at] === undefined) return 'notFinished';
  if (text[at] === '@' || text[at] === '>') return 'noLocalPart';
  return 'badLocalPart';
}

function domainFault(text: string, at: number): PathFault {
  if (text[at] === undefined) return 'notClosed';
  return 'badDomain';
}

/** A-d-l = At-domain *( "," At-domain ) */
function aDL(text: string, at: number): number {
  let end = at;
  for (;;) {
    if (text[end] !== '@') return none;
    end = domain(text, end + 1);
    if (end === none || text[end] !== ',') return end;
    end++;
  }
}

/** Local-part = Dot-string / Quoted-string */
function localPart(text: string, at: number): number {
  return text[at] === '"' ? quotedString(text, at) : dotString(text, at);
}

/** Dot-string = Atom *("." Atom) */
function dotString(text: string, at: number): number {
  let end = atom(text, at);
  while (end !== none && text[end] === '.') end = atom(text, end + 1);
  return end;
}

/** Atom = 1*atext */
function atom(text: string, at: number): number {
  let end = at;
  while (end < text.length && isAtext(text.charCodeAt(end))) end++;
  return end === at ? none : end;
}

/** Quoted-string = DQUOTE *QcontentSMTP DQUOTE; no control characters, escaped or not. */
function quotedString(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i++) {
    if (text[i] === '"') return i + 1;
    if (text[i] === '\\') i++;
    if (i >= text.length || !isPrintable(text.charCodeAt(i))) return none;
  }
  return none;
}

/**
 * Domain = sub-domain *("." sub-domain). An underscore is let pass, which the grammar does not:
 * containers and Windows machines have names with one, and their mail should be caught too.
 */
export function domain(text: string, at: number): number {
  let end = subDomain(text, at);
  while (end !== none && text[end] === '.') end = subDomain(text, end + 1);
  return end === none || end - at > domainBytesMax ? none : end;
}

/** sub-domain = Let-dig [Ldh-str], or a U-label */
function subDomain(text: string, at: number): number {
  let end = at;
  while (end < text.length && isLabelCharacter(text.charCodeAt(end))) end++;
  if (end === at || end - at > domainLabelBytesMax) return none;
  return text[at] === '-' || text[end - 1] === '-' ? none : end;
}

/** address-literal = "[" ( IPv4 / IPv6 / General ) "]" */
export function addressLiteral(text: string, at: number): number {
  const close = text.indexOf(']', at);
  if (text[at] !== '[' || close === -1) return none;
  const literal = text.slice(at + 1, close);
  const tagEnd = literal.indexOf(':');
  let valid: boolean;
  if (tagEnd === -1) valid = isIpv4(literal);
  else if (/^ipv6$/i.test(literal.slice(0, tagEnd))) valid = isIpv6(literal.slice(tagEnd + 1));
  else valid = isGeneralAddressLiteral(literal, tagEnd);
  return valid ? close + 1 : none;
}

function isIpv4(text: string): boolean {
  const octets = text.split('.');
  return octets.length === 4 && octets.every((o) => /^\d{1,3}$/.test(o) && Number(o) <= 255);
}

/** IPv6-full, IPv6-comp, IPv6v4-full, IPv6v4-comp (RFC 5321 §4.1.3). */
function isIpv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2) return false;
  let groups = 0;
  for (const [index, half] of halves.entries()) {
    const parts = half === '' ? [] : half.split(':');
    if (half === '' && halves.length === 1) return false;
    for (const [position, part] of parts.entries()) {
      const last = index === halves.length - 1 && position === parts.length - 1;
      if (last && part.includes('.')) {
        if (!isIpv4(part)) return false;
        groups += 2;
      } else if (/^[0-9a-f]{1,4}$/i.test(part)) groups++;
      else return false;
    }
  }
  // "::" stands for two groups of zeros or more.
  return halves.length === 2 ? groups <= 6 : groups === 8;
}

/** General-address-literal = Standardized-tag ":" 1*dcontent */
function isGeneralAddressLiteral(literal: string, tagEnd: number): boolean {
  const content = literal.slice(tagEnd + 1);
  return (
    /^[0-9a-z-]*[0-9a-z]$/i.test(literal.slice(0, tagEnd)) &&
    /^[\x21-\x5a\x5e-\x7e]+$/.test(content)
  );
}

const atextSpecials = new Set([..."!#$%&'*+-/=?^_`{|}~"].map((c) => c.charCodeAt(0)));

function isAtext(code: number): boolean {
  return isLetterOrDigit(code) || atextSpecials.has(code) || isBeyondAscii(code);
}

function isLabelCharacter(code: number): boolean {
  return isLetterOrDigit(code) || code === 0x2d || code === 0x5f || isBeyondAscii(code);
}

function isLetterOrDigit(code: number): boolean {
  const lower = code | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || (code >= 0x30 && code <= 0x39);
}

function isPrintable(code: number): boolean {
  return (code >= 0x20 && code <= 0x7e) || isBeyondAscii(code);
}

/** Not U+0080…U+009F: those are control characters too. */
function isBeyondAscii(code: number): boolean {
  return code >= 0xa0;
}
