/**
 * Makes the local certificate authority and the certificate that the SMTP server presents.
 *
 * This is the only file that loads pkijs; `load-tls-material.ts` imports it when there is something
 * to issue and not before, so an ordinary start does not pay for it. Keys are P-256: a full
 * handshake is a third cheaper than with RSA-2048, and every client since TLS 1.2 knows the curve.
 */
import { createHash, createPrivateKey, randomBytes, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import * as asn1js from 'asn1js';
import {
  AttributeTypeAndValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  CryptoEngine,
  Extension,
  ExtKeyUsage,
  GeneralName,
  GeneralNames,
  type RelativeDistinguishedNames,
  Time,
} from 'pkijs';

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

const p256 = { name: 'ECDSA', namedCurve: 'P-256' } as const;

function createEngine(): CryptoEngine {
  return new CryptoEngine({ name: 'node', crypto: webcrypto });
}

/** A root that may sign server certificates and nothing below another authority. */
export async function issueAuthority(nowMs: number): Promise<IssuedPair> {
  const engine = createEngine();
  const keys = await engine.generateKey(p256, true, ['sign', 'verify']);
  const certificate = emptyCertificate(nowMs, authorityDays);
  // The chance in the name keeps two authorities apart in a trust store that holds both.
  nameSubject(certificate.subject, `prixfixe-dev local CA ${randomBytes(4).toString('hex')}`);
  certificate.issuer = certificate.subject;
  await certificate.subjectPublicKeyInfo.importKey(keys.publicKey, engine);
  const keyIdentifier = keyIdentifierOf(certificate);
  certificate.extensions = [
    extension(oid.basicConstraints, new BasicConstraints({ cA: true, pathLenConstraint: 0 }), true),
    keyUsageExtension(keyUsage.keyCertSignAndCrlSign),
    subjectKeyIdentifierExtension(keyIdentifier),
    authorityKeyIdentifierExtension(keyIdentifier),
  ];
  await certificate.sign(keys.privateKey, 'SHA-256', engine);
  return toPair(certificate, keys.privateKey, engine);
}

/** A server certificate for `names`: host names and addresses, the first is the common name. */
export async function issueLeaf(
  authority: IssuedPair,
  names: readonly string[],
  nowMs: number,
): Promise<IssuedPair> {
  const engine = createEngine();
  const keys = await engine.generateKey(p256, true, ['sign', 'verify']);
  const issuer = Certificate.fromBER(octetsOfPem(authority.certificatePem));
  const issuerKey = await engine.importKey(
    'pkcs8',
    createPrivateKey(authority.keyPem).export({ type: 'pkcs8', format: 'der' }),
    p256,
    false,
    ['sign'],
  );
  const certificate = emptyCertificate(nowMs, leafDays);
  nameSubject(certificate.subject, names[0] ?? 'localhost');
  certificate.issuer = issuer.subject;
  await certificate.subjectPublicKeyInfo.importKey(keys.publicKey, engine);
  certificate.extensions = [
    extension(oid.basicConstraints, new BasicConstraints({ cA: false }), true),
    keyUsageExtension(keyUsage.digitalSignature),
    extension(oid.extendedKeyUsage, new ExtKeyUsage({ keyPurposes: [oid.serverAuth] }), false),
    extension(oid.subjectAltName, new GeneralNames({ names: names.map(generalName) }), false),
    subjectKeyIdentifierExtension(keyIdentifierOf(certificate)),
    authorityKeyIdentifierExtension(keyIdentifierOf(issuer)),
  ];
  await certificate.sign(issuerKey, 'SHA-256', engine);
  return toPair(certificate, keys.privateKey, engine);
}

function emptyCertificate(nowMs: number, validDays: number): Certificate {
  const certificate = new Certificate();
  certificate.version = 2; // X.509 v3
  const serial = randomBytes(16);
  // RFC 5280 §4.1.2.2: positive, at most 20 octets; 0x40 keeps it from starting with a zero octet.
  serial.writeUInt8((serial.readUInt8(0) & 0x7f) | 0x40, 0);
  certificate.serialNumber = new asn1js.Integer({ valueHex: arrayBufferOf(serial) });
  certificate.notBefore = time(nowMs - backdateMs);
  certificate.notAfter = time(nowMs + validDays * dayMs);
  return certificate;
}

/** RFC 5280 §4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050. */
function time(atMs: number): Time {
  const value = new Date(Math.floor(atMs / 1000) * 1000);
  return new Time({ type: value.getUTCFullYear() < 2050 ? 0 : 1, value });
}

function nameSubject(subject: RelativeDistinguishedNames, commonName: string): void {
  subject.typesAndValues.push(
    new AttributeTypeAndValue({
      type: oid.organization,
      value: new asn1js.Utf8String({ value: 'prixfixe-dev' }),
    }),
    // RFC 5280 appendix A.1 limits a common name to 64 characters; the whole name is in the SAN.
    new AttributeTypeAndValue({
      type: oid.commonName,
      value: new asn1js.Utf8String({ value: commonName.slice(0, 64) }),
    }),
  );
}

function extension(
  extnID: string,
  value: { toSchema(): { toBER(sizeOnly?: boolean): ArrayBuffer } },
  critical: boolean,
): Extension {
  return new Extension({ extnID, critical, extnValue: value.toSchema().toBER(false) });
}

function keyUsageExtension(usage: { readonly octet: number; readonly unusedBits: number }) {
  const bits = new asn1js.BitString({
    valueHex: Uint8Array.of(usage.octet).buffer,
    unusedBits: usage.unusedBits,
  });
  return new Extension({ extnID: oid.keyUsage, critical: true, extnValue: bits.toBER(false) });
}

function subjectKeyIdentifierExtension(keyIdentifier: ArrayBuffer): Extension {
  const value = new asn1js.OctetString({ valueHex: keyIdentifier });
  return new Extension({
    extnID: oid.subjectKeyIdentifier,
    critical: false,
    extnValue: value.toBER(false),
  });
}

function authorityKeyIdentifierExtension(keyIdentifier: ArrayBuffer): Extension {
  const value = new AuthorityKeyIdentifier({
    keyIdentifier: new asn1js.OctetString({ valueHex: keyIdentifier }),
  });
  return extension(oid.authorityKeyIdentifier, value, false);
}

/** Any stable 20 octets of the key will do (RFC 5280 §4.2.1.2). */
function keyIdentifierOf(certificate: Certificate): ArrayBuffer {
  const publicKey = certificate.subjectPublicKeyInfo.subjectPublicKey.valueBlock.valueHexView;
  return arrayBufferOf(createHash('sha256').update(publicKey).digest().subarray(0, 20));
}

/** RFC 5280 §4.2.1.6: type 2 is a DNS name, type 7 an address in network order. */
function generalName(name: string): GeneralName {
  if (isIP(name) === 0) {
    return new GeneralName({ type: 2, value: domainToASCII(name) || name });
  }
  return new GeneralName({
    type: 7,
    value: new asn1js.OctetString({ valueHex: arrayBufferOf(addressOctets(name)) }),
  });
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

async function toPair(
  certificate: Certificate,
  privateKey: webcrypto.CryptoKey,
  engine: CryptoEngine,
): Promise<IssuedPair> {
  const key = await engine.exportKey('pkcs8', privateKey);
  return {
    certificatePem: pem('CERTIFICATE', certificate.toSchema(true).toBER(false)),
    keyPem: pem('PRIVATE KEY', key),
  };
}

function pem(label: string, octets: ArrayBuffer): string {
  const lines =
    Buffer.from(octets)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

function octetsOfPem(text: string): Uint8Array<ArrayBuffer> {
  const base64 = text.replace(/-----[A-Z ]+-----/g, '').replace(/\s+/g, '');
  return Uint8Array.from(Buffer.from(base64, 'base64'));
}

function arrayBufferOf(octets: Uint8Array): ArrayBuffer {
  return Uint8Array.from(octets).buffer;
}
