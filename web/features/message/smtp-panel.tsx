import { Link } from 'wouter';
import type { MessageDetailShape } from '../../../server/http/shapes.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { Dialogue } from '../../components/dialogue.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { dialogueText } from '../../lib/dialogue-text.ts';
import { sessionPath } from '../../lib/links.ts';
import { EsmtpParameters } from './esmtp-parameters.tsx';
import panels from './panels.module.css';
import styles from './smtp-panel.module.css';
import { TimingBar } from './timing-bar.tsx';

type SmtpPanelProps = Pick<MessageDetailShape, 'dialogue' | 'timings' | 'origin' | 'envelope'>;

export function SmtpPanel({ dialogue, timings, origin, envelope }: SmtpPanelProps) {
  if (dialogue.length === 0 && Object.values(timings).every((ms) => ms === null)) {
    return (
      <EmptyState icon="server" title="No SMTP dialogue">
        {origin.listener === 'import'
          ? 'This message was imported from a file.'
          : 'This message did not come in by SMTP.'}
      </EmptyState>
    );
  }
  return (
    <div className={panels.panel}>
      <TimingBar timings={timings} />
      <EsmtpParameters envelope={envelope} />
      {dialogue.length > 0 && (
        <div className={panels.bar}>
          <h3 className={styles.heading}>Dialogue</h3>
          <CopyButton text={dialogueText(dialogue)} label="Copy the dialogue" />
          {origin.sessionId !== '' && (
            <Link className={panels.link} href={sessionPath(origin.sessionId)}>
              Whole session
            </Link>
          )}
        </div>
      )}
      {dialogue.length > 0 && <Dialogue lines={dialogue} />}
    </div>
  );
}
