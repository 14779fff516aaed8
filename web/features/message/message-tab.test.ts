import { describe, expect, it } from 'vitest';
import { currentTab, tabsOf } from './message-tab.ts';

const html = { state: 'ready', html: '<p>', text: null } as const;
const textOnly = { state: 'ready', html: null, text: 'Hello' } as const;

const attachmentOnly = { state: 'ready', html: null, text: null } as const;

describe('currentTab', () => {
  it.each([
    ['HTML where there is some', html, null, 'html'],
    ['Text where there is no HTML', textOnly, null, 'text'],
    ['Parts where there is nothing to read', attachmentOnly, null, 'parts'],
    ['Text when asked for, also where there is none', attachmentOnly, 'text', 'text'],
    ['the tab asked for', html, 'problems', 'problems'],
    ['another than one the message lacks', textOnly, 'source', 'text'],
    ['another than one that does not exist', html, '__proto__', 'html'],
    ['Raw of a message not read yet', { state: 'pending', html: null, text: null }, 'html', 'raw'],
    [
      'SMTP of a message that cannot be read',
      { state: 'unreadable', html: null, text: null },
      'smtp',
      'smtp',
    ],
  ] as const)('is %s', (_name, message, asked, tab) => {
    expect(currentTab(message, asked)).toBe(tab);
  });
});

describe('tabsOf', () => {
  it('offers all eight for a message with HTML', () => {
    expect(tabsOf(html)).toHaveLength(8);
  });
});
