/** The same conditions as `db/session-query.ts` has in SQL, for sessions that are not stored yet. */
import type {
  ReplyKind,
  SessionFilter,
  SessionRecord,
  SessionSummary,
} from '../../db/session-types.ts';

/** All of the filter but its outcome. */
export function matches(
  session: { summary(): SessionSummary; record(): SessionRecord },
  filter: SessionFilter,
): boolean {
  const { error, reply, peer, user, text } = filter;
  if ([error, reply, peer, user, text].every((condition) => condition === null)) return true;
  const { id, errors, peerAddress, authUser, ehloName } = session.summary();
  if (error !== null && !errors.includes(error)) return false;
  if (reply !== null && !session.record().replyKinds.some(isKind(reply))) return false;
  if (peer !== null && folded(peerAddress) !== folded(peer)) return false;
  if (user !== null && (authUser === null || folded(authUser) !== folded(user))) return false;
  if (text === null) return true;
  const { lines, tlsFailure } = session.record();
  const wanted = folded(text);
  return [ehloName, peerAddress, authUser ?? '', id, tlsFailure ?? '']
    .concat(lines.map((line) => line.text))
    .some((found) => folded(found).includes(wanted));
}

function isKind({ verb, code }: ReplyKind): (replyKind: string) => boolean {
  return verb === null
    ? (replyKind) => replyKind.endsWith(` ${code}`)
    : (replyKind) => replyKind === `${verb} ${code}`;
}

/** Only ASCII, as SQLite compares. */
function folded(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}
