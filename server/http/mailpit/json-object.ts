/**
 * Request bodies as Go's decoder reads them, since that is what clients were tried against: names
 * in any case, unknown names ignored, `null` as if it were absent, only the first value read. A
 * value of the wrong type is refused.
 */
import { badRequest } from './answers.ts';

export class JsonObject {
  readonly #fields: readonly (readonly [name: string, value: unknown])[];

  constructor(value: object) {
    this.#fields = Object.entries(value);
  }

  text(name: string): string | null {
    const value = this.#value(name);
    if (value === null) return null;
    if (typeof value !== 'string') throw wrongType(value, name, 'string');
    return value;
  }

  flag(name: string): boolean {
    const value = this.#value(name);
    if (value === null) return false;
    if (typeof value !== 'boolean') throw wrongType(value, name, 'bool');
    return value;
  }

  wholeNumber(name: string): number | null {
    const value = this.#value(name);
    if (value === null) return null;
    if (!Number.isSafeInteger(value)) throw wrongType(value, name, 'int');
    return Number(value);
  }

  texts(name: string): readonly string[] {
    const list = this.#list(name, '[]string');
    return list.map((item) => {
      if (item === null) return '';
      if (typeof item !== 'string') throw wrongType(item, name, 'string');
      return item;
    });
  }

  object(name: string): JsonObject | null {
    const value = this.#value(name);
    if (value === null) return null;
    if (typeof value !== 'object' || Array.isArray(value)) throw wrongType(value, name, 'struct');
    return new JsonObject(value);
  }

  objects(name: string): readonly JsonObject[] {
    const list = this.#list(name, '[]struct');
    return list.map((item) => {
      if (item === null) return new JsonObject({});
      if (typeof item !== 'object' || Array.isArray(item)) throw wrongType(item, name, 'struct');
      return new JsonObject(item);
    });
  }

  /** Every field as text, under its own name. */
  textFields(): readonly (readonly [name: string, value: string])[] {
    return this.#fields.map(([name, value]) => {
      if (typeof value !== 'string') throw wrongType(value, name, 'string');
      return [name, value];
    });
  }

  #list(name: string, wanted: string): readonly unknown[] {
    const value = this.#value(name);
    if (value === null) return [];
    if (!Array.isArray(value)) throw wrongType(value, name, wanted);
    return value;
  }

  /** Of several that differ in case only, the last. */
  #value(name: string): unknown {
    const folded = name.toLowerCase();
    const found = this.#fields.findLast(([given]) => given.toLowerCase() === folded);
    return found?.[1] ?? null;
  }
}

/** Refuses what is no JSON, and JSON that is no object. */
export function parseJsonObject(text: string): JsonObject {
  const value = parseFirstValue(text);
  if (value === null) return new JsonObject({});
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw badRequest(`json: cannot unmarshal ${typeName(value)} into an object`);
  }
  return new JsonObject(value);
}

function parseFirstValue(text: string): unknown {
  const start = text.search(/[^\t\n\r ]/);
  if (start === -1) throw badRequest('EOF');
  const end = endOfValue(text, start);
  try {
    return JSON.parse(text.slice(start, end));
  } catch {
    const first = String.fromCodePoint(text.codePointAt(start) ?? 0);
    throw badRequest(
      /[[{"tfn\d-]/.test(first)
        ? 'invalid JSON: the request body does not parse'
        : `invalid character '${first}' looking for beginning of value`,
    );
  }
}

/** Where the object or list that begins at `start` is closed; for other values, where a gap is. */
function endOfValue(text: string, start: number): number {
  const tokens = /"(?:[^"\\]|\\.)*"|[[\]{}]/gsy;
  if (!/[[{]/.test(text.charAt(start))) return text.length;
  let depth = 0;
  for (let at = start; at < text.length; ) {
    tokens.lastIndex = at;
    const [token] = tokens.exec(text) ?? [];
    if (token === '{' || token === '[') depth += 1;
    if (token === '}' || token === ']') depth -= 1;
    at += token?.length ?? 1;
    if (depth === 0) return at;
  }
  return text.length;
}

function wrongType(value: unknown, name: string, wanted: string): Error {
  return badRequest(
    `json: cannot unmarshal ${typeName(value)} into field .${name.slice(0, 100)} of type ${wanted}`,
  );
}

function typeName(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
