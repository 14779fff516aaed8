/**
 * Where the server's certificate comes from, and the secure context that every handshake uses.
 *
 * There is one context at a time, shared by all connections, because session tickets can only be
 * resumed where their keys are known; the ticket keys outlive a renewed certificate. The context is
 * asked for at each handshake, so a renewed file or leaf is used without a restart; the work is
 * done beside, and the old one serves until the new one is ready.
 */
import { randomBytes, X509Certificate } from 'node:crypto';
import { hostname as machineName } from 'node:os';
import { createSecureContext, type SecureContext } from 'node:tls';
import { epochMs } from '../timers.ts';
import { readCertificateFiles } from './certificate-files.ts';
import {
  createLocalAuthority,
  createThrowAwayAuthority,
  type LocalMaterial,
  renewBeforeMs,
} from './local-authority.ts';
import { TlsError } from './tls-error.ts';

export interface TlsMaterialOptions {
  /** PEM; a chain begins with the server's own certificate. Both files or none. */
  readonly certFile: string | null;
  readonly keyFile: string | null;
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
  /** Where the generated material is kept; `null` = in memory only, and made at the first use. */
  readonly dataDirectory: string | null;
  /** The name in banner and EHLO; the generated certificate covers it. */
  readonly hostname: string;
  readonly now?: () => number;
  /** What a person should hear of later than at the start, such as a failed renewal. */
  readonly report?: (notice: string) => void;
}

export interface TlsMaterial {
  secureContext(): SecureContext;
  /** The local authority to trust; `null` with a certificate from files. */
  readonly caPem: string | null;
  readonly source: 'files' | 'generated';
  readonly validToMs: number;
  /** What a person should hear of at the start. */
  readonly notices: readonly string[];
}

interface Loaded {
  readonly certificatePem: string;
  readonly keyPem: string;
  readonly caPem: string | null;
  readonly validToMs: number;
  readonly notices: readonly string[];
  /** From then on it is worth loading again. */
  readonly recheckAtMs: number;
}

/** How soon a replaced certificate file is noticed. */
const fileRecheckMs = 60_000;
const renewalRetryMs = 3_600_000;

export async function loadTlsMaterial(options: TlsMaterialOptions): Promise<TlsMaterial> {
  const now = options.now ?? epochMs;
  const report = options.report ?? (() => {});
  const isGenerated = options.certFile === null && options.keyFile === null;
  if (isGenerated && options.dataDirectory === null) return throwAwayMaterial(options);
  const load = isGenerated ? generatedLoader(options) : fileLoader(options);
  const ticketKeys = randomBytes(48);
  const buildContext = (from: Loaded) => contextOf(from, options.minVersion, ticketKeys);

  let loaded = await load(now());
  let context = buildContext(loaded);
  let recheckAtMs = loaded.recheckAtMs;
  const { notices } = loaded;

  async function refresh(): Promise<void> {
    try {
      const fresh = await load(now());
      recheckAtMs = fresh.recheckAtMs;
      if (fresh.certificatePem === loaded.certificatePem && fresh.keyPem === loaded.keyPem) return;
      context = buildContext(fresh);
      loaded = fresh;
      for (const notice of fresh.notices) report(notice);
    } catch (error) {
      report(`The certificate in use stays: ${error instanceof Error ? error.message : error}`);
    }
  }

  return {
    secureContext() {
      const nowMs = now();
      if (nowMs >= recheckAtMs) {
        // Moved on first, so that a burst of handshakes loads once and a failure is tried again.
        recheckAtMs = nowMs + (loaded.caPem === null ? fileRecheckMs : renewalRetryMs);
        void refresh();
      }
      return context;
    },
    get caPem() {
      return loaded.caPem;
    },
    get validToMs() {
      return loaded.validToMs;
    },
    source: loaded.caPem === null ? 'files' : 'generated',
    notices,
  };
}

function fileLoader({ certFile, keyFile }: TlsMaterialOptions): (nowMs: number) => Promise<Loaded> {
  if (certFile === null || keyFile === null) {
    const [given, missing] =
      certFile === null
        ? ['--tls-key (PRIXFIXE_TLS_KEY)', '--tls-cert (PRIXFIXE_TLS_CERT)']
        : ['--tls-cert (PRIXFIXE_TLS_CERT)', '--tls-key (PRIXFIXE_TLS_KEY)'];
    throw new TlsError(
      'TLS_PAIR_INCOMPLETE',
      `${given} was given without ${missing}: give both, or neither for a generated certificate.`,
    );
  }
  return async (nowMs) => ({
    ...(await readCertificateFiles(certFile, keyFile, nowMs)),
    caPem: null,
    recheckAtMs: nowMs + fileRecheckMs,
  });
}

function contextOf(
  { certificatePem, keyPem }: Pick<Loaded, 'certificatePem' | 'keyPem'>,
  minVersion: TlsMaterialOptions['minVersion'],
  ticketKeys: Buffer,
): SecureContext {
  return createSecureContext({
    cert: certificatePem,
    key: keyPem,
    minVersion,
    ticketKeys,
    sessionIdContext: 'prixfixe-dev',
  });
}

function generatedLoader(options: TlsMaterialOptions): (nowMs: number) => Promise<Loaded> {
  const authority = createLocalAuthority(options.dataDirectory ?? '', namesOf(options));
  return async (nowMs) => {
    const material = await authority.load(nowMs);
    return { ...loadedOf(material, nowMs), notices: material.notices };
  };
}

/** Nothing is read from a disk, so nothing has to be there before somebody asks for it. */
function throwAwayMaterial(options: TlsMaterialOptions): TlsMaterial {
  const now = options.now ?? epochMs;
  const authority = createThrowAwayAuthority(namesOf(options));
  const ticketKeys = randomBytes(48);
  let current: { readonly loaded: Loaded; readonly context: SecureContext } | null = null;
  const load = () => {
    const nowMs = now();
    if (current === null || nowMs >= current.loaded.recheckAtMs) {
      const loaded = loadedOf(authority.load(nowMs), nowMs);
      current = { loaded, context: contextOf(loaded, options.minVersion, ticketKeys) };
    }
    return current;
  };
  return {
    secureContext: () => load().context,
    get caPem() {
      return load().loaded.caPem;
    },
    get validToMs() {
      return load().loaded.validToMs;
    },
    source: 'generated',
    notices: [],
  };
}

function loadedOf({ leaf, authority }: LocalMaterial, nowMs: number): Loaded {
  const validToMs = Date.parse(new X509Certificate(leaf.certificatePem).validTo);
  return {
    // The authority rides along, so that a client that trusts it by fingerprint finds it.
    certificatePem: leaf.certificatePem + authority.certificatePem,
    keyPem: leaf.keyPem,
    caPem: authority.certificatePem,
    validToMs,
    notices: [],
    recheckAtMs: Math.max(validToMs - renewBeforeMs, nowMs + renewalRetryMs),
  };
}

/** What the generated certificate is for. */
function namesOf({ hostname }: TlsMaterialOptions): readonly string[] {
  const names = new Set(['localhost', hostname, machineName(), '127.0.0.1', '::1']);
  return [...names].filter(isCertifiable);
}

/** A machine may be called anything; a certificate can only carry a host name or an address. */
function isCertifiable(name: string): boolean {
  return /^[0-9A-Za-z_][0-9A-Za-z_.:-]{0,252}$|^::[0-9A-Fa-f:.]*$/.test(name);
}
