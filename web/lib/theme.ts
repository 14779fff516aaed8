import { useSyncExternalStore } from 'react';

export type Theme = 'light' | 'dark' | 'system';

/** The same key stands in `public/assets/start.js`, which runs before the first paint. */
const storageKey = 'prixfixe.theme';
const changed = 'prixfixe-theme';

export const themes: readonly Theme[] = ['light', 'dark', 'system'];

export function currentTheme(): Theme {
  const theme = document.documentElement.dataset.theme;
  return theme === 'light' || theme === 'dark' ? theme : 'system';
}

export function setTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem(storageKey, theme);
  } catch {
    // Storage can be forbidden; the choice then lasts as long as the page.
  }
  window.dispatchEvent(new Event(changed));
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, currentTheme);
}

function subscribe(onChange: () => void): () => void {
  window.addEventListener(changed, onChange);
  return () => window.removeEventListener(changed, onChange);
}
