/**
 * Which parts are listed, and what is said of each. A list goes by what the part says of itself:
 * what is disposed as an attachment or is bare octets, and everything else that is no text, which
 * counts as inline. Without a name and a Content-ID nobody could ask for it: not listed.
 */
import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { PartSummary, Storage } from '../../storage/types.ts';
import type { AttachmentShape } from './shapes.ts';

export interface PartLists {
  readonly attachments: readonly PartSummary[];
  readonly inline: readonly PartSummary[];
}

export function partLists(root: PartSummary): PartLists {
  const leaves = leavesOf(root);
  const named = leaves.filter(({ fileName, contentId }) => fileName !== null || contentId !== null);
  return {
    attachments: named.filter(isAttachment),
    inline: named.filter((part) => !isAttachment(part) && !isBody(part)),
  };
}

export async function describeParts(
  storage: Pick<Storage, 'part'>,
  id: string,
  parts: readonly PartSummary[],
): Promise<readonly AttachmentShape[]> {
  const described: AttachmentShape[] = [];
  for (const part of parts) {
    const octets = (await storage.part(id, part.path))?.octets ?? new Uint8Array();
    described.push({
      PartID: partId(part.path),
      FileName: part.fileName ?? part.contentId ?? '',
      ContentType: part.mediaType,
      ContentID: part.contentId ?? '',
      Size: octets.byteLength,
      Checksums: await checksums(octets),
    });
  }
  return described;
}

/** A message that is one part has no number of its own; such a part is the first. */
export function partId(path: string): string {
  return path === '' ? '1' : path;
}

/** The way back; `0` is another name for the message itself. */
export function partPath(id: string): string | null {
  if (!/^\d+(?:\.\d+)*$/.test(id) || id.length > 200) return null;
  return id === '0' ? '' : id;
}

function leavesOf(part: PartSummary): readonly PartSummary[] {
  return part.children.length === 0 ? [part] : part.children.flatMap(leavesOf);
}

function isAttachment({ disposition, mediaType }: PartSummary): boolean {
  return disposition === 'attachment' || mediaType === 'application/octet-stream';
}

function isBody({ role, disposition }: PartSummary): boolean {
  if (role === 'container') return true;
  return (role === 'text' || role === 'html') && disposition !== 'inline';
}

const sliceBytes = 1024 * 1024;

/** In slices, so that a large attachment makes nobody wait who wants to deliver. */
async function checksums(octets: Uint8Array): Promise<AttachmentShape['Checksums']> {
  const hashes = [createHash('md5'), createHash('sha1'), createHash('sha256')];
  for (let at = 0; at < octets.byteLength; at += sliceBytes) {
    if (at > 0) await nextTurn();
    for (const hash of hashes) hash.update(octets.subarray(at, at + sliceBytes));
  }
  const [MD5 = '', SHA1 = '', SHA256 = ''] = hashes.map((hash) => hash.digest('hex'));
  return { MD5, SHA1, SHA256 };
}
