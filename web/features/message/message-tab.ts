/** The tabs of a message, in the order of the keys 1 to 8. */
import type { MessageDetailShape } from '../../../server/http/shapes.ts';

export const tabs = [
  { value: 'html', label: 'HTML' },
  { value: 'text', label: 'Text' },
  { value: 'source', label: 'Source' },
  { value: 'headers', label: 'Headers' },
  { value: 'raw', label: 'Raw' },
  { value: 'parts', label: 'Parts' },
  { value: 'problems', label: 'Problems' },
  { value: 'smtp', label: 'SMTP' },
] as const;

export type MessageTab = (typeof tabs)[number]['value'];

type Message = Pick<MessageDetailShape, 'state' | 'html' | 'text'>;

/** Raw octets and dialogue are there from the start; the rest comes with the reading. */
export function tabsOf({ state, html }: Message): readonly MessageTab[] {
  if (state !== 'ready') return ['raw', 'smtp'];
  return tabs
    .map((tab) => tab.value)
    .filter((tab) => html !== null || (tab !== 'html' && tab !== 'source'));
}

/** The tab asked for where the message has it, else the one that shows most. */
export function currentTab(message: Message, asked: string | null): MessageTab {
  const available = tabsOf(message);
  const { state, html, text } = message;
  // With nothing to read, what is attached says most.
  if (asked === null && state === 'ready' && html === null && text === null) return 'parts';
  return available.find((tab) => tab === asked) ?? available[0] ?? 'raw';
}
