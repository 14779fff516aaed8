/**
 * Asks the HTTP API afterwards whether everything that was acknowledged is stored, once and as it
 * was sent: every Message-ID, and the octets of a sample.
 */
import { MessageSource } from './message-source.ts';
import type { LoadResult } from './types.ts';

const pageSize = 1000;

export interface Verification {
  readonly acknowledged: number;
  readonly stored: number;
  readonly missing: number;
  readonly duplicated: number;
  /** Stored although nobody was told so: allowed by RFC 5321 §6.1, but worth knowing. */
  readonly unacknowledged: number;
  readonly compared: number;
  readonly different: number;
}

interface Page {
  readonly messages: readonly { readonly id: string; readonly messageId: string }[];
  readonly nextCursor: string | null;
}

/** Looks at the messages of this run only, by the name of its plan. */
export async function verifyStored(
  url: string,
  result: LoadResult,
  sampleSize: number,
): Promise<Verification> {
  const { plan, acknowledged } = result;
  const source = new MessageSource(plan.name, plan.message);
  const idsOf = await storedIds(url, plan.name);
  let missing = 0;
  let duplicated = 0;
  const indexes: number[] = [];
  for (const [index, flag] of acknowledged.entries()) {
    if (flag === 0) continue;
    indexes.push(index);
    const count = idsOf.get(source.messageId(index))?.length ?? 0;
    if (count === 0) missing++;
    else if (count > 1) duplicated++;
  }
  const stored = [...idsOf.values()].reduce((sum, ids) => sum + ids.length, 0);
  const sample = spread(indexes, sampleSize);
  let different = 0;
  for (const index of sample) {
    const id = idsOf.get(source.messageId(index))?.[0];
    if (id === undefined) continue;
    const response = await fetch(`${url}/api/messages/${id}/raw`);
    const octets = Buffer.from(await response.arrayBuffer());
    if (!octets.equals(source.stored(index))) different++;
  }
  return {
    acknowledged: indexes.length,
    stored,
    missing,
    duplicated,
    unacknowledged: stored - (indexes.length - missing),
    compared: sample.length,
    different,
  };
}

/** A client that failed may have missed the 250 of a message that is stored. */
export function isWhole(found: Verification, failedCount: number): boolean {
  const { missing, duplicated, unacknowledged, different } = found;
  return missing + duplicated + different === 0 && unacknowledged <= failedCount;
}

/** Message-ID → ids in the store. */
async function storedIds(
  url: string,
  planName: string,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const idsOf = new Map<string, string[]>();
  let cursor: string | null = null;
  do {
    const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const response = await fetch(`${url}/api/messages?limit=${pageSize}${after}`);
    if (!response.ok) throw new Error(`The list of messages answered ${response.status}.`);
    const page = (await response.json()) as Page;
    for (const { id, messageId } of page.messages) {
      const name = messageId.replace(/^<|>$/g, '');
      if (!name.startsWith(`${planName}-`)) continue;
      const ids = idsOf.get(name);
      if (ids === undefined) idsOf.set(name, [id]);
      else ids.push(id);
    }
    cursor = page.nextCursor;
  } while (cursor !== null);
  return idsOf;
}

/** First, last, and evenly between. */
function spread(indexes: readonly number[], size: number): readonly number[] {
  if (indexes.length <= size) return indexes;
  const step = (indexes.length - 1) / (size - 1);
  return Array.from({ length: size }, (_, i) => indexes[Math.round(i * step)] ?? 0);
}
