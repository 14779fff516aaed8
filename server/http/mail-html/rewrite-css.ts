/** Resolves `url(cid:…)` in CSS; every other octet stays as it is. */

/** Also the ways in which quotes are written inside an attribute. */
const quote = '(?:["\']|&quot;|&apos;|&#0*3[49];|&#x0*2[27];)';
const cidUrl = new RegExp(`(url\\(\\s{0,20}${quote}?)cid:([^"'()<>\\s\\\\&]{1,500})`, 'gi');

export function rewriteCss(css: string, cidUrlOf: (contentId: string) => string | null): string {
  return css.replace(cidUrl, (whole: string, before: string, contentId: string) => {
    const url = cidUrlOf(contentId);
    return url === null ? whole : before + url;
  });
}
