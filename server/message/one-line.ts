/**
 * Text for one line of a list: folding becomes one space, other control characters do too. An
 * encoded word may hold line breaks; this is why they never become structure anywhere.
 */
export function oneLine(text: string): string {
  if (!hasControl(text)) return text;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\r\n]+[ \t]*|[\u0000-\u001f\u007f]/g, ' ');
}

function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
}
