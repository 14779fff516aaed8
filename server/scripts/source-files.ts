/** The repository as the rules of `tidy.test.ts` see it: files, and which imports which. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

export interface SourceFile {
  /** From the root, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
  /** Tests, and what only tests use. */
  readonly isTest: boolean;
}

export interface Import {
  /** A path from the root, or the name of a package. */
  readonly target: string;
  readonly isOurs: boolean;
  readonly isTypeOnly: boolean;
}

const folders = ['server', 'db', 'web', 'e2e'];
/** Served as it is, asked for by address. */
const publicFolder = join('web', 'public');

export function readSourceFiles(): readonly SourceFile[] {
  const inFolders = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name))),
  );
  const atRoot = readdirSync(root).filter((name) => name.endsWith('.config.ts'));
  return [...inFolders, ...atRoot]
    .filter((path) => /\.(?:tsx?|mjs|css)$/.test(path) && !path.startsWith(publicFolder))
    .map((path) => readSourceFile(path.split(sep).join('/')))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

function readSourceFile(path: string): SourceFile {
  const text = readFileSync(join(root, path), 'utf8');
  // `…-from-source.mjs` is for sources only and not in the package.
  const isTest =
    /\.test\.tsx?$|-from-source\.mjs$|^server\/(?:testing|scripts)\/|^e2e\/|\.config\.ts$/.test(
      path,
    );
  return { path, text, isTest, imports: importsOf(path, text) };
}

/** Formatted code has one import to a statement, so lines are enough; comments cannot mislead. */
function importsOf(path: string, text: string): readonly Import[] {
  const found: Import[] = [];
  const add = (specifier: string | undefined, isTypeOnly: boolean) => {
    if (specifier === undefined) return;
    const isOurs = specifier.startsWith('.');
    const target = isOurs ? normalize(join(dirname(path), specifier)) : specifier;
    found.push({ target: target.split(sep).join('/'), isOurs, isTypeOnly });
  };
  const code = text.replaceAll(/^\s*(?:\*|\/\/).*$/gm, '');
  const statements = /^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm;
  for (const [, type, specifier] of code.matchAll(statements)) add(specifier, type !== undefined);
  for (const [, specifier] of code.matchAll(/\bimport\('([^']+)'\)/g)) add(specifier, false);
  for (const [, specifier] of code.matchAll(/@import\s+(?:url\()?'([^']+)'/g))
    add(specifier, false);
  return found;
}

/** Chains of imports that come back to where they started, each told once. */
export function findCycles(files: readonly SourceFile[]): readonly string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, chain: readonly string[]) => {
    const start = chain.indexOf(path);
    if (start !== -1) cycles.push([...chain.slice(start), path].join(' → '));
    if (start !== -1 || done.has(path)) return;
    for (const { target, isOurs, isTypeOnly } of byPath.get(path)?.imports ?? []) {
      if (isOurs && !isTypeOnly) visit(target, [...chain, path]);
    }
    done.add(path);
  };
  for (const { path } of files) visit(path, []);
  return cycles;
}
