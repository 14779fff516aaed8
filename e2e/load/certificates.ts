/** Certificate files as people make them, with openssl. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface CertificateFiles {
  readonly name: 'RSA-2048' | 'ECDSA P-256';
  readonly certFile: string;
  readonly keyFile: string;
  readonly flags: readonly string[];
}

export async function makeCertificates(folder: string): Promise<readonly CertificateFiles[]> {
  return [
    await make(folder, 'RSA-2048', ['-newkey', 'rsa:2048']),
    await make(folder, 'ECDSA P-256', [
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
    ]),
  ];
}

async function make(
  folder: string,
  name: CertificateFiles['name'],
  keyKind: readonly string[],
): Promise<CertificateFiles> {
  const base = join(folder, name.replaceAll(/\W/g, '-').toLowerCase());
  const files = { cert: `${base}.crt`, key: `${base}.key` };
  try {
    await run('openssl', [
      'req',
      '-x509',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=localhost',
      '-addext',
      'subjectAltName=DNS:localhost,IP:127.0.0.1',
      ...keyKind,
      '-keyout',
      files.key,
      '-out',
      files.cert,
    ]);
  } catch (error) {
    throw new Error('Certificates to measure TLS with are made with openssl, which failed.', {
      cause: error,
    });
  }
  return {
    name,
    certFile: files.cert,
    keyFile: files.key,
    flags: [`--tls-cert=${files.cert}`, `--tls-key=${files.key}`],
  };
}
