import { Dialog } from '../../components/dialog.tsx';
import { Kbd } from '../../components/kbd.tsx';
import { shortcuts } from '../../lib/shortcuts.ts';
import styles from './shortcut-help.module.css';

const groups = ['List', 'Message', 'Go to', 'Page'] as const;

function rowsOf(group: (typeof groups)[number]) {
  return Object.values(shortcuts).filter((row) => row.group === group);
}

interface ShortcutHelpProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

export function ShortcutHelp({ open, onOpenChange }: ShortcutHelpProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} size="lg" title="Keyboard shortcuts">
      <div className={styles.groups}>
        {groups.map((group) => (
          <section key={group} className={styles.group}>
            <h3 className={styles.heading}>{group}</h3>
            <dl>
              {rowsOf(group).map((row) => (
                <div key={row.label} className={styles.row}>
                  <dt>{row.label}</dt>
                  <dd className={styles.keys}>
                    {row.keys.map((keys, index) => (
                      <span key={keys} className={styles.keys}>
                        {index > 0 && <span className={styles.or}>or</span>}
                        <Kbd keys={keys} />
                      </span>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
