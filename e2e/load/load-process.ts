/** A process of the generator: gets ready for a share, starts on the word, tells what it did. */
import { ShareRun } from './run-share.ts';
import type { LoadShare, ShareResult } from './types.ts';

export type ToProcess =
  | { readonly kind: 'prepare'; readonly share: LoadShare }
  | { readonly kind: 'start'; readonly atMs: number };

export type FromProcess =
  | { readonly kind: 'up' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly result: ShareResult }
  | { readonly kind: 'failed'; readonly text: string };

let prepared: ShareRun | null = null;

process.on('message', (message: ToProcess) => {
  handle(message).catch((error: unknown) => {
    tell({ kind: 'failed', text: error instanceof Error ? (error.stack ?? '') : String(error) });
  });
});
// Whoever started us is gone.
process.on('disconnect', () => process.exit(0));
tell({ kind: 'up' });

async function handle(message: ToProcess): Promise<void> {
  if (message.kind === 'prepare') {
    prepared = new ShareRun(message.share);
    await prepared.prepare();
    tell({ kind: 'ready' });
  } else if (prepared !== null) {
    const run = prepared;
    prepared = null;
    tell({ kind: 'done', result: await run.run(message.atMs) });
  }
}

function tell(message: FromProcess): void {
  process.send?.(message);
}
