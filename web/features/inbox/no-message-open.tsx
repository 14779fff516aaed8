import { EmptyState } from '../../components/empty-state.tsx';
import { Kbd } from '../../components/kbd.tsx';
import { shortcutKeys } from '../../lib/shortcuts.ts';
import styles from './inbox.module.css';

export function NoMessageOpen() {
  return (
    <EmptyState icon="mailRead" title="Choose a message to read it">
      <dl className={styles.hints}>
        <dt>
          <Kbd keys={shortcutKeys('list.next')} /> <Kbd keys={shortcutKeys('list.previous')} />
        </dt>
        <dd>move through the list</dd>
        <dt>
          <Kbd keys={shortcutKeys('list.open')} />
        </dt>
        <dd>open</dd>
        <dt>
          <Kbd keys={shortcutKeys('list.search')} />
        </dt>
        <dd>search</dd>
        <dt>
          <Kbd keys={shortcutKeys('page.help')} />
        </dt>
        <dd>all shortcuts</dd>
      </dl>
    </EmptyState>
  );
}
