/** Line ends of messages that come from files and pipes. */
const cr = 0x0d;
const lf = 0x0a;
const dot = 0x2e;

/** LF alone becomes CRLF; CRLF and CR stay. Text from a pipe often has both. */
export function withCrlf(octets: Buffer): Buffer {
  return insertBefore(octets, cr, (at) => octets[at] === lf && octets[at - 1] !== cr);
}

/**
 * A message in a file whose lines all end with LF was stored the way Unix stores text: it gets its
 * CRLF back. One with a CRLF anywhere is taken as it is, octet for octet.
 */
export function asTransmitted(octets: Buffer): Buffer {
  return octets.includes('\r\n') ? octets : withCrlf(octets);
}

/** The inverse, for a mailbox file: only where every line end is CRLF. */
export function asStoredOnUnix(octets: Buffer): Buffer {
  const text = octets.toString('latin1');
  return /(?<!\r)\n|\r(?!\n)/.test(text)
    ? octets
    : Buffer.from(text.replaceAll('\r\n', '\n'), 'latin1');
}

/** RFC 5321 §4.5.2, and a line end after the last line, which DATA cannot do without. */
export function dotStuffed(octets: Buffer): Buffer {
  const stuffed = insertBefore(octets, dot, (at) => {
    const startsLine = at === 0 || (octets[at - 1] === lf && octets[at - 2] === cr);
    return octets[at] === dot && startsLine;
  });
  const ends = octets.length === 0 || octets.subarray(-2).toString('latin1') === '\r\n';
  return ends ? stuffed : Buffer.concat([stuffed, Buffer.from('\r\n')]);
}

function insertBefore(octets: Buffer, added: number, where: (at: number) => boolean): Buffer {
  const pieces: Buffer[] = [];
  let copied = 0;
  for (let at = 0; at < octets.length; at++) {
    if (!where(at)) continue;
    pieces.push(octets.subarray(copied, at), Buffer.of(added));
    copied = at;
  }
  return pieces.length === 0 ? octets : Buffer.concat([...pieces, octets.subarray(copied)]);
}
