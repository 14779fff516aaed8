import type { PartSummary } from '../storage/types.ts';

/** Media types of the parts that the HTML shows by their Content-ID. */
export function shownPictureTypes(html: string, root: PartSummary): readonly string[] {
  const isShown = ({ contentId }: PartSummary) =>
    contentId !== null && html.includes(`cid:${contentId}`);
  const leaves = (part: PartSummary): readonly PartSummary[] =>
    part.children.length === 0 ? [part] : part.children.flatMap(leaves);
  return leaves(root)
    .filter(isShown)
    .map(({ mediaType }) => mediaType);
}
