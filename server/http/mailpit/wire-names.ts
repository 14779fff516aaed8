/**
 * Names of header fields as Go writes them: `Content-Type`, not `content-type`. They mean the same
 * (RFC 9110 §5.1), but scripts look for the one they have always seen.
 */
import type { ServerResponse } from 'node:http';
import { canonicalName } from './header-record.ts';

export function writeCanonicalNames(outgoing: ServerResponse): void {
  const writeHead = outgoing.writeHead.bind(outgoing);
  outgoing.writeHead = ((status: number, ...rest: readonly unknown[]) => {
    const [headers] = rest;
    if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) {
      return Reflect.apply(writeHead, outgoing, [status, ...rest]);
    }
    const named = Object.entries(headers).map(([name, value]) => [canonicalName(name), value]);
    return writeHead(status, Object.fromEntries(named));
  }) as ServerResponse['writeHead'];
}
