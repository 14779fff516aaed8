import type { DialogueLineShape, MessageDetailShape } from '../../../server/http/shapes.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { formatDuration } from '../../lib/format.ts';
import { EsmtpParameters } from './esmtp-parameters.tsx';
import panels from './panels.module.css';
import styles from './smtp-panel.module.css';
import { TimingBar } from './timing-bar.tsx';

const speakers = {
  client: { sign: 'C', name: 'Client' },
  server: { sign: 'S', name: 'Server' },
  note: { sign: '', name: 'Note' },
} as const;

/** A session that delivered many recipients has as many lines; more is not read by people. */
const linesMax = 2_000;

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
          <CopyButton text={dialogue.map(asLine).join('\n')} label="Copy the dialogue" />
        </div>
      )}
      <ol className={styles.dialogue}>
        {dialogue.slice(0, linesMax).map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a record of the past; lines repeat and never move
          <li className={styles.line} data-from={line.from} key={index}>
            <Step line={line} previous={dialogue[index - 1]} />
            <span className={styles.sign}>
              <span aria-hidden="true">{speakers[line.from].sign}</span>
              <span className="visually-hidden">{speakers[line.from].name}: </span>
            </span>
            <span className={styles.text}>{line.text}</span>
          </li>
        ))}
      </ol>
      {dialogue.length > linesMax && (
        <p className={panels.hint}>{dialogue.length - linesMax} more lines are in the copy.</p>
      )}
    </div>
  );
}

/** Time since the connection, and what this step took when that can be felt. */
function Step(props: {
  readonly line: DialogueLineShape;
  readonly previous: DialogueLineShape | undefined;
}) {
  const sincePreviousMs = props.line.atMs - (props.previous?.atMs ?? 0);
  return (
    <span className={styles.time}>
      <span title="Since the connection was accepted">{formatDuration(props.line.atMs)}</span>
      <span className={styles.delta} title="Since the line before">
        {sincePreviousMs >= 1 ? `+${formatDuration(sincePreviousMs)}` : ''}
      </span>
    </span>
  );
}

function asLine({ from, text }: DialogueLineShape): string {
  return from === 'note' ? `(${text})` : `${speakers[from].sign}: ${text}`;
}
