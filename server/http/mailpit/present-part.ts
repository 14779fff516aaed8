/** Octets that a stranger wrote: shown where they can only be looked at, else saved. */
import type { DecodedPart } from '../../storage/types.ts';
import { inertPolicy } from '../security/headers.ts';

/** SVG is a document, PDF a program's input; both are handed over, but not shown in the page. */
const inertTypes: ReadonlySet<string> = new Set([
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/avif',
  'text/plain',
]);

export function presentPart(part: DecodedPart): Response {
  const type = /^[\w!#$&^.+-]{1,100}\/[\w!#$&^.+-]{1,100}$/.test(part.mediaType)
    ? part.mediaType.toLowerCase()
    : 'application/octet-stream';
  const isInert = inertTypes.has(type);
  const name = pathEscaped(part.fileName ?? '');
  return new Response(part.octets, {
    headers: {
      'Content-Type': type,
      'Content-Disposition': `${isInert ? 'inline' : 'attachment'}; filename="${name}"`,
      'Content-Security-Policy': inertPolicy,
      // Shown inside the HTML of its message, a document whose origin is never the same as ours.
      'Cross-Origin-Resource-Policy': 'cross-origin',
    },
  });
}

export function pathEscaped(name: string): string {
  return encodeURIComponent(name.replace(/\p{Cs}/gu, '_')).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
