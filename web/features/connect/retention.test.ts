import { describe, expect, it } from 'vitest';
import { describeRetention } from './retention.ts';

describe('describeRetention', () => {
  it.each([
    [{ messagesMax: 0, ageMsMax: 0, bytesMax: 0 }, 'Everything is kept.'],
    [{ messagesMax: 500, ageMsMax: 0, bytesMax: 0 }, 'Up to 500 messages; the oldest go first.'],
    [
      { messagesMax: 10_000, ageMsMax: 0, bytesMax: 2 ** 30 },
      'Up to 10,000 messages and 1.0 GB; the oldest go first.',
    ],
    [
      { messagesMax: 10_000, ageMsMax: 7 * 86_400_000, bytesMax: 2 ** 30 },
      'Up to 10,000 messages, 7 days of age and 1.0 GB; the oldest go first.',
    ],
    [
      { messagesMax: 0, ageMsMax: 90 * 60_000, bytesMax: 0 },
      'Up to 90 minutes of age; the oldest go first.',
    ],
  ])('%j', (retention, text) => {
    expect(describeRetention(retention)).toBe(text);
  });
});
