/** What has to go, as arithmetic: limits and loads in, rows out. Deleting is `message-store.ts`. */
import type { Retention } from './types.ts';

export interface Load {
  readonly count: number;
  readonly bytes: number;
}

/** The least of a row that has to be known to let it go. */
export interface OldRow {
  readonly seq: number;
  readonly id: string;
  readonly size_bytes: number;
  readonly received_at_ms: number;
}

/** By how much a load is over the limits widened by `slack`; nothing above 0 is within them. */
export function surplusOf(load: Load, retention: Retention, slack: number): Load {
  const over = (value: number, limit: number): number =>
    limit > 0 ? value - Math.floor(limit * (1 + slack)) : 0;
  return {
    count: over(load.count, retention.messagesMax),
    bytes: over(load.bytes, retention.bytesMax),
  };
}

export function isOver(surplus: Load): boolean {
  return surplus.count > 0 || surplus.bytes > 0;
}

/** The first rows, as many as the surplus asks for. */
export function takeSurplus(rows: readonly OldRow[], surplus: Load): readonly OldRow[] {
  let { count, bytes } = surplus;
  const end = rows.findIndex((row) => {
    if (count <= 0 && bytes <= 0) return true;
    count -= 1;
    bytes -= row.size_bytes;
    return false;
  });
  return end === -1 ? rows : rows.slice(0, end);
}

export function lessen(surplus: Load, gone: readonly OldRow[]): Load {
  return { count: surplus.count - gone.length, bytes: surplus.bytes - sumBytes(gone) };
}

/** The first rows up to so many octets, and at least one. */
export function withinBytes(rows: readonly OldRow[], bytesMax: number): readonly OldRow[] {
  let bytes = 0;
  const end = rows.findIndex((row) => {
    bytes += row.size_bytes;
    return bytes > bytesMax;
  });
  return end === -1 ? rows : rows.slice(0, Math.max(end, 1));
}

/** Cuts a batch so that no portion alone is over the limits, unless it is one message. */
export function portionsWithin<Row extends { readonly sizeBytes: number }>(
  rows: readonly Row[],
  retention: Retention,
): readonly (readonly Row[])[] {
  const portions: Row[][] = [];
  let portion: Row[] = [];
  let bytes = 0;
  for (const row of rows) {
    const grown = { count: portion.length + 1, bytes: bytes + row.sizeBytes };
    if (portion.length > 0 && isOver(surplusOf(grown, retention, 0))) {
      portions.push(portion);
      portion = [];
      bytes = 0;
    }
    portion.push(row);
    bytes += row.sizeBytes;
  }
  return portion.length > 0 ? [...portions, portion] : portions;
}

export function sumBytes(rows: readonly OldRow[]): number {
  return rows.reduce((sum, row) => sum + row.size_bytes, 0);
}
