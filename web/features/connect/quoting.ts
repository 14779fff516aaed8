/** A user name typed into the page must stay one string in whatever it is pasted into. */

const controlEscapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Backslashes first, so that what is added is not escaped again; control characters cannot stand. */
function backslashed(text: string, quotes: RegExp): string {
  return text
    .replace(/\\/g, '\\\\')
    .replace(quotes, (character) => `\\${character}`)
    .replace(/[\n\r\t]/g, (character) => controlEscapes[character] ?? '');
}

/** JavaScript and PHP; PHP keeps `\n` as two characters there, which a user name never needs. */
export const quoteSingle = (text: string) => `'${backslashed(text, /'/g)}'`;

/** Python, Go, C#. */
export const quoteDouble = (text: string) => `"${backslashed(text, /"/g)}"`;

/** Single quotes, because double ones interpolate `#{…}`. */
export const quoteRuby = quoteSingle;

export const quoteYaml = (text: string) =>
  /^[A-Za-z0-9.][A-Za-z0-9.-]*$/.test(text) &&
  !/^(?:true|false|yes|no|on|off|null|[\d.]+)$/i.test(text)
    ? text
    : `"${backslashed(text, /"/g)}"`;

/** `.env` files: `$` would be taken for a variable. */
export const quoteEnv = (text: string) => `"${backslashed(text, /["$]/g)}"`;

export const quoteShell = (text: string) =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replace(/'/g, "'\\''")}'`;
