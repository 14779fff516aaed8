/**
 * Which hosts a message would contact if remote content were allowed. Only for telling the reader:
 * what is really blocked is decided by the Content-Security-Policy of the sandboxed document, so a
 * reference that this look misses is still not loaded.
 */

/**
 * Attributes and CSS functions that load by themselves; links that need a click are not among
 * them. Every repetition is bounded, so that a hostile body cannot make this slow.
 */
const loadingReference =
  /(?:\b(?:src|srcset|background|poster|data)\s{0,4}=\s{0,4}["']?|\burl\(\s{0,4}["']?|@import\s{1,4}["']|<link\b[^<>]{0,300}?\bhref\s{0,4}=\s{0,4}["']?)\s{0,4}(?:https?:)?\/\/([^\s/"'()<>?#]{1,253})/gi;

const hostsMax = 50;

export function remoteHosts(html: string): readonly string[] {
  const hosts = new Set<string>();
  for (const [, host] of html.matchAll(loadingReference)) {
    if (host !== undefined) hosts.add(host.toLowerCase());
    if (hosts.size === hostsMax) break;
  }
  return [...hosts];
}
