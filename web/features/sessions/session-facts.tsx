import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { SessionDetail } from '../../lib/api.ts';
import { formatBytes, formatCount } from '../../lib/format.ts';
import { sessionListPath } from '../../lib/links.ts';
import { peerText } from './describe-session.ts';
import { Lasted } from './lasted.tsx';
import { errorLabel } from './session-errors.ts';
import styles from './session-view.module.css';

const listeners = {
  smtp: 'plain at first, STARTTLS',
  smtps: 'TLS from the first octet',
} as const;

export function SessionFacts({ session }: { readonly session: SessionDetail }) {
  const { tls, authUser, errors, bytesReceived, listener, ehloName } = session;
  return (
    <dl className={styles.facts}>
      <Fact name="Peer">
        <code>{peerText(session)}</code>
      </Fact>
      <Fact name="Listener">
        {listener} <span className={styles.detail}>{listeners[listener]}</span>
      </Fact>
      <Fact name="EHLO">{ehloName || <span className={styles.detail}>not said</span>}</Fact>
      <Fact name="TLS">
        {tls === null ? (
          <span className={styles.detail}>{session.tlsFailure === null ? 'none' : 'failed'}</span>
        ) : (
          <>
            {tls.protocol} <span className={styles.detail}>{tls.cipher}</span>
            {tls.resumed && <span className={styles.detail}>, resumed</span>}
          </>
        )}
      </Fact>
      <Fact name="User">{authUser ?? <span className={styles.detail}>not logged in</span>}</Fact>
      <Fact name={session.endedAt === null ? 'Open for' : 'Lasted'}>
        <Lasted session={session} />
      </Fact>
      <Fact name="Received">
        <span title={`${formatCount(bytesReceived)} octets`}>{formatBytes(bytesReceived)}</span>
      </Fact>
      {errors.length > 0 && (
        <Fact name="Errors">
          {errors.map((error, index) => (
            <span key={error}>
              {index > 0 && ', '}
              <Link
                className={styles.link}
                href={sessionListPath({ error })}
                title={`All sessions with ${error}`}
              >
                {errorLabel(error)}
              </Link>
            </span>
          ))}
        </Fact>
      )}
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className={styles.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
