import { describe, expect, it } from 'vitest';
import { ehloKeywords, extensions } from './extensions.ts';
import { replies } from './replies.ts';
import { type Reply, reply } from './reply.ts';

const samples: readonly Reply[] = [
  ...Object.values(replies).filter((entry): entry is Reply => typeof entry === 'object'),
  replies.greeting('localhost'),
  replies.hello('localhost', 'client.test'),
  replies.ehlo('localhost', 'client.test', ['SIZE 1', 'HELP']),
  replies.help(null),
  replies.help('MAIL'),
  replies.badPath('reverse', 'noDomain'),
  replies.unknownParameter('X'),
  replies.badParameter('SIZE', 'notASize'),
  replies.messageTooLarge(10),
  replies.stored('id'),
  replies.chunkReceived(10),
  replies.challenge('eA=='),
];

describe('the catalogue', () => {
  it('is well-formed on the wire (RFC 5321 §4.2, §4.5.3.1.5)', () => {
    for (const { wire, wireLines, code } of samples) {
      expect(wire).toBe(wireLines.map((line) => `${line}\r\n`).join(''));
      for (const [index, line] of wireLines.entries()) {
        expect(line).toMatch(/^[2-5][0-9][0-9][ -][\x20-\x7e]*$/);
        expect(line.startsWith(`${code}${index < wireLines.length - 1 ? '-' : ' '}`)).toBe(true);
        expect(line.length).toBeLessThanOrEqual(510);
      }
    }
  });

  it('has an enhanced status of its own class wherever one belongs (RFC 2034 §4)', () => {
    for (const { code, enhanced, wireLines } of samples) {
      if (enhanced === null) {
        expect([220, 250, 334, 354]).toContain(code);
        continue;
      }
      expect(enhanced).toMatch(/^[245]\.[0-7]\.\d{1,2}$/);
      expect(enhanced[0]).toBe(String(code)[0]);
      for (const line of wireLines) expect(line.slice(4)).toMatch(new RegExp(`^${enhanced} .`));
    }
  });

  it('echoes nothing that could forge a line', () => {
    const forged = reply(250, null, 'a\r\n250 forged\x1b[31m é');
    expect(forged.wire).toBe('250 a??250 forged?[31m ?\r\n');
    expect(reply(250, null, 'x'.repeat(1_000)).wire).toHaveLength(512);
  });
});

describe('EHLO keywords', () => {
  it('are valid, distinct, and each names its source (RFC 5321 §4.1.1.1)', () => {
    const names = extensions.map(({ keyword }) => keyword);
    expect(new Set(names).size).toBe(names.length);
    for (const { keyword, source } of extensions) {
      expect(keyword).toMatch(/^[A-Z0-9][A-Z0-9-]*$/);
      expect(source).toMatch(/^RFC \d+ §\d/);
    }
  });

  it('are said only where they work', () => {
    const few = ehloKeywords({
      messageBytesMax: 5,
      recipientsMax: 3,
      startTls: false,
      authMechanisms: [],
      change: null,
    });
    expect(few).toContain('SIZE 5');
    expect(few).toContain('LIMITS RCPTMAX=3');
    expect(few.join(' ')).not.toMatch(/STARTTLS|AUTH/);
    const all = ehloKeywords({
      messageBytesMax: 5,
      recipientsMax: 3,
      startTls: true,
      authMechanisms: ['PLAIN'],
      change: null,
    });
    expect(all).toEqual(expect.arrayContaining(['STARTTLS', 'AUTH PLAIN']));
  });
});
