import { useEffect, useId, useRef, useState } from 'react';
import { TagChip } from '../../components/tag-chip.tsx';
import { useMessageActions } from '../../lib/use-message-actions.ts';
import styles from './tag-editor.module.css';

interface TagEditorProps {
  readonly messageId: string;
  readonly tags: readonly string[];
  /** All tags in use, offered while typing. */
  readonly known: readonly string[];
}

/** As the server's: longer ones, or more, it refuses. */
const tagCharsMax = 64;

export function TagEditor({ messageId, tags, known }: TagEditorProps) {
  const { setTags } = useMessageActions();
  const [typed, setTyped] = useState('');
  const listId = useId();

  // The answer to one change may come after the next key: changes build on what was last asked for.
  const latest = useRef(tags);
  useEffect(() => {
    latest.current = tags;
  }, [tags]);
  const change = (next: readonly string[]) => {
    latest.current = next;
    setTags(messageId, next);
  };

  const add = () => {
    const tag = typed.trim();
    setTyped('');
    if (tag !== '' && !latest.current.includes(tag)) change([...latest.current, tag]);
  };

  return (
    <div className={styles.tags}>
      {tags.length > 0 && (
        <ul className={styles.list} aria-label="Tags">
          {tags.map((tag) => (
            <li key={tag}>
              <TagChip
                name={tag}
                onRemove={() => change(latest.current.filter((other) => other !== tag))}
              />
            </li>
          ))}
        </ul>
      )}
      <input
        className={styles.input}
        aria-label="Add a tag"
        placeholder="Add tag"
        value={typed}
        list={listId}
        maxLength={tagCharsMax}
        autoComplete="off"
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !event.nativeEvent.isComposing) add();
          if (event.key === 'Escape') setTyped('');
          if (event.key === 'Backspace' && typed === '' && tags.length > 0) {
            change(latest.current.slice(0, -1));
          }
        }}
      />
      <datalist id={listId}>
        {known
          .filter((tag) => !tags.includes(tag))
          .map((tag) => (
            <option key={tag} value={tag} />
          ))}
      </datalist>
    </div>
  );
}
