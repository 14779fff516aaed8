/**
 * What lets a process trust the CA of a sink: a file with it and the variables that name it. Node
 * adds `NODE_EXTRA_CA_CERTS` to what it trusts. `SSL_CERT_FILE` replaces what OpenSSL trusts (Python,
 * Ruby, PHP, Go and curl read it), so that file holds what was trusted before as well.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';

export interface TrustingEnvironment extends AsyncDisposable {
  /** `NODE_EXTRA_CA_CERTS`, `SSL_CERT_FILE`, `PRIXFIXE_CA_FILE`. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Where systems keep what OpenSSL trusts. */
const systemBundles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/cert.pem',
  '/etc/ssl/ca-bundle.pem',
];

/** Writes to a folder of its own in the temporary directory; disposing removes it. */
export async function trustingEnvironment(
  ca: string,
  env: NodeJS.ProcessEnv,
): Promise<TrustingEnvironment> {
  const folder = await mkdtemp(join(tmpdir(), 'prixfixe-ca-'));
  const write = async (name: string, pieces: readonly string[]) => {
    const path = join(folder, name);
    await writeFile(path, pieces.map((piece) => `${piece.trim()}\n`).join(''), { mode: 0o644 });
    return path;
  };
  const extra = await readFirst([env.NODE_EXTRA_CA_CERTS]);
  const trusted = await readFirst([env.SSL_CERT_FILE, ...systemBundles]);
  return {
    variables: {
      PRIXFIXE_CA_FILE: await write('ca.pem', [ca]),
      NODE_EXTRA_CA_CERTS: await write('node-extra-ca.pem', [...extra, ca]),
      SSL_CERT_FILE: await write('bundle.pem', [
        ...(trusted.length > 0 ? trusted : rootCertificates),
        ca,
      ]),
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

async function readFirst(paths: readonly (string | undefined)[]): Promise<readonly string[]> {
  for (const path of paths) {
    if (path === undefined || path === '') continue;
    // A variable may name a file that is gone; its owner did without until now.
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text !== null) return [text];
  }
  return [];
}
