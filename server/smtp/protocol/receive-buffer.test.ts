import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LineEvent, ReceiveBuffer } from './receive-buffer.ts';

const limit = () => 2_048;

function events(segments: readonly string[], bytesMaxOf: (start: string) => number = limit) {
  const buffer = new ReceiveBuffer();
  const found: LineEvent[] = [];
  for (const segment of segments) {
    buffer.push(Buffer.from(segment, 'latin1'));
    for (let event = buffer.takeLine(bytesMaxOf); event; event = buffer.takeLine(bytesMaxOf)) {
      found.push(event);
      if (event.kind === 'endless') return found;
    }
  }
  return found;
}

const kinds = (found: readonly LineEvent[]) =>
  found.map((event) => (event.kind === 'line' ? event.text : event.kind));

describe('lines (RFC 5321 §2.3.8)', () => {
  it('only CRLF ends one', () => {
    expect(kinds(events(['a\r\nb\rc\r\n\r\n\r\r\nd']))).toEqual(['a', 'b\rc', '', '\r']);
    expect(kinds(events(['a\r', '\nb', '\r', '\n']))).toEqual(['a', 'b']);
  });

  it('reports each LF without CR, and throws the line away up to its CRLF', () => {
    expect(kinds(events(['a\nb\nc\r\nd\r\n']))).toEqual(['bareLf', 'bareLf', 'd']);
    expect(kinds(events(['\n']))).toEqual(['bareLf']);
    expect(kinds(events(['a\n', '\r\n', 'b\r\n']))).toEqual(['bareLf', 'b']);
  });

  it('counts the CRLF into the limit', () => {
    expect(kinds(events([`${'x'.repeat(2046)}\r\n`]))).toEqual(['x'.repeat(2046)]);
    expect(kinds(events([`${'x'.repeat(2047)}\r\nb\r\n`]))).toEqual(['tooLong', 'b']);
    expect(kinds(events([`${'x'.repeat(2047)}\r`, '\nb\r\n']))).toEqual(['tooLong', 'b']);
  });

  it('asks for another limit only where the first is passed', () => {
    const auth = (start: string) => (start.startsWith('AUTH ') ? 4_096 : 2_048);
    expect(events([`AUTH ${'x'.repeat(3000)}\r\n`], auth)[0]).toMatchObject({ kind: 'line' });
    expect(kinds(events([`AUTX ${'x'.repeat(3000)}\r\n`], auth))).toEqual(['tooLong']);
    expect(kinds(events([`AUTH ${'x'.repeat(4090)}\r\n`], auth))).toEqual(['tooLong']);
  });

  it('is silent about what stands in an overlong line, whatever it is', () => {
    const line = `${'x'.repeat(3000)}\nQUIT\n\rQUIT\r\r`;
    expect(kinds(events([line, '\nb\r\n']))).toEqual(['tooLong', 'b']);
  });

  it('gives up an overlong line without end', () => {
    const mebibyte = 'x'.repeat(1_048_577);
    expect(kinds(events([mebibyte]))).toEqual(['tooLong', 'endless']);
    expect(kinds(events([`${mebibyte}\r\n`]))).toEqual(['tooLong', 'endless']);
  });

  it('holds no more of a line than its limit', () => {
    const buffer = new ReceiveBuffer();
    for (let i = 0; i < 100; i++) {
      buffer.push(Buffer.alloc(1_000, 'x'));
      while (buffer.takeLine(limit) !== null);
      expect(buffer.bytes).toBeLessThanOrEqual(2_048);
    }
  });

  it('finds the same lines however the octets are cut', () => {
    const pieces = fc.constantFrom('\r', '\n', '\r\n', 'a', 'bc ', 'x'.repeat(700), 'AUTH ');
    const cuts = fc.array(fc.nat(40), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 25 }), cuts, (texts, sizes) => {
        const text = texts.join('');
        const segments: string[] = [];
        for (let at = 0, i = 0; at < text.length; i++) {
          const size = (sizes[i % sizes.length] ?? 0) + 1;
          segments.push(text.slice(at, at + size));
          at += size;
        }
        expect(events(segments)).toEqual(events([text]));
      }),
    );
  });
});

describe('segments', () => {
  it('hands over what is left, not copied, and forgets it when asked', () => {
    const buffer = new ReceiveBuffer();
    const octets = Buffer.from('DATA\r\nbody');
    buffer.push(octets);
    expect(buffer.takeLine(limit)).toEqual({ kind: 'line', text: 'DATA' });
    const segment = buffer.segment();
    expect(segment?.toString()).toBe('body');
    expect(segment?.buffer).toBe(octets.buffer);
    buffer.consume(2);
    expect(buffer.segment()?.toString()).toBe('dy');
    expect(buffer.bytes).toBe(2);
    buffer.clear();
    expect(buffer.segment()).toBeNull();
    expect(buffer.bytes).toBe(0);
  });

  it('takes any Uint8Array and ignores empty ones', () => {
    const buffer = new ReceiveBuffer();
    buffer.push(new Uint8Array(0));
    expect(buffer.segment()).toBeNull();
    buffer.push(new Uint8Array([0x61, 13, 10]).subarray(0, 3));
    expect(buffer.takeLine(limit)).toEqual({ kind: 'line', text: 'a' });
  });
});
