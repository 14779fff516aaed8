import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { hostname as machineName } from 'node:os';
import { join } from 'node:path';
import { connect, type SecureContext, TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import { makeTestCertificates } from '../testing/test-certificates.ts';
import { loadTlsMaterial, type TlsMaterialOptions } from './load-tls-material.ts';

const dayMs = 24 * 3_600_000;
const run = promisify(execFile);

const generated: TlsMaterialOptions = {
  certFile: null,
  keyFile: null,
  minVersion: 'TLSv1.2',
  dataDirectory: null,
  hostname: 'mail.example.test',
};

/** The certificate that a client is shown. */
async function presentedBy(context: SecureContext): Promise<X509Certificate> {
  const server = createServer((socket) => {
    new TLSSocket(socket, { isServer: true, secureContext: context }).on('error', () => {
      // The client hangs up as soon as it has seen the certificate.
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  try {
    return await new Promise((resolve, reject) => {
      const client = connect({ port: address.port, host: '127.0.0.1', rejectUnauthorized: false });
      client.once('error', reject);
      client.once('secureConnect', () => {
        const { raw } = client.getPeerCertificate();
        client.destroy();
        resolve(new X509Certificate(raw));
      });
    });
  } finally {
    server.close();
  }
}

describe('certificate files', () => {
  test('one without the other is refused, naming both options', async () => {
    await expect(loadTlsMaterial({ ...generated, certFile: '/some/cert.pem' })).rejects.toThrow(
      /--tls-cert \(PRIXFIXE_TLS_CERT\) was given without --tls-key \(PRIXFIXE_TLS_KEY\)/,
    );
    await expect(loadTlsMaterial({ ...generated, keyFile: '/some/key.pem' })).rejects.toMatchObject(
      { code: 'TLS_PAIR_INCOMPLETE' },
    );
  });

  test('a missing file, a directory and a file of another kind are told apart', async () => {
    await using directory = await temporaryDirectory();
    const certificates = await makeTestCertificates();
    const certFile = join(directory.path, 'cert.pem');
    const keyFile = join(directory.path, 'key.pem');
    const noPem = join(directory.path, 'no.pem');
    await writeFile(certFile, certificates.leaf.certificatePem);
    await writeFile(keyFile, certificates.leaf.keyPem);
    await writeFile(noPem, 'hello');
    const load = (cert: string, key: string) =>
      loadTlsMaterial({ ...generated, certFile: cert, keyFile: key });

    await expect(load(join(directory.path, 'absent'), keyFile)).rejects.toMatchObject({
      code: 'TLS_FILE_UNREADABLE',
      message: expect.stringMatching(/absent cannot be read: it does not exist.*--tls-cert/),
    });
    await expect(load(certFile, directory.path)).rejects.toMatchObject({
      code: 'TLS_FILE_UNREADABLE',
      message: expect.stringMatching(/it is a directory.*--tls-key/),
    });
    await expect(load(noPem, keyFile)).rejects.toMatchObject({
      code: 'TLS_FILE_INVALID',
      message: expect.stringMatching(/no PEM certificate/),
    });
    await expect(load(certFile, noPem)).rejects.toMatchObject({
      code: 'TLS_FILE_INVALID',
      message: expect.stringMatching(/no PEM private key/),
    });
  });

  test('a key of another certificate and a protected key are refused', async () => {
    await using directory = await temporaryDirectory();
    const [one, other] = [await makeTestCertificates(), await makeTestCertificates()];
    const certFile = join(directory.path, 'cert.pem');
    const keyFile = join(directory.path, 'key.pem');
    await writeFile(certFile, one.leaf.certificatePem);
    await writeFile(keyFile, other.leaf.keyPem);
    await expect(loadTlsMaterial({ ...generated, certFile, keyFile })).rejects.toMatchObject({
      code: 'TLS_KEY_MISMATCH',
      message: expect.stringMatching(/does not belong to the certificate/),
    });
    await writeFile(keyFile, '-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n');
    await expect(loadTlsMaterial({ ...generated, certFile, keyFile })).rejects.toMatchObject({
      code: 'TLS_KEY_ENCRYPTED',
    });
  });

  test('a good pair is presented, and an expired one with a notice', async () => {
    await using directory = await temporaryDirectory();
    const certFile = join(directory.path, 'cert.pem');
    const keyFile = join(directory.path, 'key.pem');
    const good = await makeTestCertificates();
    await writeFile(certFile, good.leaf.certificatePem);
    await writeFile(keyFile, good.leaf.keyPem);
    const material = await loadTlsMaterial({ ...generated, certFile, keyFile });
    expect(material).toMatchObject({ source: 'files', caPem: null, notices: [] });
    expect((await presentedBy(material.secureContext())).serialNumber).toBe(
      new X509Certificate(good.leaf.certificatePem).serialNumber,
    );

    const expired = await makeTestCertificates(['localhost'], Date.now() - 500 * dayMs);
    await writeFile(certFile, expired.leaf.certificatePem);
    await writeFile(keyFile, expired.leaf.keyPem);
    const old = await loadTlsMaterial({ ...generated, certFile, keyFile });
    expect(old.notices).toEqual([expect.stringMatching(/cert\.pem expired on .*will refuse it/)]);
  });

  test('a replaced pair is used without a restart, a broken one is not', async () => {
    await using directory = await temporaryDirectory();
    const certFile = join(directory.path, 'cert.pem');
    const keyFile = join(directory.path, 'key.pem');
    const write = async (from: Awaited<ReturnType<typeof makeTestCertificates>>) => {
      await writeFile(certFile, from.leaf.certificatePem);
      await writeFile(keyFile, from.leaf.keyPem);
    };
    const [first, second] = [await makeTestCertificates(), await makeTestCertificates()];
    await write(first);
    let nowMs = Date.now();
    const reports: string[] = [];
    const material = await loadTlsMaterial({
      ...generated,
      certFile,
      keyFile,
      now: () => nowMs,
      report: (notice) => reports.push(notice),
    });
    const before = material.secureContext();

    await writeFile(keyFile, second.leaf.keyPem);
    nowMs += 61_000;
    material.secureContext();
    await eventually(() => reports.length).toBe(1);
    expect(reports[0]).toMatch(/certificate in use stays: .*does not belong/);
    expect(material.secureContext()).toBe(before);

    await write(second);
    nowMs += 61_000;
    await eventually(() => material.secureContext() === before).toBe(false);
    expect((await presentedBy(material.secureContext())).serialNumber).toBe(
      new X509Certificate(second.leaf.certificatePem).serialNumber,
    );
  });
});

describe('generated material', () => {
  test('a P-256 leaf for every local name, short-lived and signed by the local CA', async () => {
    const material = await loadTlsMaterial(generated);
    const leaf = await presentedBy(material.secureContext());
    const authority = new X509Certificate(material.caPem ?? '');
    expect(material.source).toBe('generated');
    expect(leaf.verify(authority.publicKey)).toBe(true);
    expect(leaf.checkIssued(authority)).toBe(true);
    expect(leaf.ca).toBe(false);
    expect(leaf.publicKey.asymmetricKeyDetails).toMatchObject({ namedCurve: 'prime256v1' });
    for (const name of ['localhost', 'mail.example.test', machineName()]) {
      expect(leaf.checkHost(name), name).toBe(name);
    }
    for (const address of ['127.0.0.1', '::1']) expect(leaf.checkIP(address)).toBe(address);
    const days = (Date.parse(leaf.validTo) - Date.parse(leaf.validFrom)) / dayMs;
    expect(days).toBeLessThanOrEqual(397);

    expect(authority.ca).toBe(true);
    expect(authority.verify(authority.publicKey)).toBe(true);
    const years = (Date.parse(authority.validTo) - Date.parse(authority.validFrom)) / dayMs / 365;
    expect(years).toBeCloseTo(10, 1);
  });

  test('openssl finds no fault with the chain under strict rules', async ({ skip }) => {
    const version = await run('openssl', ['version']).catch(() => null);
    if (version === null) return skip('openssl is not installed');
    await using directory = await temporaryDirectory();
    const material = await loadTlsMaterial(generated);
    const caFile = join(directory.path, 'ca.pem');
    const leafFile = join(directory.path, 'leaf.pem');
    await writeFile(caFile, material.caPem ?? '');
    await writeFile(leafFile, (await presentedBy(material.secureContext())).toString());
    const strict = ['-x509_strict', '-purpose', 'sslserver', '-verify_hostname', 'localhost'];
    const verified = await run('openssl', ['verify', ...strict, '-CAfile', caFile, leafFile]);
    expect(verified.stdout).toContain(`${leafFile}: OK`);
    const text = (await run('openssl', ['x509', '-noout', '-text', '-in', caFile])).stdout;
    expect(text).toMatch(/Basic Constraints: critical\s+CA:TRUE, pathlen:0/);
    expect(text).toMatch(/Key Usage: critical\s+Certificate Sign, CRL Sign\n/);
    expect(text).toMatch(/Subject Key Identifier/);
    expect(text).toMatch(/Authority Key Identifier/);
  });

  test('is kept for the next start, readable by its owner only', async () => {
    await using directory = await temporaryDirectory();
    const options = { ...generated, dataDirectory: join(directory.path, 'data') };
    const first = await loadTlsMaterial(options);
    const second = await loadTlsMaterial(options);
    expect(second.caPem).toBe(first.caPem);
    expect((await presentedBy(second.secureContext())).serialNumber).toBe(
      (await presentedBy(first.secureContext())).serialNumber,
    );
    const tls = join(options.dataDirectory, 'tls');
    expect((await stat(tls)).mode & 0o777).toBe(0o700);
    expect(await readdir(tls)).toEqual(['local-ca.pem']);
    expect((await stat(join(tls, 'local-ca.pem'))).mode & 0o777).toBe(0o600);
  });

  test('without a data directory every start makes its own', async () => {
    const [first, second] = [await loadTlsMaterial(generated), await loadTlsMaterial(generated)];
    expect(first.caPem).not.toBe(second.caPem);
  });

  test('the leaf is renewed before it expires, under the same CA, while running', async () => {
    await using directory = await temporaryDirectory();
    let nowMs = Date.now();
    const options = { ...generated, dataDirectory: directory.path, now: () => nowMs };
    const material = await loadTlsMaterial(options);
    const before = { caPem: material.caPem, context: material.secureContext() };
    nowMs = material.validToMs - 29 * dayMs;
    await eventually(() => material.secureContext() === before.context).toBe(false);
    expect(material.caPem).toBe(before.caPem);
    expect(material.validToMs).toBeGreaterThan(nowMs + 300 * dayMs);
    expect((await loadTlsMaterial(options)).validToMs).toBe(material.validToMs);
  });

  test('a CA that cannot outlive a new leaf is replaced, with a notice', async () => {
    await using directory = await temporaryDirectory();
    const options = { ...generated, dataDirectory: directory.path };
    const first = await loadTlsMaterial(options);
    const later = await loadTlsMaterial({ ...options, now: () => Date.now() + 9 * 365 * dayMs });
    expect(later.caPem).not.toBe(first.caPem);
    expect(later.notices).toEqual([expect.stringMatching(/about to expire.*trust the new one/)]);
  });

  test('another host name gets a new leaf under the same CA', async () => {
    await using directory = await temporaryDirectory();
    const options = { ...generated, dataDirectory: directory.path };
    const first = await loadTlsMaterial(options);
    const second = await loadTlsMaterial({ ...options, hostname: 'other.example.test' });
    expect(second.caPem).toBe(first.caPem);
    const leaf = await presentedBy(second.secureContext());
    expect(leaf.checkHost('other.example.test')).toBe('other.example.test');
  });

  test.each([
    ['cut short', (text: string) => text.slice(0, 900)],
    ['empty', () => ''],
    ['with the keys exchanged', (text: string) => exchangeKeys(text)],
  ])('a file %s is made anew with a notice, and kept aside', async (_name, damage) => {
    await using directory = await temporaryDirectory();
    const options = { ...generated, dataDirectory: directory.path };
    const first = await loadTlsMaterial(options);
    const file = join(directory.path, 'tls', 'local-ca.pem');
    const damaged = damage(await readFile(file, 'latin1'));
    await writeFile(file, damaged);
    const second = await loadTlsMaterial(options);
    expect(second.notices).toEqual([expect.stringMatching(/was damaged and has been made anew/)]);
    expect(second.caPem).not.toBe(first.caPem);
    expect(await readFile(`${file}.damaged`, 'latin1')).toBe(damaged);
    expect((await loadTlsMaterial(options)).notices).toEqual([]);
  });

  test('a data directory that cannot be used is one clear sentence', async () => {
    await using directory = await temporaryDirectory();
    const occupied = join(directory.path, 'tls');
    await writeFile(occupied, 'a file where the directory should be');
    await expect(
      loadTlsMaterial({ ...generated, dataDirectory: directory.path }),
    ).rejects.toMatchObject({
      code: 'TLS_FILE_UNREADABLE',
      message: expect.stringMatching(/local CA cannot be kept in .*--data-dir.*--no-tls/),
    });
  });

  test('a directory that others could read is closed', async () => {
    await using directory = await temporaryDirectory();
    const tls = join(directory.path, 'tls');
    await mkdir(tls);
    await chmod(tls, 0o755);
    await loadTlsMaterial({ ...generated, dataDirectory: directory.path });
    expect((await stat(tls)).mode & 0o777).toBe(0o700);
  });

  test('starts at the same time agree on one CA', async () => {
    await using directory = await temporaryDirectory();
    const options = { ...generated, dataDirectory: directory.path };
    const all = await Promise.all(Array.from({ length: 8 }, () => loadTlsMaterial(options)));
    expect(new Set(all.map((material) => material.caPem)).size).toBe(1);
    expect((await loadTlsMaterial(options)).caPem).toBe(all[0]?.caPem);
    expect(await readdir(join(directory.path, 'tls'))).toEqual(['local-ca.pem']);
  });
});

/** Puts the leaf's key where the authority's belongs and the other way round. */
function exchangeKeys(text: string): string {
  const [authority, authorityKey, leaf, leafKey] = text.split(/(?<=-----END [A-Z ]+-----\n)/);
  return `${authority}${leafKey}${leaf}${authorityKey}`;
}
