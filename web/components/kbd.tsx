import { Fragment } from 'react';
import styles from './kbd.module.css';

const symbols: Readonly<Record<string, string>> = {
  ArrowDown: '↓',
  ArrowUp: '↑',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  Delete: 'Del',
};

interface KbdProps {
  /** Keys pressed one after the other, separated by spaces: `g a`. Shift+x is written `Shift+x`. */
  readonly keys: string;
}

export function Kbd({ keys }: KbdProps) {
  return (
    <span className={styles.keys}>
      {keys.split(' ').map((key, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same key may come twice in a sequence.
        <Fragment key={index}>
          <kbd className={styles.key}>{symbols[key] ?? key}</kbd>
        </Fragment>
      ))}
    </span>
  );
}
