/**
 * Mailbox files (RFC 4155): messages one after the other, each after a line that starts with
 * "From " and follows an empty line. In the text such lines are quoted with ">". In mboxrd quoted
 * ones too, so it can be undone; in mboxo only "From " itself, so ">>From " is left alone.
 */
export type MboxFormat = 'mboxrd' | 'mboxo';

export interface MboxMessage {
  readonly octets: Buffer;
  /** The address of the "From " line, `''` when there is none. */
  readonly sender: string;
}

const fromLine = Buffer.from('From ');

export function isMbox(start: Buffer): boolean {
  return start.subarray(0, fromLine.length).equals(fromLine);
}

/** Reads from chunks of any size and holds one message at a time. */
export async function* readMbox(
  chunks: AsyncIterable<Buffer>,
  format: MboxFormat,
): AsyncGenerator<MboxMessage> {
  let lines: Buffer[] = [];
  let sender: string | null = null;
  let afterEmptyLine = true;
  for await (const line of linesOf(chunks)) {
    if (afterEmptyLine && isMbox(line)) {
      if (sender !== null) yield messageOf(lines, sender);
      sender = senderOf(line);
      lines = [];
    } else lines.push(unquoted(line, format));
    afterEmptyLine = isEmptyLine(line);
  }
  if (sender !== null) yield messageOf(lines, sender);
}

/** The inverse, always mboxrd, whose quoting loses nothing. `octets` as stored on this system. */
export function mboxEntry(message: {
  readonly octets: Buffer;
  readonly sender: string;
  readonly at: Date;
}): Buffer {
  const { octets, sender, at } = message;
  const quoted = octets.toString('latin1').replaceAll(/^(>*From )/gm, '>$1');
  const end = quoted.endsWith('\n') ? '\n' : '\n\n';
  return Buffer.from(`From ${sender || 'MAILER-DAEMON'} ${asctime(at)}\n${quoted}${end}`, 'latin1');
}

function messageOf(lines: Buffer[], sender: string): MboxMessage {
  // The empty line before the next "From " belongs to the format, not to the message.
  const last = lines.at(-1);
  const kept = last !== undefined && isEmptyLine(last) ? lines.slice(0, -1) : lines;
  return { octets: Buffer.concat(kept), sender };
}

function senderOf(line: Buffer): string {
  const [, sender = ''] = /^From (\S+)/.exec(line.toString('utf8')) ?? [];
  return sender.includes('@') ? sender : '';
}

function isEmptyLine(line: Buffer): boolean {
  const text = line.toString('latin1');
  return text === '\n' || text === '\r\n';
}

function unquoted(line: Buffer, format: MboxFormat): Buffer {
  if (line[0] !== 0x3e) return line;
  const pattern = format === 'mboxrd' ? /^>+From / : /^>From /;
  return pattern.test(line.toString('latin1', 0, 200)) ? line.subarray(1) : line;
}

/** Each with its line end; the last may have none. */
async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let pending: Buffer[] = [];
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf('\n'); end !== -1; end = chunk.indexOf('\n', start)) {
      const line = chunk.subarray(start, end + 1);
      yield pending.length === 0 ? line : Buffer.concat([...pending, line]);
      pending = [];
      start = end + 1;
    }
    if (start < chunk.length) pending.push(chunk.subarray(start));
  }
  if (pending.length > 0) yield Buffer.concat(pending);
}

/** `Thu Jan  1 00:00:00 2026`, in UTC as RFC 4155 wants it. */
function asctime(at: Date): string {
  const [, day, date, month, year, time] =
    /^(\w+), (\d+) (\w+) (\d+) ([\d:]+)/.exec(at.toUTCString()) ?? [];
  return `${day} ${month} ${String(Number(date)).padStart(2)} ${time} ${year}`;
}
