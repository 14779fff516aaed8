/** The header of a message as an object: canonical names, sorted, to the values in order. */
import type { HeaderField } from '../../message/types.ts';

export function headerRecord(
  fields: readonly Pick<HeaderField, 'name' | 'rawValue'>[],
): Readonly<Record<string, readonly string[]>> {
  const byName = new Map<string, string[]>();
  for (const { name, rawValue } of fields) {
    const key = canonicalName(name);
    const values = byName.get(key);
    if (values === undefined) byName.set(key, [rawValue]);
    else values.push(rawValue);
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
