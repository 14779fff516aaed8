/**
 * Content-Disposition for names that a sender chose (RFC 6266 §4): a fallback of harmless ASCII
 * and the full name as `filename*` (RFC 8187). Path separators, control characters and characters
 * that reverse or hide text never get through, so that `gnp.exe` cannot pose as `exe.png`.
 */
export function contentDisposition(type: 'inline' | 'attachment', fileName: string): string {
  const name = safeFileName(fileName);
  const fallback = name.replace(/[^\x20-\x7e]/g, '_').replace(/["\\%]/g, '_');
  const plain = `${type}; filename="${fallback}"`;
  return fallback === name ? plain : `${plain}; filename*=UTF-8''${encodeExtended(name)}`;
}

const nameCharactersMax = 150;

function safeFileName(fileName: string): string {
  const cleaned = fileName
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '')
    .replace(/[/\\:*?"<>|]/g, '_')
    // A leading dot hides the file, a trailing dot or space is dropped by some file systems.
    .replace(/^[.\s]+/, '')
    .trimEnd();
  const characters = Array.from(cleaned);
  const dot = characters.lastIndexOf('.');
  const ending = dot > 0 && characters.length - dot <= 16 ? characters.slice(dot) : [];
  const short =
    characters.length <= nameCharactersMax
      ? characters
      : [...characters.slice(0, nameCharactersMax - ending.length), ...ending];
  const name = short.join('').replace(/\.$/, '');
  return name === '' ? 'unnamed' : name;
}

/** RFC 8187 §3.2.1: `attr-char` stays, every other octet is written in hexadecimal. */
function encodeExtended(name: string): string {
  return encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
