/**
 * HTML of a message for programs that read it: as it was sent but for `cid:` references. What it
 * could do in a browser is decided by the policy of the response: no scripts, no forms, an origin
 * of its own, and nothing from elsewhere.
 */
export function withCidUrls(html: string, cidUrl: (contentId: string) => string | null): string {
  return html.replace(/(["'(=]\s*)cid:([^"'()\s<>]{1,1000})/gi, (whole, before: string, id) => {
    const url = cidUrl(decodeCid(String(id)));
    return url === null ? whole : `${before}${url}`;
  });
}

/** RFC 2392 §2: the Content-ID in a `cid:` URL is percent-encoded; many senders do not. */
function decodeCid(contentId: string): string {
  try {
    return decodeURIComponent(contentId.replaceAll('&amp;', '&'));
  } catch (error) {
    if (error instanceof URIError) return contentId;
    throw error;
  }
}
