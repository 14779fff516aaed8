/**
 * A batch as it crosses threads: all octets once, in one buffer that is handed over, and the rest as
 * lists of plain values, because objects cost several times as much to hand over and to put together.
 */
import { type AppendRow, toAppendRow } from '../../db/rows.ts';
import type { StoreOutcome } from '../../db/types.ts';
import type { QueuedMessage } from './intake.ts';
import type { AppendItem } from './writer.ts';

type PackedItem = readonly [
  id: string,
  receivedAtMs: number,
  sizeBytes: number,
  reversePath: string,
  forwardPaths: string,
  recipientCount: number,
  tls: AppendRow['tls'],
  authUser: string | null,
  listener: string,
  trace: string,
  rawBytes: number,
  arrivedAtMs: number | null,
];

export interface PackedBatch {
  readonly items: readonly PackedItem[];
  /** The octets of one message after the other. */
  readonly octets: ArrayBuffer;
}

export function packBatch(batch: readonly QueuedMessage[]): PackedBatch {
  const sizes = batch.map(({ message }) => bytesOf(message.raw));
  const octets = new Uint8Array(sizes.reduce((sum, bytes) => sum + bytes, 0));
  let end = 0;
  const items = batch.map(({ message, arrivedAtMs }, index): PackedItem => {
    for (const chunk of message.raw) {
      octets.set(chunk, end);
      end += chunk.byteLength;
    }
    const row = toAppendRow(message, noOctets);
    return [
      row.id,
      row.receivedAtMs,
      row.sizeBytes,
      row.reversePath,
      row.forwardPaths,
      row.recipientCount,
      row.tls,
      row.authUser,
      row.listener,
      row.trace,
      sizes[index] ?? 0,
      arrivedAtMs,
    ];
  });
  return { items, octets: octets.buffer };
}

export function unpackBatch({ items, octets }: PackedBatch): readonly AppendItem[] {
  let end = 0;
  return items.map((item) => {
    const start = end;
    end += item[10];
    const row: AppendRow = {
      id: item[0],
      receivedAtMs: item[1],
      sizeBytes: item[2],
      reversePath: item[3],
      forwardPaths: item[4],
      recipientCount: item[5],
      tls: item[6],
      authUser: item[7],
      listener: item[8],
      trace: item[9],
      raw: Buffer.from(octets, start, item[10]),
    };
    return { row, arrivedAtMs: item[11] };
  });
}

/** What came of a batch: where all are stored, the seq of the first says everything. */
export type PackedOutcomes = number | readonly StoreOutcome[];

export function packOutcomes(outcomes: readonly StoreOutcome[]): PackedOutcomes {
  const [first] = outcomes;
  if (first?.kind !== 'stored') return outcomes;
  const inOrder = outcomes.every(
    (outcome, index) => outcome.kind === 'stored' && outcome.seq === first.seq + index,
  );
  return inOrder ? first.seq : outcomes;
}

export function unpackOutcomes(
  batch: readonly QueuedMessage[],
  outcomes: PackedOutcomes,
): readonly StoreOutcome[] {
  if (typeof outcomes !== 'number') return outcomes;
  return batch.map(({ message }, index) => ({
    kind: 'stored',
    id: message.id,
    seq: outcomes + index,
  }));
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
