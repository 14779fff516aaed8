/**
 * Makes the local certificate authority and the certificate that the SMTP server presents.
 *
 * Keys are P-256: a full handshake is a third cheaper than with RSA-2048, and every client since
 * TLS 1.2 knows the curve. Nothing here waits, so that a throw-away authority can be made in the
 * turn in which somebody first asks for it.
 */
import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';
import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import {
  bitString,
  type Der,
  elementsOf,
  integer,
  isTrue,
  objectIdentifier,
  octetString,
  sequence,
  set,
  tagged,
  taggedOctets,
  time,
  utf8String,
} from './der.ts';

export interface IssuedPair {
  readonly certificatePem: string;
  /** PKCS #8. */
  readonly keyPem: string;
}

const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;
export const authorityDays = 3650;
/** Under the 398 days that clients enforce on server certificates, also with the hour before. */
export const leafDays = 396;
/** A container's clock may lag behind the machine that made the certificate. */
const backdateMs = hourMs;

const oid = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
} as const;

/** RFC 5280 §4.2.1.3: bit 0 is the most significant bit of the first octet. */
const keyUsage = {
  digitalSignature: { octet: 0x80, unusedBits: 7 },
  keyCertSignAndCrlSign: { octet: 0x06, unusedBits: 1 },
} as const;

interface Keys {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** A root that may sign server certificates and nothing below another authority. */
export function issueAuthority(nowMs: number): IssuedPair {
  const keys = newKeys();
  // The chance in the name keeps two authorities apart in a trust store that holds both.
  const name = nameOf(`prixfixe-dev local CA ${randomBytes(4).toString('hex')}`);
  const identifier = keyIdentifierOf(keys.publicKey);
  return issue({
    nowMs,
    validDays: authorityDays,
    issuer: name,
    subject: name,
    keys,
    signingKey: keys.privateKey,
    extensions: [
      // pathLenConstraint 0.
      extension(oid.basicConstraints, sequence(isTrue(), integer(Uint8Array.of(0))), 'critical'),
      keyUsageExtension(keyUsage.keyCertSignAndCrlSign),
      extension(oid.subjectKeyIdentifier, octetString(identifier)),
      extension(oid.authorityKeyIdentifier, sequence(taggedOctets(0, identifier))),
    ],
  });
}

/** A server certificate for `names`: host names and addresses, the first is the common name. */
export function issueLeaf(
  authority: IssuedPair,
  names: readonly string[],
  nowMs: number,
): IssuedPair {
  const keys = newKeys();
  const issuer = new X509Certificate(authority.certificatePem);
  return issue({
    nowMs,
    validDays: leafDays,
    issuer: subjectOf(issuer),
    subject: nameOf(names[0] ?? 'localhost'),
    keys,
    signingKey: createPrivateKey(authority.keyPem),
    extensions: [
      extension(oid.basicConstraints, sequence(), 'critical'),
      keyUsageExtension(keyUsage.digitalSignature),
      extension(oid.extendedKeyUsage, sequence(objectIdentifier(oid.serverAuth))),
      extension(oid.subjectAltName, sequence(...names.map(generalName))),
      extension(oid.subjectKeyIdentifier, octetString(keyIdentifierOf(keys.publicKey))),
      extension(
        oid.authorityKeyIdentifier,
        sequence(taggedOctets(0, keyIdentifierOf(issuer.publicKey))),
      ),
    ],
  });
}

/** RFC 5280 §4.1. */
function issue(certificate: {
  readonly nowMs: number;
  readonly validDays: number;
  readonly issuer: Der;
  readonly subject: Der;
  readonly keys: Keys;
  readonly signingKey: KeyObject;
  readonly extensions: readonly Der[];
}): IssuedPair {
  const { nowMs, validDays, issuer, subject, keys, signingKey, extensions } = certificate;
  const algorithm = sequence(objectIdentifier(oid.ecdsaWithSha256));
  const version3 = integer(Uint8Array.of(2));
  const toBeSigned = sequence(
    tagged(0, version3),
    integer(newSerial()),
    algorithm,
    issuer,
    sequence(time(nowMs - backdateMs), time(nowMs + validDays * dayMs)),
    subject,
    publicKeyOctets(keys.publicKey),
    tagged(3, sequence(...extensions)),
  );
  const signature = sign('sha256', toBeSigned, signingKey);
  return {
    certificatePem: pem('CERTIFICATE', sequence(toBeSigned, algorithm, bitString(signature))),
    keyPem: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function newKeys(): Keys {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

/** RFC 5280 §4.1.2.2: positive, at most 20 octets; 0x40 keeps it from starting with a zero octet. */
function newSerial(): Uint8Array {
  const serial = randomBytes(16);
  serial.writeUInt8((serial.readUInt8(0) & 0x7f) | 0x40, 0);
  return serial;
}

function nameOf(commonName: string): Der {
  const attribute = (type: string, value: string) =>
    set(sequence(objectIdentifier(type), utf8String(value)));
  return sequence(
    attribute(oid.organization, 'prixfixe-dev'),
    // RFC 5280 appendix A.1 limits a common name to 64 characters; the whole name is in the SAN.
    attribute(oid.commonName, commonName.slice(0, 64)),
  );
}

/** As it stands there: a name is compared octet for octet (RFC 5280 §7.1). */
function subjectOf(certificate: X509Certificate): Der {
  const [toBeSigned = sequence()] = elementsOf(certificate.raw);
  const subject = elementsOf(toBeSigned)[5];
  if (subject === undefined) throw new Error('a certificate of ours has no subject');
  return subject;
}

function extension(type: string, value: Der, isCritical?: 'critical'): Der {
  const critical = isCritical === undefined ? [] : [isTrue()];
  return sequence(objectIdentifier(type), ...critical, octetString(value));
}

function keyUsageExtension(usage: { readonly octet: number; readonly unusedBits: number }): Der {
  const bits = bitString(Uint8Array.of(usage.octet), usage.unusedBits);
  return extension(oid.keyUsage, bits, 'critical');
}

/** Any stable 20 octets of the key will do (RFC 5280 §4.2.1.2). */
function keyIdentifierOf(publicKey: KeyObject): Uint8Array {
  // The BIT STRING of a SubjectPublicKeyInfo: after tag and length, the count of unused bits.
  const [, key = bitString(new Uint8Array())] = elementsOf(publicKeyOctets(publicKey));
  return createHash('sha256').update(key.subarray(3)).digest().subarray(0, 20);
}

function publicKeyOctets(key: KeyObject): Uint8Array {
  return key.export({ type: 'spki', format: 'der' });
}

/** RFC 5280 §4.2.1.6: type 2 is a DNS name, type 7 an address in network order. */
function generalName(name: string): Der {
  if (isIP(name) !== 0) return taggedOctets(7, addressOctets(name));
  return taggedOctets(2, Buffer.from(domainToASCII(name) || name, 'latin1'));
}

function addressOctets(address: string): Uint8Array {
  if (isIP(address) === 4) return Uint8Array.from(address.split('.').map(Number));
  // The URL parser writes any IPv6 spelling, embedded IPv4 included, as plain hexadecimal groups.
  const canonical = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = new Array<string>(8 - left.length - right.length).fill('0');
  const groups = [...left, ...zeros, ...right].map((group) => Number.parseInt(group, 16));
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
}

function pem(label: string, octets: Uint8Array): string {
  const lines =
    Buffer.from(octets)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
