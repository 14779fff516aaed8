// biome-ignore-all lint/a11y/useSemanticElements: a table cannot be virtual; this is one in roles.
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names its active row.
import { memo } from 'react';
import { Link } from 'wouter';
import { classNames } from '../../components/class-names.ts';
import { Icon } from '../../components/icon.tsx';
import type { SessionSummary } from '../../lib/api.ts';
import { formatCountShort, formatDateTime } from '../../lib/format.ts';
import { describeSession, lastWords, peerText, startText, wentWrong } from './describe-session.ts';
import { Lasted } from './lasted.tsx';
import { OutcomeBadge } from './outcome-badge.tsx';
import styles from './session-rows.module.css';

interface SessionRowProps {
  readonly session: SessionSummary;
  readonly href: string;
  readonly index: number;
  readonly active: boolean;
  readonly open: boolean;
}

export function sessionRowId(id: string): string {
  return `session-${id}`;
}

export const SessionRow = memo(function SessionRow(props: SessionRowProps) {
  const { session, href, index, active, open } = props;
  const { ehloName, authUser, tls, listener, messageCount } = session;
  return (
    <div
      aria-label={describeSession(session)}
      aria-rowindex={index + 1}
      aria-selected={open}
      className={classNames(styles.row, active && styles.active, open && styles.open)}
      id={sessionRowId(session.id)}
      role="row"
    >
      <div className={styles.cell} role="gridcell">
        <Link className={styles.link} href={href} tabIndex={-1}>
          <time
            className={styles.time}
            dateTime={session.startedAt}
            title={formatDateTime(session.startedAt)}
          >
            {startText(session.startedAt)}
          </time>
          <span className={styles.outcome}>
            <OutcomeBadge outcome={session.outcome} />
          </span>
          <span className={styles.peer}>{peerText(session)}</span>
          <span className={styles.marks}>
            {tls && (
              <span className={styles.mark} title={`${tls.protocol} ${tls.cipher}`}>
                <Icon name="lock" size={13} />
              </span>
            )}
            {listener === 'smtps' && <span className={styles.port}>SMTPS</span>}
          </span>
          <span className={classNames(styles.ehlo, ehloName === '' && styles.absent)}>
            {ehloName === '' ? 'no EHLO' : ehloName}
          </span>
          <span className={styles.user}>
            {authUser !== null && (
              <>
                <Icon className={styles.userIcon} name="key" size={13} />
                <span className={styles.userName}>{authUser}</span>
              </>
            )}
          </span>
          <span
            className={classNames(styles.words, wentWrong(session) && styles.refused)}
            title={lastWords(session)}
          >
            {lastWords(session)}
          </span>
          <span className={styles.messages}>
            {messageCount > 0 && (
              <>
                <Icon name="mailRead" size={13} />
                {formatCountShort(messageCount)}
              </>
            )}
          </span>
          <span className={styles.duration}>
            <Lasted session={session} />
          </span>
        </Link>
      </div>
    </div>
  );
});
