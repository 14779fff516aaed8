/** What was read of some messages, in the form in which it goes from thread to thread. */
import type { Filing } from '../../db/message-filing.ts';

export interface FilingBatch {
  /** These follow `afterSeq` without a gap: what is missing between is gone. */
  readonly afterSeq: number;
  readonly upToSeq: number;
  /** JSON, because many small objects cost more to hand over than to write down. */
  readonly packed: Uint8Array<ArrayBuffer>;
}

export function packFilings(
  filings: readonly Filing[],
  range: { readonly afterSeq: number; readonly upToSeq: number },
): FilingBatch {
  return { ...range, packed: new TextEncoder().encode(JSON.stringify(filings)) };
}

export function unpackFilings({ packed }: FilingBatch): readonly Filing[] {
  // Written by `packFilings` and by nothing else.
  return JSON.parse(Buffer.from(packed.buffer).toString()) as readonly Filing[];
}
