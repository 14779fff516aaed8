import type { DialogueLineShape } from '../../server/http/shapes.ts';
import { speakers, splitMask } from '../lib/dialogue-text.ts';
import { formatDuration } from '../lib/format.ts';
import styles from './dialogue.module.css';
import { Icon } from './icon.tsx';

interface DialogueProps {
  readonly lines: readonly DialogueLineShape[];
  /** Marks from this line to the next of the client. */
  readonly marked?: number | null;
  /** `id` of the element of a line, to scroll to. */
  readonly lineId?: (index: number) => string;
}

/** A session that delivered many recipients has as many lines; more is not read by people. */
const linesMax = 2_000;

/** What client and server said, each line with its time. */
export function Dialogue({ lines, marked = null, lineId }: DialogueProps) {
  const markEnd = marked === null ? -1 : endOfExchange(lines, marked);
  return (
    <>
      <ol className={styles.dialogue}>
        {lines.slice(0, linesMax).map((line, index) => (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: a record of the past; lines repeat and never move
            key={index}
            className={styles.line}
            data-from={line.from}
            data-marked={marked !== null && index >= marked && index < markEnd}
            id={lineId?.(index)}
          >
            <Step line={line} previous={lines[index - 1]} />
            <span className={styles.sign}>
              <span aria-hidden="true">{speakers[line.from].sign}</span>
              <span className="visually-hidden">{speakers[line.from].name}: </span>
            </span>
            <Words line={line} />
          </li>
        ))}
      </ol>
      {lines.length > linesMax && (
        <p className={styles.more}>{lines.length - linesMax} more lines are in the copy.</p>
      )}
    </>
  );
}

function Words({ line }: { readonly line: DialogueLineShape }) {
  const { text, masked } = splitMask(line);
  return (
    <span className={styles.text}>
      {line.from === 'fault' && <span className={styles.injected}>injected</span>}
      {text}
      {masked && (
        <span className={styles.masked} title="A secret; it is never kept">
          <Icon name="lock" size={11} />
          masked
        </span>
      )}
    </span>
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

function endOfExchange(lines: readonly DialogueLineShape[], start: number): number {
  const answered = lines.findIndex((line, index) => index >= start && line.from === 'server');
  const end = lines.findIndex((line, index) => index > answered && line.from !== 'server');
  return end < 0 || answered < 0 ? lines.length : end;
}
