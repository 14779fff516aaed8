/**
 * Everything that can happen and that somebody may want to hear of: one closed union and a small
 * publish/subscribe. Publishing never waits and never throws; a subscriber that has to queue
 * bounds its own queue (see `http/routes/events.ts`).
 */
import type { SessionSummary } from '../db/session-types.ts';
import type { InboxMembers, PlacedMessage } from '../db/types.ts';
import type { FaultHandle, FaultHit } from './faults/types.ts';

export type AppEvent =
  /** A message was committed and read. */
  | ({ readonly kind: 'message' } & PlacedMessage)
  /** Some were, while nobody wanted to hear of each; counted are those that came by SMTP. */
  | {
      readonly kind: 'messages-untold';
      readonly received: { readonly count: number; readonly bytes: number };
    }
  /** Read state or tags of one message changed. */
  | ({
      readonly kind: 'message-updated';
      readonly changed: 'isRead' | 'tags';
    } & PlacedMessage)
  /** `ids: null` means so many that the list should be fetched again. */
  | {
      readonly kind: 'messages-removed';
      readonly ids: readonly string[] | null;
      readonly count: number;
      /** It was asked for as "all", not message by message. */
      readonly isAll: boolean;
      /** Retention is that of the store, or that of one inbox. */
      readonly reason: 'deleted' | 'retention' | 'inbox-retention';
      /** Where they were; an inbox may stand here more than once. Nothing is said of `ids: null`. */
      readonly inboxes: readonly InboxMembers[];
    }
  /** An inbox was made, changed, deleted or filled further: fetch their list again. */
  | { readonly kind: 'inboxes-changed' }
  /** Much changed at once (undo, mark all read, tags renamed): fetch again. */
  | { readonly kind: 'resync' }
  /** An SMTP session opened, ended, or changed; of a busy server only some are told of. */
  | { readonly kind: 'session'; readonly session: SessionSummary }
  /** Sessions were deleted, or more happened than was told: fetch their list again. */
  | { readonly kind: 'sessions-changed' }
  /** A fault fired; of a flood only the newest hits are told, ten times a second. */
  | { readonly kind: 'fault'; readonly fault: FaultHandle; readonly hits: readonly FaultHit[] }
  /** Fault rules were added, paused, resumed or taken away: fetch their list again. */
  | { readonly kind: 'faults-changed' };

type Listener = (event: AppEvent) => void;

export interface EventBus {
  publish(event: AppEvent): void;
  /**
   * Returns the function that ends the subscription. `wantsMessages` is asked again and again: while
   * no subscriber wants them, messages are not told of one by one.
   */
  subscribe(listener: Listener, wantsMessages?: () => boolean): () => void;
  /** Whether to tell of each message, which costs more the more of them come. */
  readonly wantsMessages: boolean;
}

/** For a subscriber to other things. */
export function wantsNoMessages(): boolean {
  return false;
}

export function createEventBus(): EventBus {
  const listeners = new Map<Listener, () => boolean>();
  return {
    publish(event) {
      for (const listener of listeners.keys()) listener(event);
    },
    subscribe(listener, wantsMessages = () => true) {
      listeners.set(listener, wantsMessages);
      return () => listeners.delete(listener);
    },
    get wantsMessages() {
      for (const wants of listeners.values()) if (wants()) return true;
      return false;
    },
  };
}
