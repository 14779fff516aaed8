/**
 * format=flowed (RFC 3676 §4): a line that ends in a space goes on in the next one of the same
 * quoting depth. Quote marks are written `> ` again; DelSp says that the space itself goes.
 */
interface Line {
  readonly depth: number;
  readonly text: string;
}

/** `text` has LF line ends; so has what comes back. */
export function unflow(text: string, delSp: boolean): string {
  const out: string[] = [];
  let open: string[] = [];
  let openDepth = 0;
  const close = () => {
    if (open.length > 0) out.push(quoteMarks(openDepth, open.join('')));
    open = [];
  };
  for (const raw of text.split('\n')) {
    const { depth, text: line } = splitLine(raw);
    if (open.length > 0 && depth !== openDepth) close();
    // The signature separator ends in a space and is never flowed (RFC 3676 §4.3).
    if (line === '-- ') {
      close();
      out.push(quoteMarks(depth, line));
      continue;
    }
    openDepth = depth;
    const flowed = line.endsWith(' ');
    open.push(flowed && delSp ? line.slice(0, -1) : line);
    if (!flowed) close();
  }
  close();
  return out.join('\n');
}

/** Quote marks counted off, then the one stuffed space (RFC 3676 §4.4). */
function splitLine(raw: string): Line {
  let depth = 0;
  while (raw.charCodeAt(depth) === 0x3e) depth++;
  const stuffed = raw.charCodeAt(depth) === 0x20 ? 1 : 0;
  return { depth, text: raw.slice(depth + stuffed) };
}

function quoteMarks(depth: number, text: string): string {
  return depth === 0 ? text : `${'>'.repeat(depth)} ${text}`;
}
