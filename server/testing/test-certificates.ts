/** Certificates for tests, made when asked for: none is kept in the repository, so none expires. */
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';
import { type IssuedPair, issueAuthority, issueLeaf } from '../tls/issue-certificate.ts';

export interface TestCertificates {
  readonly authority: IssuedPair;
  readonly leaf: IssuedPair;
  readonly caPem: string;
  secureContext(options?: SecureContextOptions): SecureContext;
}

export async function makeTestCertificates(
  names: readonly string[] = ['localhost', '127.0.0.1', '::1'],
  nowMs = Date.now(),
): Promise<TestCertificates> {
  const authority = issueAuthority(nowMs);
  const leaf = issueLeaf(authority, names, nowMs);
  return {
    authority,
    leaf,
    caPem: authority.certificatePem,
    secureContext: (options = {}) =>
      createSecureContext({
        cert: leaf.certificatePem,
        key: leaf.keyPem,
        minVersion: 'TLSv1.2',
        ...options,
      }),
  };
}
