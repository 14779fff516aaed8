/** What went on since the start, counted from what is published anyway. */
import { type EventBus, wantsNoMessages } from '../../events.ts';

export interface ActivityCounts {
  readonly acceptedCount: number;
  readonly acceptedBytes: number;
  readonly deletedCount: number;
  /** Sessions that ended with nothing delivered because something was refused. */
  readonly rejectedCount: number;
}

export interface Activity extends ActivityCounts {
  close(): void;
}

export function countActivity(events: EventBus): Activity {
  const counts = { acceptedCount: 0, acceptedBytes: 0, deletedCount: 0, rejectedCount: 0 };
  const unsubscribe = events.subscribe((event) => {
    switch (event.kind) {
      case 'message':
        if (event.message.listener !== 'smtp' && event.message.listener !== 'smtps') return;
        counts.acceptedCount += 1;
        counts.acceptedBytes += event.message.sizeBytes;
        return;
      case 'messages-untold':
        counts.acceptedCount += event.received.count;
        counts.acceptedBytes += event.received.bytes;
        return;
      case 'messages-removed':
        counts.deletedCount += event.count;
        return;
      case 'session':
        if (event.session.outcome === 'rejected') counts.rejectedCount += 1;
        return;
      default:
    }
  }, wantsNoMessages);
  return Object.assign(counts, { close: unsubscribe });
}
