/**
 * The generated material: a local authority, and a certificate that it signed.
 *
 * On disk it is one file, `tls/local-ca.pem` in the data directory, so that no reader can ever see
 * a certificate without its key. A new file is written aside and then linked into place; whoever
 * comes second finds the link taken and uses the first one's. A renewal keeps the authority, which
 * people have imported into their trust stores, and replaces the leaf by rename.
 *
 * The order of PEM blocks in the file: authority, its key, leaf, its key.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmod, link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { type IssuedPair, issueAuthority, issueLeaf } from './issue-certificate.ts';
import { describeFileError, TlsError } from './tls-error.ts';

export interface LocalMaterial {
  readonly authority: IssuedPair;
  readonly leaf: IssuedPair;
}

export interface LocalAuthority {
  /** Reads what is kept, makes or renews what is missing or runs out. */
  load(nowMs: number): Promise<LocalMaterial & { readonly notices: readonly string[] }>;
}

/** Time for a long-running server and its clients to meet the new certificate. */
export const renewBeforeMs = 30 * 24 * 3_600_000;
/** An authority that could not outlive a new leaf is replaced. */
const authorityRestMs = 400 * 24 * 3_600_000;

export function createLocalAuthority(
  dataDirectory: string,
  names: readonly string[],
): LocalAuthority {
  const file = join(dataDirectory, 'tls', 'local-ca.pem');
  return {
    async load(nowMs) {
      const notices: string[] = [];
      const kept = await readBundle(file, notices);
      if (kept !== null && authorityIsUsable(kept.authority, nowMs)) {
        if (leafIsUsable(kept.leaf, names, nowMs)) return { ...kept, notices };
        const renewed = { ...kept, leaf: issueLeaf(kept.authority, names, nowMs) };
        await replaceBundle(file, renewed);
        return { ...renewed, notices };
      }
      if (kept !== null) {
        notices.push('The local CA was about to expire and was replaced: trust the new one.');
      }
      const made = makeMaterial(names, nowMs);
      if (kept === null) return { ...(await createBundle(file, made)), notices };
      await replaceBundle(file, made);
      return { ...made, notices };
    },
  };
}

/** The same, kept nowhere: made when it is first asked for, and a leaf anew when one runs out. */
export function createThrowAwayAuthority(names: readonly string[]): {
  load(nowMs: number): LocalMaterial;
} {
  let kept: LocalMaterial | null = null;
  return {
    load(nowMs) {
      if (kept === null || !authorityIsUsable(kept.authority, nowMs)) {
        kept = makeMaterial(names, nowMs);
      } else if (!leafIsUsable(kept.leaf, names, nowMs)) {
        kept = { ...kept, leaf: issueLeaf(kept.authority, names, nowMs) };
      }
      return kept;
    },
  };
}

function makeMaterial(names: readonly string[], nowMs: number): LocalMaterial {
  const authority = issueAuthority(nowMs);
  return { authority, leaf: issueLeaf(authority, names, nowMs) };
}

function authorityIsUsable(authority: IssuedPair, nowMs: number): boolean {
  return (
    Date.parse(new X509Certificate(authority.certificatePem).validTo) > nowMs + authorityRestMs
  );
}

function leafIsUsable(leaf: IssuedPair, names: readonly string[], nowMs: number): boolean {
  const certificate = new X509Certificate(leaf.certificatePem);
  return (
    Date.parse(certificate.validTo) > nowMs + renewBeforeMs &&
    Date.parse(certificate.validFrom) <= nowMs &&
    names.every((name) => covers(certificate, name))
  );
}

function covers(certificate: X509Certificate, name: string): boolean {
  const found = isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name);
  return found !== undefined;
}

/** `null` when there is none; a damaged file is moved aside, never deleted. */
async function readBundle(file: string, notices: string[]): Promise<LocalMaterial | null> {
  let text: string;
  try {
    text = await readFile(file, 'latin1');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw unusable(file, error);
  }
  const material = parseBundle(text);
  if (material !== null) {
    await chmod(file, 0o600).catch(() => {
      // A file of another user that we may read: it works, and its mode is the owner's to mend.
    });
    return material;
  }
  const aside = `${file}.damaged`;
  await rename(file, aside).catch((error: unknown) => {
    throw unusable(file, error);
  });
  notices.push(
    `The local CA in ${file} was damaged and has been made anew: trust the new one. ` +
      `The damaged file is kept as ${aside}.`,
  );
  return null;
}

function parseBundle(text: string): LocalMaterial | null {
  const blocks = text.match(/-----BEGIN [A-Z ]+-----[^-]+-----END [A-Z ]+-----\n/g) ?? [];
  const [authorityPem, authorityKeyPem, leafPem, leafKeyPem] = blocks;
  if (!authorityPem || !authorityKeyPem || !leafPem || !leafKeyPem) return null;
  try {
    const authority = new X509Certificate(authorityPem);
    const leaf = new X509Certificate(leafPem);
    const sound =
      authority.ca &&
      authority.checkPrivateKey(createPrivateKey(authorityKeyPem)) &&
      leaf.checkPrivateKey(createPrivateKey(leafKeyPem)) &&
      leaf.verify(authority.publicKey);
    if (!sound) return null;
  } catch {
    // Not PEM, not X.509, or a key of another kind: damaged all the same.
    return null;
  }
  return {
    authority: { certificatePem: authorityPem, keyPem: authorityKeyPem },
    leaf: { certificatePem: leafPem, keyPem: leafKeyPem },
  };
}

function renderBundle({ authority, leaf }: LocalMaterial): string {
  return authority.certificatePem + authority.keyPem + leaf.certificatePem + leaf.keyPem;
}

/** Puts the first bundle in place, or returns the one that another process put there meanwhile. */
async function createBundle(file: string, material: LocalMaterial): Promise<LocalMaterial> {
  const written = await writeAside(file, material);
  try {
    await link(written, file);
    return material;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
      const winner = await readBundle(file, []);
      if (winner !== null) return winner;
    }
    // No hard links on this file system (FAT, some network shares): the last one in wins.
    await rename(written, file).catch((cause: unknown) => {
      throw unusable(file, cause);
    });
    return material;
  } finally {
    await rm(written, { force: true });
  }
}

async function replaceBundle(file: string, material: LocalMaterial): Promise<void> {
  const written = await writeAside(file, material);
  await rename(written, file).catch((error: unknown) => {
    throw unusable(file, error);
  });
}

async function writeAside(file: string, material: LocalMaterial): Promise<string> {
  const directory = join(file, '..');
  const aside = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await chmod(directory, 0o700);
    await writeFile(aside, renderBundle(material), { mode: 0o600, flag: 'wx' });
    return aside;
  } catch (error) {
    throw unusable(file, error);
  }
}

function unusable(file: string, error: unknown): TlsError {
  return new TlsError(
    'TLS_FILE_UNREADABLE',
    `The local CA cannot be kept in ${file}: ${describeFileError(error)}. Mend that, or choose ` +
      'another place with --data-dir (PRIXFIXE_DATA_DIR), or start with --no-tls.',
    error,
  );
}
