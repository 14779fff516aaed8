/**
 * Files of the built page. Only plain names below the directory are served: no dot segments, no
 * links out of it. A ready `.br` or `.gz` beside a file is sent where the client takes it; without
 * one, text is compressed. What was sent is kept: a first visit asks for several files at once, and
 * looking for each of them on the disk takes longer than all the rest.
 */
import { readFile, realpath, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

export interface StaticFile {
  readonly octets: Uint8Array;
  readonly mediaType: string;
  readonly encoding: 'br' | 'gzip' | null;
  /** The name holds a hash of the content, so it never changes. */
  readonly immutable: boolean;
}

export interface StaticFiles {
  /** `path` as in the URL, decoded; `null` when there is no such file. */
  read(path: string, acceptEncoding: string): Promise<StaticFile | null>;
}

const mediaTypes: ReadonlyMap<string, string> = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.json', 'application/json'],
  ['.webmanifest', 'application/manifest+json'],
  ['.txt', 'text/plain; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.ico', 'image/x-icon'],
  ['.webp', 'image/webp'],
  ['.woff2', 'font/woff2'],
]);

const compressible = new Set(['.html', '.js', '.css', '.json', '.webmanifest', '.txt', '.svg']);
const compressFromBytes = 1024;
const keptMax = 64;

export function createStaticFiles(directory: string): StaticFiles {
  const kept = new Map<string, Kept>();

  async function load(file: Found, path: string, acceptEncoding: string): Promise<StaticFile> {
    const ending = extname(path);
    const facts = {
      mediaType: mediaTypes.get(ending) ?? 'application/octet-stream',
      immutable: path.startsWith('/assets/') && hasHash(path),
    };
    if (compressible.has(ending)) {
      for (const [encoding, suffix] of readyMade) {
        const ready = accepts(acceptEncoding, encoding)
          ? await find(directory, path + suffix)
          : null;
        if (ready !== null) return { ...facts, encoding, octets: await readFile(ready.path) };
      }
    }
    const octets = await readFile(file.path);
    const worthIt = compressible.has(ending) && octets.length >= compressFromBytes;
    return worthIt && accepts(acceptEncoding, 'gzip')
      ? { ...facts, encoding: 'gzip', octets: await promisify(gzip)(octets, { level: 9 }) }
      : { ...facts, encoding: null, octets };
  }

  return {
    async read(path, acceptEncoding) {
      const encodings = readyMade.filter(([name]) => accepts(acceptEncoding, name)).join();
      const key = `${path} ${encodings}`;
      const last = kept.get(key);
      if (last !== undefined && (last.file.immutable || (await isAsItWas(last.found)))) {
        return last.file;
      }
      const found = isPlain(path) ? await find(directory, path) : null;
      if (found === null) {
        kept.delete(key);
        return null;
      }
      const file = await load(found, path, acceptEncoding);
      const oldest = kept.keys().next();
      if (kept.size >= keptMax && !oldest.done) kept.delete(oldest.value);
      kept.set(key, { file, found });
      return file;
    },
  };
}

interface Kept {
  readonly file: StaticFile;
  readonly found: Found;
}

const readyMade = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

interface Found {
  readonly path: string;
  readonly changedAtMs: number;
}

async function find(directory: string, path: string): Promise<Found | null> {
  try {
    const root = await realpath(directory);
    const real = await realpath(join(root, path));
    if (!real.startsWith(root + sep)) return null;
    const facts = await stat(real);
    return facts.isFile() ? { path: real, changedAtMs: facts.mtimeMs } : null;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return null;
    throw error;
  }
}

/** A new build is seen. */
async function isAsItWas({ path, changedAtMs }: Found): Promise<boolean> {
  const facts = await stat(path).catch(() => null);
  return facts?.mtimeMs === changedAtMs;
}

/** Eight characters of base64url, as the bundler appends; all small letters may be a word. */
function hasHash(path: string): boolean {
  const hash = /-([\w-]{8})\.\w+$/.exec(path)?.[1];
  return hash !== undefined && /[^a-z]/.test(hash);
}

/** Every segment a visible name; so no dot segments, hidden files, separators of other systems. */
function isPlain(path: string): boolean {
  return /^(?:\/[\w@~+-][\w.@~+-]*)+$/.test(path) && path.length <= 1000;
}

function accepts(acceptEncoding: string, encoding: string): boolean {
  return acceptEncoding.split(',').some((item) => {
    const [name, weight] = item.split(';');
    return name?.trim().toLowerCase() === encoding && !/^\s*q=0(?:\.0*)?\s*$/.test(weight ?? '');
  });
}
