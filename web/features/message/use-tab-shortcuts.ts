import { useShortcut } from '../../lib/shortcuts.ts';
import type { MessageTab } from './message-tab.ts';

/** A key belongs to a tab, not to a place: 5 is Raw even where there is no HTML. */
export function useTabShortcuts(
  available: readonly MessageTab[],
  openTab: (tab: MessageTab) => void,
): void {
  const has = (tab: MessageTab) => available.includes(tab);
  useShortcut('tab.html', () => openTab('html'), has('html'));
  useShortcut('tab.text', () => openTab('text'), has('text'));
  useShortcut('tab.source', () => openTab('source'), has('source'));
  useShortcut('tab.headers', () => openTab('headers'), has('headers'));
  useShortcut('tab.raw', () => openTab('raw'), has('raw'));
  useShortcut('tab.parts', () => openTab('parts'), has('parts'));
  useShortcut('tab.problems', () => openTab('problems'), has('problems'));
  useShortcut('tab.smtp', () => openTab('smtp'), has('smtp'));
}
