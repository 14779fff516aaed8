import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { MessageDetailShape } from '../../../server/http/shapes.ts';
import { formatBytes, formatCount, formatDateTime } from '../../lib/format.ts';
import { sessionPath } from '../../lib/links.ts';
import styles from './message-facts.module.css';

/** How the message came here: what SMTP knew, none of which is part of the message. */
export function MessageFacts({ message }: { readonly message: MessageDetailShape }) {
  const { origin, sizeBytes, receivedAt } = message;
  const { tls } = origin;
  const bySmtp = origin.listener === 'smtp' || origin.listener === 'smtps';
  return (
    <dl className={styles.facts}>
      <Fact name="Received">
        <time dateTime={receivedAt}>{formatDateTime(receivedAt)}</time>
      </Fact>
      <Fact name="Size">
        <span title={`${formatCount(sizeBytes)} octets`}>{formatBytes(sizeBytes)}</span>
      </Fact>
      {bySmtp ? (
        <>
          <Fact name="TLS">
            {tls === null ? (
              'none'
            ) : (
              <>
                {tls.protocol} <span className={styles.detail}>{tls.cipher}</span>
                {tls.resumed && <span className={styles.detail}> resumed</span>}
              </>
            )}
          </Fact>
          <Fact name="User">
            {origin.authUser === null ? (
              'none'
            ) : (
              <>
                {origin.authUser} <span className={styles.detail}>{origin.authMechanism}</span>
              </>
            )}
          </Fact>
          <Fact name="EHLO">{origin.ehloName === '' ? 'none' : origin.ehloName}</Fact>
          <Fact name="Peer">
            {peer(origin)}{' '}
            {origin.sessionId !== '' && (
              <Link className={styles.link} href={sessionPath(origin.sessionId)}>
                session
              </Link>
            )}
          </Fact>
        </>
      ) : (
        <Fact name="Came by">{origin.listener === 'import' ? 'import from a file' : 'HTTP'}</Fact>
      )}
    </dl>
  );
}

function peer({ peerAddress, peerPort }: MessageDetailShape['origin']): string {
  return peerAddress.includes(':') ? `[${peerAddress}]:${peerPort}` : `${peerAddress}:${peerPort}`;
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className={styles.fact}>
      <dt className={styles.name}>{name}</dt>
      <dd className={styles.value}>{children}</dd>
    </div>
  );
}
