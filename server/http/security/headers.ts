/** Header fields of every answer; a route may set its own policy first. */

/** For everything that is not made to be rendered: should it be, nothing in it acts. */
export const inertPolicy = "default-src 'none'; sandbox; frame-ancestors 'none'";

export const pagePolicy = [
  "default-src 'self'",
  // Components position themselves by style attributes; style elements stay forbidden.
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const defaults: Readonly<Record<string, string>> = {
  'Content-Security-Policy': inertPolicy,
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  // Resolving the names in a message would tell its sender that it was opened.
  'X-DNS-Prefetch-Control': 'off',
};

export function secureHeaders(headers: Headers): void {
  for (const [name, value] of Object.entries(defaults)) {
    if (!headers.has(name)) headers.set(name, value);
  }
}

/**
 * No scripts, no forms, an origin of its own. Only its own inline images load, the rest only when
 * the reader allows it. `'self'` is for hosts that a source cannot name (IPv6 literals).
 */
export function mailPolicy(ownImages: string, remoteAllowed = false): string {
  const remote = remoteAllowed ? ' https: http:' : '';
  const images = ownImages.includes('[') ? "'self'" : ownImages;
  return [
    'sandbox allow-popups allow-popups-to-escape-sandbox',
    "default-src 'none'",
    `style-src 'unsafe-inline'${remote}`,
    `img-src data: ${images}${remote}`,
    `font-src data:${remote}`,
    `media-src data:${remote}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
  ].join('; ');
}
