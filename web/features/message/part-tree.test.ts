import { describe, expect, it } from 'vitest';
import type { PartShape } from '../../../server/http/shapes.ts';
import { attachmentsOf, bodyPath, decodedBytes, flattenParts, isInertImage } from './part-tree.ts';

const part = (changes: Partial<PartShape>): PartShape => ({
  path: '',
  mediaType: 'text/plain',
  charset: null,
  disposition: null,
  fileName: null,
  contentId: null,
  transferEncoding: '7bit',
  encodedBytes: 0,
  role: 'text',
  children: [],
  ...changes,
});

const logo = part({ path: '1.2', mediaType: 'image/png', role: 'inline' });
const invoice = part({ path: '2', mediaType: 'application/pdf', role: 'attachment' });
const root = part({
  mediaType: 'multipart/mixed',
  role: 'container',
  children: [
    part({ path: '1', role: 'container', children: [part({ path: '1.1' }), logo] }),
    invoice,
  ],
});

describe('flattenParts', () => {
  it('goes depth first', () => {
    expect(flattenParts(root).map(({ part, depth }) => [part.path, depth])).toEqual([
      ['', 0],
      ['1', 1],
      ['1.1', 2],
      ['1.2', 2],
      ['2', 1],
    ]);
  });
});

describe('attachmentsOf', () => {
  it('leaves inline images to the parts', () => {
    expect(attachmentsOf(root)).toEqual([invoice]);
  });
});

describe('bodyPath', () => {
  it('is 1 for a message that is its own only part', () => {
    expect(bodyPath({ path: '' })).toBe('1');
    expect(bodyPath({ path: '1.2' })).toBe('1.2');
  });
});

describe('isInertImage', () => {
  it.each([
    ['image/png', true],
    ['image/svg+xml', false],
    ['text/html', false],
    ['image/x-icon', false],
  ])('%s', (mediaType, inert) => {
    expect(isInertImage({ mediaType })).toBe(inert);
  });
});

describe('decodedBytes', () => {
  it('takes what base64 adds away', () => {
    expect(decodedBytes(part({ transferEncoding: 'base64', encodedBytes: 7_800 }))).toBe(5_700);
    expect(decodedBytes(part({ transferEncoding: '8bit', encodedBytes: 7_800 }))).toBe(7_800);
  });
});
