import { useState } from 'react';
import { useShortcut } from '../../lib/shortcuts.ts';
import type { DashboardModel } from './dashboard-model.ts';

export function usePause(model: DashboardModel): readonly [boolean, (paused: boolean) => void] {
  const [paused, setPaused] = useState(false);
  const pause = (next: boolean) => {
    model.pause(next);
    setPaused(next);
  };
  useShortcut('page.pause', () => pause(!paused));
  return [paused, pause];
}
