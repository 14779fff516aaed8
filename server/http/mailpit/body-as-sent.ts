/** The text or HTML of a message with the line ends that were sent, which clients compare. */
import { decodeCharset } from '../../message/charsets.ts';
import { htmlToText } from '../../message/html-text.ts';
import type { MessageDetail, PartSummary, Storage } from '../../storage/types.ts';

/** Beyond it the text that is cut, with line ends of one kind, will do. */
const encodedBytesMax = 1024 * 1024;

/** `null` when there is no such part. */
export async function bodyAsSent(
  storage: Pick<Storage, 'part'>,
  message: MessageDetail,
  kind: 'text' | 'html',
): Promise<string | null> {
  const parts = leavesOf(message.root).filter(({ role }) => role === kind);
  const encodedBytes = parts.reduce((sum, part) => sum + part.encodedBytes, 0);
  if (parts.length === 0 || encodedBytes > encodedBytesMax) return message[kind];
  const texts: string[] = [];
  for (const { path } of parts) {
    const part = await storage.part(message.id, path);
    if (part !== null) texts.push(decodeCharset(part.octets, part.charset));
  }
  return texts.filter((text, i) => text !== '' || i === 0).join('\n');
}

/** Of a message that is HTML alone, what can be read in it: so clients find their words in `Text`. */
export async function textAsSent(
  storage: Pick<Storage, 'part'>,
  message: MessageDetail,
): Promise<string> {
  const text = await bodyAsSent(storage, message, 'text');
  if (text !== null) return text;
  return message.html === null ? '' : htmlToText(message.html);
}

function leavesOf(part: PartSummary): readonly PartSummary[] {
  return part.children.length === 0 ? [part] : part.children.flatMap(leavesOf);
}
