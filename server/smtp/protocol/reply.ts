/**
 * A reply as a value, and its wire form (RFC 5321 §4.2; enhanced status RFC 2034 §4, RFC 3463 §2).
 * Replies that never vary are built once when the catalogue is loaded, so sending one costs nothing.
 */
import { replyLineBytesMax } from './limits.ts';

export interface Reply {
  readonly code: number;
  /** `5.5.1`; `null` where the standard wants none: greeting, EHLO, HELO and 3yz. */
  readonly enhanced: string | null;
  /** As sent, without CRLF: one entry a line. */
  readonly wireLines: readonly string[];
  readonly wire: string;
  /** Not what this server would have said by itself. */
  readonly injected: boolean;
}

export function reply(code: number, enhanced: string | null, ...texts: string[]): Reply {
  const status = enhanced === null ? '' : `${enhanced} `;
  const wireLines = texts.map((text, index) => {
    const separator = index < texts.length - 1 ? '-' : ' ';
    return printable(`${code}${separator}${status}${text}`).slice(0, replyLineBytesMax - 2);
  });
  return { code, enhanced, wireLines, wire: `${wireLines.join('\r\n')}\r\n`, injected: false };
}

export function injected(reply: Reply): Reply {
  return { ...reply, injected: true };
}

/** Reply text is printable ASCII (RFC 5321 §4.2): nothing echoed can forge a line or colour a log. */
function printable(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : text.replace(/[^\x20-\x7e]/g, '?');
}
