/**
 * `session` events → query cache. A busy server sends many of them: they are not even read while
 * no view of sessions is open, and otherwise applied five times a second, each session once.
 */
import type { QueryClient } from '@tanstack/react-query';
import type { SessionSummary } from '../lib/api.ts';
import {
  applySessions,
  refreshSessions,
  sessionsAreShown,
  staleSessions,
} from '../lib/session-cache.ts';

const applyEveryMs = 200;
/** Beyond this many between two times the list is asked for instead. */
const textsMax = 5_000;

export class SessionUpdates {
  private readonly client: QueryClient;
  private texts: string[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private appliedAtMs = 0;

  constructor(client: QueryClient) {
    this.client = client;
  }

  take(text: string): void {
    if (this.texts.length < textsMax) this.texts.push(text);
    if (this.timer !== undefined) return;
    const dueMs = Math.max(0, this.appliedAtMs + applyEveryMs - performance.now());
    this.timer = setTimeout(() => this.apply(), dueMs);
  }

  refresh(): void {
    this.texts = [];
    refreshSessions(this.client);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private apply(): void {
    const { texts } = this;
    this.texts = [];
    this.timer = undefined;
    this.appliedAtMs = performance.now();
    staleSessions(this.client);
    if (!sessionsAreShown(this.client)) return;
    if (texts.length >= textsMax) {
      refreshSessions(this.client);
      return;
    }
    const changed = new Map<string, SessionSummary>();
    for (const text of texts) {
      const session = JSON.parse(text) as SessionSummary;
      changed.set(session.id, session);
    }
    applySessions(this.client, changed);
  }
}
