import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { formatCount } from '../../lib/format.ts';
import { CodeView } from './code-view.tsx';
import styles from './panels.module.css';
import { boundText } from './text-lines.ts';

interface TextPanelProps {
  readonly text: string | null;
  readonly label: string;
  readonly numbered: boolean;
  /** The server gave only the beginning. */
  readonly truncated: boolean;
  readonly downloadUrl: string;
}

const firstChars = 400_000;

/** Text and HTML source: as much as the page can hold at once, the rest on request. */
export function TextPanel({ text, label, numbered, truncated, downloadUrl }: TextPanelProps) {
  const [charsMax, setCharsMax] = useState(firstChars);
  if (text === null || text.trim() === '') {
    return (
      <EmptyState icon="file" title={text === null ? 'No text part' : 'The text part is empty'}>
        {text === null
          ? 'Readers that do not show HTML will see nothing of this message.'
          : 'It has no visible characters.'}
      </EmptyState>
    );
  }
  const { shown, isCut } = boundText(text, charsMax);
  return (
    <CodeView text={shown} label={label} numbered={numbered}>
      <CopyButton text={text} label={`Copy ${label}`} />
      {(isCut || truncated) && (
        <p className={styles.hint} role="status">
          {isCut
            ? `The first ${formatCount(shown.length)} of ${formatCount(text.length)} characters.`
            : 'Only the beginning: the rest is in the download.'}
        </p>
      )}
      {isCut && (
        <Button size="sm" onClick={() => setCharsMax(charsMax * 2)}>
          Show more
        </Button>
      )}
      {(isCut || truncated) && (
        <a className={styles.link} href={downloadUrl} download>
          Download all
        </a>
      )}
    </CodeView>
  );
}
