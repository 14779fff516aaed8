import { useEffect, useState } from 'react';
import { copyText } from '../lib/copy-text.ts';
import { IconButton } from './icon-button.tsx';

interface CopyButtonProps {
  readonly text: string;
  /** What is copied: `Copy address`. */
  readonly label: string;
  readonly size?: 'md' | 'sm';
}

export function CopyButton({ text, label, size = 'sm' }: CopyButtonProps) {
  const [outcome, setOutcome] = useState<'none' | 'copied' | 'failed'>('none');

  useEffect(() => {
    if (outcome === 'none') return;
    const timer = setTimeout(() => setOutcome('none'), 1_600);
    return () => clearTimeout(timer);
  }, [outcome]);

  const said = { none: label, copied: 'Copied', failed: 'The browser refused to copy' }[outcome];
  return (
    <>
      <IconButton
        icon={outcome === 'copied' ? 'check' : 'copy'}
        label={said}
        size={size}
        onClick={async () => setOutcome((await copyText(text)) ? 'copied' : 'failed')}
      />
      <span className="visually-hidden" role="status">
        {outcome === 'none' ? '' : said}
      </span>
    </>
  );
}
