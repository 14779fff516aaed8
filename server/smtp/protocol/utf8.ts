/** Lines come as one character per octet; where they are not ASCII they must be UTF-8 (RFC 6531 §3.3). */

export function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}

/** `null` when the octets are not UTF-8. */
export function decodeUtf8(octets: string): string | null {
  if (isAscii(octets)) return octets;
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    return decoder.decode(Buffer.from(octets, 'latin1'));
  } catch {
    // The only way in which a fatal decoder reports malformed input.
    return null;
  }
}
