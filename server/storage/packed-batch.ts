/** A batch as it crosses threads: all octets once, in one buffer that is handed over. */
import { type AppendRow, toAppendRow } from '../../db/rows.ts';
import type { QueuedMessage } from './intake.ts';
import type { AppendItem } from './writer.ts';

interface PackedItem {
  readonly row: Omit<AppendRow, 'raw'>;
  readonly rawBytes: number;
  readonly arrivedAtMs: number | null;
}

export interface PackedBatch {
  readonly items: readonly PackedItem[];
  /** The octets of one message after the other. */
  readonly octets: ArrayBuffer;
}

export function packBatch(batch: readonly QueuedMessage[]): PackedBatch {
  const sizes = batch.map(({ message }) => bytesOf(message.raw));
  const octets = new Uint8Array(sizes.reduce((sum, bytes) => sum + bytes, 0));
  let end = 0;
  const items = batch.map(({ message, arrivedAtMs }, index) => {
    for (const chunk of message.raw) {
      octets.set(chunk, end);
      end += chunk.byteLength;
    }
    const { raw: _apart, ...row } = toAppendRow(message, noOctets);
    return { row, rawBytes: sizes[index] ?? 0, arrivedAtMs };
  });
  return { items, octets: octets.buffer };
}

export function unpackBatch({ items, octets }: PackedBatch): readonly AppendItem[] {
  let end = 0;
  return items.map(({ row, rawBytes, arrivedAtMs }) => {
    const start = end;
    end += rawBytes;
    return { row: { ...row, raw: Buffer.from(octets, start, rawBytes) }, arrivedAtMs };
  });
}

/** For a writer in this thread. */
export function toAppendItems(batch: readonly QueuedMessage[]): readonly AppendItem[] {
  return batch.map(({ message, arrivedAtMs }) => ({
    row: toAppendRow(message, Buffer.concat(message.raw)),
    arrivedAtMs,
  }));
}

const noOctets = new Uint8Array();

function bytesOf(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
}
