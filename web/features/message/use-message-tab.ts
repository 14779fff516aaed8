/**
 * Which tab is open. `?tab=` of the URL decides; the links of the list do not carry it, so the last
 * choice of this browser tab stands in where the URL says nothing: who reads headers goes on
 * reading headers in the next message.
 */
import { useSearchParams } from 'wouter';
import type { MessageDetailShape } from '../../../server/http/shapes.ts';
import { currentTab, type MessageTab } from './message-tab.ts';

const storageKey = 'prixfixe.tab';

type Message = Pick<MessageDetailShape, 'state' | 'html' | 'text'>;

export function useMessageTab(message: Message): readonly [MessageTab, (tab: string) => void] {
  const [search, setSearch] = useSearchParams();
  const openTab = (next: string) => {
    remember(next);
    setSearch(
      (previous) => {
        previous.set('tab', next);
        return previous;
      },
      { replace: true },
    );
  };
  return [currentTab(message, search.get('tab') ?? remembered()), openTab];
}

function remember(tab: string): void {
  try {
    sessionStorage.setItem(storageKey, tab);
  } catch {
    // Storage can be forbidden; the choice then lasts for this message.
  }
}

function remembered(): string | null {
  try {
    return sessionStorage.getItem(storageKey);
  } catch {
    return null;
  }
}
