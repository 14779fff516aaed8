/**
 * Every shortcut of the page, in one table that the help dialog shows as it is. Whoever does the
 * work registers with `useShortcut`; one listener on the window does the listening. Keys typed
 * into a field, and keys held with Control, Alt or Meta, are not ours.
 */
import { createContext, useContext, useEffect, useEffectEvent } from 'react';

interface ShortcutRow {
  /** Alternatives; each one key, or a sequence with spaces. Named as KeyboardEvent.key does. */
  readonly keys: readonly string[];
  readonly label: string;
  readonly group: 'Go to' | 'List' | 'Message' | 'Page';
}

const table = {
  'list.next': { keys: ['j', 'ArrowDown'], label: 'Next in the list', group: 'List' },
  'list.previous': { keys: ['k', 'ArrowUp'], label: 'Previous in the list', group: 'List' },
  'list.open': { keys: ['Enter', 'o'], label: 'Open', group: 'List' },
  'list.select': { keys: ['x'], label: 'Select or unselect', group: 'List' },
  'list.selectAll': { keys: ['* a'], label: 'Select all that match', group: 'List' },
  'list.top': { keys: ['Home', 'g g'], label: 'To the newest', group: 'List' },
  'list.bottom': { keys: ['End', 'G'], label: 'To the oldest', group: 'List' },
  'list.pageDown': { keys: ['PageDown'], label: 'A page further down', group: 'List' },
  'list.pageUp': { keys: ['PageUp'], label: 'A page further up', group: 'List' },
  'list.search': { keys: ['/'], label: 'Search', group: 'List' },
  'list.markAllRead': { keys: ['Shift+I'], label: 'Mark all in this list read', group: 'List' },
  'message.toggleRead': { keys: ['u'], label: 'Mark read or unread', group: 'Message' },
  'message.delete': { keys: ['#', 'Delete'], label: 'Delete', group: 'Message' },
  'message.undo': { keys: ['z'], label: 'Undo the last deletion', group: 'Message' },
  'message.close': { keys: ['Escape'], label: 'Close, or clear the selection', group: 'Message' },
  'tab.html': { keys: ['1'], label: 'HTML', group: 'Message' },
  'tab.text': { keys: ['2'], label: 'Text', group: 'Message' },
  'tab.source': { keys: ['3'], label: 'Source', group: 'Message' },
  'tab.headers': { keys: ['4'], label: 'Headers', group: 'Message' },
  'tab.raw': { keys: ['5'], label: 'Raw', group: 'Message' },
  'tab.parts': { keys: ['6'], label: 'Parts', group: 'Message' },
  'tab.problems': { keys: ['7'], label: 'Problems', group: 'Message' },
  'tab.smtp': { keys: ['8'], label: 'SMTP dialogue', group: 'Message' },
  'go.all': { keys: ['g a'], label: 'All mail', group: 'Go to' },
  'go.unread': { keys: ['g u'], label: 'Unread', group: 'Go to' },
  'go.metrics': { keys: ['g m'], label: 'Metrics', group: 'Go to' },
  'go.sessions': { keys: ['g s'], label: 'Sessions', group: 'Go to' },
  'go.faults': { keys: ['g f'], label: 'Faults on purpose', group: 'Go to' },
  'go.connect': { keys: ['g c'], label: 'Connect an application', group: 'Go to' },
  'page.pause': { keys: ['p'], label: 'Pause or resume live updates', group: 'Page' },
  'page.sidebar': { keys: ['['], label: 'Show or hide the sidebar', group: 'Page' },
  'page.theme': { keys: ['t t'], label: 'Next theme', group: 'Page' },
  'page.help': { keys: ['?'], label: 'This help', group: 'Page' },
} as const satisfies Readonly<Record<string, ShortcutRow>>;

export type ShortcutId = keyof typeof table;

export const shortcuts: Readonly<Record<ShortcutId, ShortcutRow>> = table;

/** The keys to show on a button or in a menu. */
export function shortcutKeys(id: ShortcutId): string {
  return shortcuts[id].keys[0] ?? '';
}

/** Later registrations win, so that a message on top answers before the list below. */
export class ShortcutListener {
  private readonly handlers: { readonly id: ShortcutId; readonly run: () => void }[] = [];
  private pressed = '';
  private pressedAtMs = 0;

  register(id: ShortcutId, run: () => void): () => void {
    const handler = { id, run };
    this.handlers.push(handler);
    return () => {
      this.handlers.splice(this.handlers.indexOf(handler), 1);
    };
  }

  /** True when the key was used. */
  press(key: string, atMs: number): boolean {
    const continues = this.pressed !== '' && atMs - this.pressedAtMs < sequenceMsMax;
    const sequence = continues ? `${this.pressed} ${key}` : key;
    this.pressed = '';
    if (this.run(sequence)) return true;
    if (continues) return this.press(key, atMs);
    if (beginsSequence(key)) {
      this.pressed = key;
      this.pressedAtMs = atMs;
    }
    return false;
  }

  private run(sequence: string): boolean {
    const handler = this.handlers.findLast(({ id }) => shortcuts[id].keys.includes(sequence));
    handler?.run();
    return handler !== undefined;
  }
}

const sequenceMsMax = 1_200;

function beginsSequence(key: string): boolean {
  return Object.values(shortcuts).some((row) =>
    row.keys.some((keys) => keys.startsWith(`${key} `)),
  );
}

/** The key as the table names it, or `null` when this press is none of ours. */
export function keyOf(event: KeyboardEvent): string | null {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return null;
  if (event.defaultPrevented || ownsKeys(event.target, event.key)) return null;
  const letter = /^\p{L}$/u.test(event.key);
  return event.shiftKey && letter && event.key !== 'G'
    ? `Shift+${event.key.toUpperCase()}`
    : event.key;
}

/**
 * Fields take text, open menus and dialogs take everything, a button takes Enter, and a pane with
 * `data-own-arrows` scrolls by arrows, Home, End and by pages when it has the focus.
 */
function ownsKeys(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest('input:not([type=checkbox]), textarea, select, [contenteditable]'))
    return true;
  if (target.closest('dialog[open], [role=menu], [role=dialog]')) return key !== '?';
  if (key === 'Enter' && target.closest('button, a')) return true;
  if (!/^(?:Arrow\w+|Page\w+|Home|End)$/.test(key)) return false;
  return target.closest('[role=tablist], [role=radiogroup], fieldset, [data-own-arrows]') !== null;
}

/** Called once, by the application. Returns the function that stops listening. */
export function listenForShortcuts(listener: ShortcutListener): () => void {
  function onKeyDown(event: KeyboardEvent) {
    const key = keyOf(event);
    if (key !== null && listener.press(key, event.timeStamp)) event.preventDefault();
  }
  window.addEventListener('keydown', onKeyDown);
  return () => window.removeEventListener('keydown', onKeyDown);
}

export const ShortcutContext = createContext<ShortcutListener | null>(null);

export function useShortcut(id: ShortcutId, handler: () => void, enabled = true): void {
  const listener = useContext(ShortcutContext);
  const run = useEffectEvent(handler);
  useEffect(() => {
    if (listener && enabled) return listener.register(id, () => run());
    return undefined;
  }, [listener, id, enabled]);
}
