/** What OpenSSL says of whole certificates is asked in `load-tls-material.test.ts`. */
import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { elementsOf, integer, objectIdentifier, octetString, sequence, time } from './der.ts';
import { issueAuthority, issueLeaf } from './issue-certificate.ts';

const hex = (octets: Uint8Array) => Buffer.from(octets).toString('hex');

test.each([
  ['zero', integer(Uint8Array.of(0)), '020100'],
  ['no octets at all', integer(new Uint8Array()), '020100'],
  ['a first bit that is set', integer(Uint8Array.of(0x80)), '02020080'],
  ['zeros before it', integer(Uint8Array.of(0, 0, 0x7f)), '02017f'],
  ['one arc of many octets', objectIdentifier('1.2.840.10045.4.3.2'), '06082a8648ce3d040302'],
  [
    '2049',
    time(Date.UTC(2049, 11, 31, 23, 59, 59, 999)),
    `170d${hex(Buffer.from('491231235959Z'))}`,
  ],
  ['2050', time(Date.UTC(2050, 0, 1)), `180f${hex(Buffer.from('20500101000000Z'))}`],
])('%s', (_name, der, expected) => {
  expect(hex(der)).toBe(expected);
});

test.each([0, 1, 127, 128, 255, 256, 65_535, 65_536])(
  'lengths are of the shortest form: %i',
  (n) => {
    const [inner] = elementsOf(sequence(octetString(new Uint8Array(n))));
    const header = n < 128 ? 2 : n < 256 ? 3 : n < 65_536 ? 4 : 5;
    expect(inner?.length).toBe(n + header);
  },
);

test('names of every kind are in the certificate, and its authority is known by it', () => {
  const authority = issueAuthority(Date.now());
  const names = ['localhost', 'bücher.example', '127.0.0.1', '::1', '2001:db8::7'];
  const leaf = new X509Certificate(issueLeaf(authority, names, Date.now()).certificatePem);
  const root = new X509Certificate(authority.certificatePem);
  expect([leaf.verify(root.publicKey), leaf.checkIssued(root), leaf.ca, root.ca]).toEqual([
    true,
    true,
    false,
    true,
  ]);
  expect(leaf.subjectAltName).toBe(
    'DNS:localhost, DNS:xn--bcher-kva.example, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, IP Address:2001:DB8:0:0:0:0:0:7',
  );
});
