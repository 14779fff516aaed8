import { useEffect, useState } from 'react';

/** Whole seconds left, counted down; 0 when the time has come or there is none. */
export function useSecondsUntil(atMs: number | null): number {
  const [nowMs, setNowMs] = useState(() => Date.now());

  useEffect(() => {
    if (atMs === null) return;
    setNowMs(Date.now());
    const timer = setInterval(() => setNowMs(Date.now()), 250);
    return () => clearInterval(timer);
  }, [atMs]);

  return atMs === null ? 0 : Math.max(0, Math.ceil((atMs - nowMs) / 1_000));
}
