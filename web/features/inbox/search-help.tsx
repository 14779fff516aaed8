import { IconButton } from '../../components/icon-button.tsx';
import { Popover, PopoverClose } from '../../components/popover.tsx';
import styles from './search-help.module.css';
import { searchTerms } from './search-language.ts';

interface SearchHelpProps {
  readonly onInsert: (term: string) => void;
}

export function SearchHelp({ onInsert }: SearchHelpProps) {
  return (
    <Popover
      label="How to search"
      trigger={<IconButton icon="help" label="How to search" size="sm" />}
    >
      <div className={styles.help}>
        <p>
          Words must all occur. <code>"a phrase"</code>, <code>begin*</code>, <code>-without</code>,{' '}
          <code>one OR other</code>, <code>(group)</code>.
        </p>
        <ul className={styles.terms}>
          {searchTerms.map(({ insert, meaning }) => (
            <li key={insert}>
              <PopoverClose>
                <button type="button" className={styles.term} onClick={() => onInsert(insert)}>
                  <code>{insert}</code>
                  <span>{meaning}</span>
                </button>
              </PopoverClose>
            </li>
          ))}
        </ul>
        <p>
          A whole address is matched exactly: <code>recipient:bob@example.com</code> does not find
          jim.bob@example.com.
        </p>
      </div>
    </Popover>
  );
}
