/** Where a thread's program lies, and what Node needs to run it: from sources a loader, built nothing. */
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export interface ThreadEntry {
  readonly entry: URL;
  readonly execArgv: readonly string[];
}

export function threadEntry(name: 'writer-thread' | 'query-thread'): ThreadEntry {
  const extension = extname(fileURLToPath(import.meta.url));
  const entry = new URL(`./${name}${extension}`, import.meta.url);
  if (extension !== '.ts') return { entry, execArgv: [] };
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx'));
  return { entry, execArgv: ['--import', loader.href] };
}
