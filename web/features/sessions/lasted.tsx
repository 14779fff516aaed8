import { useEffect, useState } from 'react';
import type { SessionSummary } from '../../lib/api.ts';
import { formatDuration } from '../../lib/format.ts';

/** How long it lasted; of one that is open, so far. */
export function Lasted({ session }: { readonly session: SessionSummary }) {
  const ageMs = useAge(session);
  return <>{session.endedAt === null ? formatAge(ageMs) : formatDuration(ageMs)}</>;
}

/** Milliseconds; counted on once a second while the session is open. */
export function useAge({ startedAt, endedAt, durationMs }: SessionSummary): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    if (endedAt !== null) return;
    const timer = setInterval(() => setNowMs(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [endedAt]);
  if (endedAt !== null) return durationMs ?? Date.parse(endedAt) - Date.parse(startedAt);
  return Math.max(0, nowMs - Date.parse(startedAt));
}

function formatAge(ms: number): string {
  return ms < 60_000 ? `${Math.floor(ms / 1_000)} s` : formatDuration(ms);
}
