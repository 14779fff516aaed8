/** Where a thread's program lies. Built, Node runs it as it is; from sources a loader comes first. */
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface ThreadEntry {
  readonly file: URL;
  readonly argv: readonly string[];
}

type ThreadName = 'writer-thread' | 'index-thread' | 'query-thread' | 'checkpoint-thread';

export function threadEntry(name: ThreadName): ThreadEntry {
  const extension = extname(fileURLToPath(import.meta.url));
  const program = new URL(`./${name}${extension}`, import.meta.url);
  if (extension !== '.ts') return { file: program, argv: [] };
  return { file: new URL('./thread-from-source.mjs', import.meta.url), argv: [program.href] };
}
