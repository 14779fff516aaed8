/** The header of a message as an object: canonical names, sorted, to the values in order. */
import { decodeBinaryString } from '../../message/charsets.ts';
import { readRawHeader } from '../../message/raw-header.ts';

export interface NamedValue {
  readonly name: string;
  readonly value: string;
}

/**
 * The fields as Go unfolds them: the lines of one without the blanks at their ends, and a space
 * between them, where RFC 5322 §2.2.3 would keep the blanks of the continuation.
 */
export function readFields(raw: Uint8Array): readonly NamedValue[] {
  const octets = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  return readRawHeader(octets).fields.map(({ start, end }) => {
    const text = octets.toString('latin1', start, end);
    const colon = text.indexOf(':');
    const lines = text.slice(colon + 1).split(/\r?\n/);
    const value = lines.map((line) => line.replaceAll(/^[ \t]+|[ \t]+$/g, '')).join(' ');
    return { name: text.slice(0, colon).trimEnd(), value: decodeBinaryString(value).trim() };
  });
}

export function headerRecord(
  fields: readonly NamedValue[],
): Readonly<Record<string, readonly string[]>> {
  const byName = new Map<string, string[]>();
  for (const { name, value } of fields) {
    const key = canonicalName(name);
    const values = byName.get(key);
    if (values === undefined) byName.set(key, [value]);
    else values.push(value);
  }
  // Without a prototype: a field may be called `__proto__`.
  const record: Record<string, readonly string[]> = Object.create(null);
  for (const key of [...byName.keys()].sort()) record[key] = byName.get(key) ?? [];
  return record;
}

/** `message-ID` → `Message-Id`; what is no token stays as it is. */
export function canonicalName(name: string): string {
  if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name)) return name;
  return name
    .toLowerCase()
    .replace(/(^|-)([a-z])/g, (_, gap, letter) => gap + letter.toUpperCase());
}
