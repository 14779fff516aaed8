/** The same conditions as `db/session-query.ts` has in SQL, for sessions that are not stored yet. */
import type { SessionFilter, SessionRecord, SessionSummary } from '../../db/session-types.ts';

/** All of the filter but its outcome. */
export function matches(
  session: { summary(): SessionSummary; record(): SessionRecord },
  filter: SessionFilter,
): boolean {
  const { error, peer, user, text } = filter;
  if (error === null && peer === null && user === null && text === null) return true;
  const { id, errors, peerAddress, authUser, ehloName } = session.summary();
  if (error !== null && !errors.includes(error)) return false;
  if (peer !== null && folded(peerAddress) !== folded(peer)) return false;
  if (user !== null && (authUser === null || folded(authUser) !== folded(user))) return false;
  if (text === null) return true;
  const { lines, tlsFailure } = session.record();
  const wanted = folded(text);
  return [ehloName, peerAddress, authUser ?? '', id, tlsFailure ?? '']
    .concat(lines.map((line) => line.text))
    .some((found) => folded(found).includes(wanted));
}

/** Only ASCII, as SQLite compares. */
function folded(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}
