import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataReceiver } from './data-receiver.ts';
import { MessageBody } from './message-body.ts';

interface Received {
  readonly raw: string;
  readonly bareLf: number;
  readonly bareCr: number;
  readonly rest: string | null;
}

function receive(segments: readonly string[]): Received {
  const body = new MessageBody(10_000_000);
  const receiver = new DataReceiver(body);
  let rest: string | null = null;
  for (const text of segments) {
    if (rest !== null) {
      rest += text;
      continue;
    }
    const segment = Buffer.from(text, 'latin1');
    const used = receiver.push(segment);
    if (receiver.done) rest = segment.toString('latin1', used);
    else expect(used).toBe(segment.length);
  }
  const raw = Buffer.concat(body.pieces()).toString('latin1');
  const { bareLfCount, bareCrCount } = body.lineEndFacts();
  expect(body.bytes).toBe(raw.length);
  return { raw, bareLf: bareLfCount, bareCr: bareCrCount, rest };
}

/** RFC 5321 §4.5.2 over the whole text at once, the slow and plain way. */
function reference(text: string): Received {
  const whole = `\r\n${text}`;
  const end = whole.indexOf('\r\n.\r\n');
  const stuffed = end === -1 ? whole : whole.slice(0, end + 2);
  const raw = stuffed.replaceAll('\r\n.', '\r\n').slice(2);
  return {
    raw,
    bareLf: raw.replaceAll('\r\n', '').split('\n').length - 1,
    bareCr: raw.replaceAll('\r\n', '').split('\r').length - 1,
    rest: end === -1 ? null : whole.slice(end + 5),
  };
}

function cut(text: string, sizes: readonly number[]): string[] {
  const segments: string[] = [];
  for (let at = 0, i = 0; at < text.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    segments.push(text.slice(at, at + size));
    at += size;
  }
  return segments;
}

describe('the end of the text (RFC 5321 §4.1.1.4)', () => {
  it.each([
    '\n.\n',
    '\r\n.\n',
    '\n.\r\n',
    '\r.\r\n',
    '\r.\r',
    '\r\n.\r',
    '\r\n.\r\r\n',
    '\r\n. \r\n',
    '\r\n..\r\n',
    '\n\n.\r\n',
  ])('is not %j', (octets) => {
    for (const segments of [[`a${octets}b`], [...`a${octets}b`]]) {
      expect(receive(segments).rest).toBeNull();
    }
  });

  it.each(['.\r\n', '\r\n.\r\n', 'a\r\n.\r\n', '..\r\n.\r\n', '\r\r\n.\r\n', '.\r\r\n.\r\n'])(
    'is in %j',
    (text) => {
      for (const segments of [[`${text}NOOP`], [...`${text}NOOP`]]) {
        expect(receive(segments)).toEqual(reference(`${text}NOOP`));
        expect(receive(segments).rest).toBe('NOOP');
      }
    },
  );
});

describe('against the reference', () => {
  const alphabet = fc.constantFrom('\r\n', '\r', '\n', '.', '\r\n.', 'a', 'bcd', '\0', '\xff');
  const text = fc.array(alphabet, { maxLength: 60 }).map((pieces) => pieces.join(''));

  it('any text in any segments', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(text, sizes, (octets, cuts) => {
        // Without the end, a dot or its CR may be held back: then only what is known is compared.
        const whole = `${octets}\r\n.\r\nQUIT\r\n`;
        expect(receive(cut(whole, cuts))).toEqual(reference(whole));
      }),
      { numRuns: 2_000 },
    );
  });

  it('long text, where pieces are slices', () => {
    const line = fc.constantFrom(
      'x'.repeat(70),
      '.stuffed',
      'bare\nlf',
      'bare\rcr',
      'y'.repeat(3_000),
    );
    const lines = fc.array(line, { minLength: 1, maxLength: 200 });
    const sizes = fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(lines, sizes, (texts, cuts) => {
        const whole = `${texts.join('\r\n')}\r\n.\r\n`;
        expect(receive(cut(whole, cuts))).toEqual(reference(whole));
      }),
      { numRuns: 100 },
    );
  });
});
