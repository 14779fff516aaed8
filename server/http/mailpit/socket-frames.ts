/** What happens, in the words of Mailpit's socket. */
import type { AppEvent } from '../../events.ts';
import { jsonLine } from './answers.ts';
import { presentSummary, sortedTags } from './present-summary.ts';

/** Of one removal so many are named one by one; of more the client is told to look again. */
const namedMax = 200;

/** None for what such clients are not told. */
export function framesOf(event: AppEvent): readonly string[] {
  switch (event.kind) {
    case 'message': {
      const summary = presentSummary(event.message);
      const { ID, Tags } = summary;
      const tagged = Tags.length === 0 ? [] : [frame('update', { ID, Tags })];
      return [...tagged, frame('new', summary)];
    }
    case 'message-updated': {
      const { id, isRead, tags } = event.message;
      const change = event.changed === 'tags' ? { Tags: sortedTags(tags) } : { Read: isRead };
      return [frame('update', { ID: id, ...change })];
    }
    case 'messages-removed':
      return removalFrames(event);
    case 'resync':
    case 'messages-untold':
      return [frame('prune', null)];
    case 'inboxes-changed':
      return [];
    case 'session':
    case 'sessions-changed':
      return refusalFrames(event);
    case 'fault':
    case 'faults-changed':
      return [];
  }
}

export function frame(type: string, data: unknown): string {
  return jsonLine({ Type: type, Data: data });
}

/** Whether the counts of messages may be other ones now. */
export function changesCounts(event: AppEvent): boolean {
  return !/^(?:session|sessions-changed|inboxes-changed|fault|faults-changed)$/.test(event.kind);
}

function removalFrames(event: Extract<AppEvent, { kind: 'messages-removed' }>): readonly string[] {
  if (event.isAll) return [frame('truncate', null)];
  const { ids, reason } = event;
  const areNamed = reason === 'deleted' && ids !== null && ids.length <= namedMax;
  return areNamed ? ids.map((ID) => frame('delete', { ID })) : [frame('prune', null)];
}

/** A session that ended on a refusal; those that go on get better or are told of later. */
function refusalFrames(
  event: Extract<AppEvent, { kind: 'session' | 'sessions-changed' }>,
): readonly string[] {
  if (event.kind === 'sessions-changed') return [];
  const { endedAtMs, lastReply, peerAddress } = event.session;
  if (endedAtMs === null || lastReply === null || lastReply.code < 400) return [];
  return [
    frame('error', {
      Level: lastReply.code < 500 ? 'warning' : 'error',
      Type: 'smtpd',
      IP: peerAddress,
      Message: `${lastReply.code} ${lastReply.text}`,
    }),
  ];
}
