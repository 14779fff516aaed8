/** The certificate and key that the user brought: read, compared, and refused in clear words. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { open } from 'node:fs/promises';
import { describeFileError, TlsError } from './tls-error.ts';

export interface CertificateFiles {
  readonly certificatePem: string;
  readonly keyPem: string;
  readonly validToMs: number;
  readonly notices: readonly string[];
}

const certificateOption = '--tls-cert (PRIXFIXE_TLS_CERT)';
const keyOption = '--tls-key (PRIXFIXE_TLS_KEY)';

export async function readCertificateFiles(
  certificateFile: string,
  keyFile: string,
  nowMs: number,
): Promise<CertificateFiles> {
  // One after the other: when both are missing, it is always the first that is told.
  const certificatePem = await readPem(certificateFile, certificateOption);
  const keyPem = await readPem(keyFile, keyOption);
  const certificate = parseCertificate(certificatePem, certificateFile);
  const key = parseKey(keyPem, keyFile);
  if (!certificate.checkPrivateKey(key)) {
    throw new TlsError(
      'TLS_KEY_MISMATCH',
      `The key ${keyFile} does not belong to the certificate ${certificateFile}: ` +
        `give the matching pair with ${certificateOption} and ${keyOption}; in a chain the ` +
        "server's own certificate comes first.",
    );
  }
  return {
    certificatePem,
    keyPem,
    validToMs: Date.parse(certificate.validTo),
    notices: validityNotices(certificate, certificateFile, nowMs),
  };
}

async function readPem(path: string, option: string): Promise<string> {
  try {
    return await readAtMost(path);
  } catch (error) {
    throw new TlsError(
      'TLS_FILE_UNREADABLE',
      `The file ${path} cannot be read: ${describeFileError(error)}. Correct ${option}, ` +
        'or leave it out to use the generated certificate.',
      error,
    );
  }
}

/** Long chains have some 20 KiB. */
const pemBytesMax = 1_048_576;

/** Read rather than asked for its size, because a pipe or a device has none. */
async function readAtMost(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const octets = Buffer.alloc(pemBytesMax + 1);
    let bytes = 0;
    for (let read = -1; read !== 0 && bytes < octets.length; bytes += read) {
      read = (await file.read(octets, bytes, octets.length - bytes, null)).bytesRead;
    }
    if (bytes > pemBytesMax) throw new Error('it is larger than 1 MiB');
    return octets.toString('latin1', 0, bytes);
  } finally {
    await file.close();
  }
}

function parseCertificate(pem: string, path: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (error) {
    throw new TlsError(
      'TLS_FILE_INVALID',
      `The file ${path} holds no PEM certificate: give one that has ` +
        `"-----BEGIN CERTIFICATE-----" with ${certificateOption}.`,
      error,
    );
  }
}

function parseKey(pem: string, path: string): KeyObject {
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED/.test(pem)) {
    throw new TlsError(
      'TLS_KEY_ENCRYPTED',
      `The key ${path} is protected by a passphrase, which cannot be asked for here: give an ` +
        `unprotected copy with ${keyOption} (openssl pkey -in ${path} -out plain.key).`,
    );
  }
  try {
    return createPrivateKey(pem);
  } catch (error) {
    throw new TlsError(
      'TLS_FILE_INVALID',
      `The file ${path} holds no PEM private key: give one that has ` +
        `"-----BEGIN PRIVATE KEY-----" with ${keyOption}.`,
      error,
    );
  }
}

/** Such a certificate still works with clients that do not check; hence no refusal. */
function validityNotices(certificate: X509Certificate, path: string, nowMs: number): string[] {
  if (Date.parse(certificate.validTo) <= nowMs) {
    return [`The certificate ${path} expired on ${certificate.validTo}: clients will refuse it.`];
  }
  if (Date.parse(certificate.validFrom) > nowMs) {
    return [`The certificate ${path} is not valid before ${certificate.validFrom}.`];
  }
  return [];
}
