/**
 * The few forms of DER (ITU-T X.690) that a certificate is made of: tag, length, content. Written
 * out because it is this little, and because a certificate then costs a millisecond and can be made
 * in the turn in which it is first asked for.
 */
export type Der = Uint8Array;

const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
  /** Context-specific, added to a number up to 30; with the second one it has elements inside. */
  context: 0x80,
  constructed: 0x20,
} as const;

export function sequence(...elements: readonly Der[]): Der {
  return element(tags.sequence, ...elements);
}

export function set(...elements: readonly Der[]): Der {
  return element(tags.set, ...elements);
}

/** `[number]` round whole elements. */
export function tagged(number: number, ...elements: readonly Der[]): Der {
  return element(tags.context | tags.constructed | number, ...elements);
}

/** `[number] IMPLICIT`, of a type without elements. */
export function taggedOctets(number: number, octets: Uint8Array): Der {
  return element(tags.context | number, octets);
}

/** True is the only value that is written: false is the default everywhere here. */
export function isTrue(): Der {
  return element(tags.boolean, Uint8Array.of(0xff));
}

/** Not negative, the most significant octet first. */
export function integer(octets: Uint8Array): Der {
  const start = octets.findIndex((octet) => octet !== 0);
  const digits = start === -1 ? Uint8Array.of(0) : octets.subarray(start);
  // A first bit that is set would make it negative.
  const sign = (digits[0] ?? 0) >= 0x80 ? Uint8Array.of(0) : new Uint8Array();
  return element(tags.integer, sign, digits);
}

export function bitString(octets: Uint8Array, unusedBits = 0): Der {
  return element(tags.bitString, Uint8Array.of(unusedBits), octets);
}

export function octetString(octets: Uint8Array): Der {
  return element(tags.octetString, octets);
}

export function utf8String(text: string): Der {
  return element(tags.utf8String, Buffer.from(text, 'utf8'));
}

/** Written with dots: `2.5.4.3`. */
export function objectIdentifier(dotted: string): Der {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return element(
    tags.objectIdentifier,
    Uint8Array.from([first * 40 + second, ...rest].flatMap(inBase128)),
  );
}

/** RFC 5280 §4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050; whole seconds. */
export function time(atMs: number): Der {
  const date = new Date(Math.floor(atMs / 1000) * 1000);
  const digits = date.toISOString().replaceAll(/\D/g, '').slice(0, 14);
  const isShort = date.getUTCFullYear() < 2050;
  const text = `${isShort ? digits.slice(2) : digits}Z`;
  return element(isShort ? tags.utcTime : tags.generalizedTime, Buffer.from(text, 'latin1'));
}

/** The elements inside one that has some, each whole. Only for what we or Node have written. */
export function elementsOf(der: Der): readonly Der[] {
  const found: Der[] = [];
  let at = contentStart(der, 0);
  const end = at + contentLength(der, 0);
  while (at < end) {
    const next = contentStart(der, at) + contentLength(der, at);
    found.push(der.subarray(at, next));
    at = next;
  }
  return found;
}

function contentLength(der: Der, at: number): number {
  const first = der[at + 1] ?? 0;
  if (first < 0x80) return first;
  return [...der.subarray(at + 2, at + 2 + (first & 0x7f))].reduce(
    (sum, octet) => sum * 256 + octet,
    0,
  );
}

function contentStart(der: Der, at: number): number {
  const first = der[at + 1] ?? 0;
  return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
}

function element(tag: number, ...content: readonly Uint8Array[]): Der {
  const joined = Buffer.concat(content);
  return Buffer.concat([Uint8Array.of(tag), lengthOctets(joined.length), joined]);
}

function lengthOctets(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return Uint8Array.of(0x80 | octets.length, ...octets);
}

/** Seven bits to an octet, all but the last with the eighth set. */
function inBase128(value: number): readonly number[] {
  const octets = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) {
    octets.unshift((rest % 128) | 0x80);
  }
  return octets;
}
