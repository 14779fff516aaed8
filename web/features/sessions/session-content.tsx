import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { CopyButton } from '../../components/copy-button.tsx';
import { Dialogue } from '../../components/dialogue.tsx';
import type { SessionDetail } from '../../lib/api.ts';
import { dialogueText } from '../../lib/dialogue-text.ts';
import { formatDateTime, plural } from '../../lib/format.ts';
import { serverQuery } from '../../lib/queries.ts';
import { peerText } from './describe-session.ts';
import { explainSession } from './explain-session.ts';
import { ExplanationBox } from './explanation-box.tsx';
import { outcomeWords } from './outcome.ts';
import { OutcomeBadge } from './outcome-badge.tsx';
import { SessionFacts } from './session-facts.tsx';
import { SessionMessages } from './session-messages.tsx';
import styles from './session-view.module.css';
import { Waterfall } from './waterfall.tsx';

export function SessionContent({ session }: { readonly session: SessionDetail }) {
  const smtp = useQuery(serverQuery()).data?.smtp ?? null;
  const [marked, setMarked] = useState<number | null>(null);
  const idBase = useId();
  const lineId = (index: number) => `${idBase}-line-${index}`;
  const explanation = explainSession(session, smtp);
  const { lines, linesDropped } = session;

  const showLine = (index: number | null) => {
    setMarked(index);
    if (index === null) return;
    document.getElementById(lineId(index))?.scrollIntoView({ block: 'nearest' });
  };

  return (
    <div className={styles.content}>
      <header className={styles.head}>
        <div className={styles.titleRow}>
          <OutcomeBadge outcome={session.outcome} />
          <h2 className={styles.title}>{session.ehloName || peerText(session)}</h2>
        </div>
        <p className={styles.meaning}>
          {outcomeWords(session.outcome).meaning}{' '}
          <time dateTime={session.startedAt}>{formatDateTime(session.startedAt)}</time>
        </p>
      </header>
      {explanation && <ExplanationBox explanation={explanation} reason={session.tlsFailure} />}
      <SessionFacts session={session} />
      {session.messageCount > 0 && <SessionMessages session={session} />}
      {session.replies.length > 0 || session.tlsFailure !== null || lines.length === 0 ? (
        <Waterfall session={session} onSelect={showLine} />
      ) : (
        <p className={styles.hint}>Its steps were not timed, since metrics are off.</p>
      )}
      <section aria-labelledby={`${idBase}-transcript`} className={styles.section}>
        <div className={styles.sectionBar}>
          <h3 className={styles.sectionTitle} id={`${idBase}-transcript`}>
            Transcript
          </h3>
          <CopyButton label="Copy the transcript" text={dialogueText(lines)} />
        </div>
        {linesDropped > 0 && (
          <p className={styles.hint}>
            {plural(linesDropped, 'line')} of this long session{' '}
            {linesDropped === 1 ? 'was' : 'were'} not kept.
          </p>
        )}
        {lines.length > 0 ? (
          <Dialogue lineId={lineId} lines={lines} marked={marked} />
        ) : (
          <p className={styles.hint}>
            {session.tlsFailure === null
              ? 'Nothing was said.'
              : 'Nothing was said: on this port TLS comes before the greeting.'}
          </p>
        )}
      </section>
    </div>
  );
}
