/** Character references of HTML: all numeric ones, and the names that mail uses. */

/** From U+00A0 on, in order. */
const latin1Names =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml';

const others =
  'amp:26 lt:3c gt:3e quot:22 apos:27 OElig:152 oelig:153 Scaron:160 scaron:161 Yuml:178 fnof:192 circ:2c6 tilde:2dc ensp:2002 emsp:2003 thinsp:2009 zwnj:200c zwj:200d lrm:200e rlm:200f ndash:2013 mdash:2014 lsquo:2018 rsquo:2019 sbquo:201a ldquo:201c rdquo:201d bdquo:201e dagger:2020 Dagger:2021 bull:2022 hellip:2026 permil:2030 prime:2032 Prime:2033 lsaquo:2039 rsaquo:203a euro:20ac trade:2122 larr:2190 uarr:2191 rarr:2192 darr:2193 harr:2194 check:2713 star:2606 starf:2605 hearts:2665 infin:221e ne:2260 le:2264 ge:2265 minus:2212 Alpha:391 Beta:392 Gamma:393 Delta:394 Omega:3a9 alpha:3b1 beta:3b2 gamma:3b3 delta:3b4 mu:3bc pi:3c0 omega:3c9 Zcaron:17d zcaron:17e Ccaron:10c ccaron:10d cacute:107 Lstrok:141 lstrok:142 sacute:15b Sacute:15a zacute:17a zdot:17c eogon:119 aogon:105 nacute:144 newline:a tab:9 commat:40 num:23 excl:21 dollar:24 percnt:25 lpar:28 rpar:29 comma:2c period:2e sol:2f colon:3a semi:3b equals:3d quest:3f lsqb:5b bsol:5c rsqb:5d lowbar:5f lcub:7b verbar:7c rcub:7d';

const names: ReadonlyMap<string, string> = new Map([
  ...latin1Names
    .split(' ')
    .map((name, i): [string, string] => [name, String.fromCharCode(0xa0 + i)]),
  ...others.split(' ').map((entry): [string, string] => {
    const [name = '', code = ''] = entry.split(':');
    return [name, String.fromCodePoint(Number.parseInt(code, 16))];
  }),
]);

export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#(\d{1,8})|#[xX]([0-9a-fA-F]{1,7})|([A-Za-z][A-Za-z0-9]{1,9}))(;?)/g,
    (all, decimal, hex, name, end) => {
      if (name !== undefined) {
        // A name without its semicolon counts only where it cannot be part of an address.
        return end === ';' || legacyNames.has(name) ? (names.get(name) ?? all) : all;
      }
      const code = decimal !== undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return characterOf(code);
    },
  );
}

const legacyNames: ReadonlySet<string> = new Set(['amp', 'lt', 'gt', 'quot', 'nbsp']);

function characterOf(code: number): string {
  if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return '\ufffd';
  // References to C1 controls mean windows-1252 in every browser.
  if (code >= 0x80 && code <= 0x9f) return windows1252[code - 0x80] ?? '\ufffd';
  return String.fromCodePoint(code);
}

const windows1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';
