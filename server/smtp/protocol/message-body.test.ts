import { describe, expect, it } from 'vitest';
import { ChunkReceiver } from './chunk-receiver.ts';
import { MessageBody } from './message-body.ts';

const octets = (text: string) => Buffer.from(text, 'latin1');

describe('message body', () => {
  it('keeps large pieces where they are and copies small ones together', () => {
    const body = new MessageBody(1_000_000);
    const large = Buffer.alloc(5_000, 'x');
    for (const octet of 'small') body.append(octets(octet), 0, 1);
    body.append(large, 0, large.length);
    body.append(large, 1_000, 4_000);
    const pieces = body.pieces();
    expect(pieces.map((piece) => piece.length)).toEqual([5, 5_000, 3_000]);
    expect(pieces[1]).toBe(large);
    expect(pieces[2]?.buffer).toBe(large.buffer);
  });

  it('costs its size, not an object per octet, when it comes octet by octet', () => {
    const body = new MessageBody(1_000_000);
    for (let i = 0; i < 100_000; i++) body.append(octets('x'), 0, 1);
    expect(Buffer.concat(body.pieces())).toHaveLength(100_000);
    expect(body.pieces().length).toBeLessThan(20);
  });

  it('keeps nothing beyond its limit, and goes on counting', () => {
    const body = new MessageBody(10);
    body.append(octets('0123456789'), 0, 10);
    expect(body).toMatchObject({ tooLarge: false, bytesHeld: 10 });
    body.append(octets('x'), 0, 1);
    expect(body).toMatchObject({ tooLarge: true, bytes: 11, bytesHeld: 0 });
    expect(body.pieces()).toEqual([]);
  });

  it.each([
    [['a\r\nb\r\n'], 0, 0],
    [['a\r', '\nb'], 0, 0],
    [['\n'], 1, 0],
    [['\r'], 0, 1],
    [['\r', 'a'], 0, 1],
    [['\r\r\n\n'], 1, 1],
    [['\r', '\r', '\n', '\n'], 1, 1],
    [['a\n\r'], 1, 1],
  ])('counts bare line ends of %j', (texts, bareLfCount, bareCrCount) => {
    for (const padding of ['', 'x'.repeat(2_000)]) {
      const body = new MessageBody(1_000_000);
      body.append(octets(padding), 0, padding.length);
      for (const text of texts) body.append(octets(text), 0, text.length);
      expect(body.lineEndFacts()).toEqual({ bareLfCount, bareCrCount });
    }
  });
});

describe('bare line ends where two pieces meet', () => {
  it.each([
    ['\r', 'a', 0, 1],
    ['\r', '\n', 0, 0],
    ['\r', '\r', 0, 2],
    ['\n', '\n', 2, 0],
    ['a', '\n', 1, 0],
  ])('%j and %j', (before, after, bareLfCount, bareCrCount) => {
    const padding = 'x'.repeat(2_000);
    const body = new MessageBody(1_000_000);
    for (const piece of [padding + before, after + padding]) {
      body.append(octets(piece), 0, piece.length);
    }
    expect(body.pieces()).toHaveLength(2);
    expect(body.lineEndFacts()).toEqual({ bareLfCount, bareCrCount });
  });
});

describe('chunk (RFC 3030 §2)', () => {
  it('takes its octets and not one more', () => {
    const body = new MessageBody(100);
    const chunk = new ChunkReceiver(5, body);
    expect(chunk.push(octets('abc'))).toBe(3);
    expect(chunk.done).toBe(false);
    expect(chunk.push(octets('deQUIT'))).toBe(2);
    expect(chunk.done).toBe(true);
    expect(Buffer.concat(body.pieces()).toString()).toBe('abcde');
  });

  it('of size 0 is done at once', () => {
    expect(new ChunkReceiver(0, null).done).toBe(true);
  });

  it('is drained where there is no body', () => {
    const chunk = new ChunkReceiver(4, null);
    expect(chunk.push(octets('QUIT\r\n'))).toBe(4);
    expect(chunk.done).toBe(true);
  });
});
