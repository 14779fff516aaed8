import { useId } from 'react';
import { useSearchParams } from 'wouter';
import { CopyButton } from '../../components/copy-button.tsx';
import styles from './snippet-picker.module.css';
import { snippetsFor } from './snippets.ts';
import type { Target } from './target.ts';

/** Which framework is shown stands in the URL (`?for=django`), so that it can be passed on. */
export function SnippetPicker({ target }: { readonly target: Target }) {
  const [search, setSearch] = useSearchParams();
  const name = useId();
  const snippets = snippetsFor(target);
  const snippet = snippets.find(({ id }) => id === search.get('for')) ?? snippets[0];
  if (snippet === undefined) return null;
  return (
    <div className={styles.picker}>
      <fieldset className={styles.chips}>
        <legend className="visually-hidden">Framework or tool</legend>
        {snippets.map(({ id, name: label }) => (
          <label className={styles.chip} key={id}>
            <input
              className="visually-hidden"
              type="radio"
              name={name}
              value={id}
              checked={id === snippet.id}
              onChange={() => setSearch({ for: id }, { replace: true })}
            />
            {label}
          </label>
        ))}
      </fieldset>
      <figure className={styles.figure}>
        <figcaption className={styles.caption}>
          <span>{snippet.place}</span>
          <CopyButton text={snippet.code} label={`Copy settings for ${snippet.name}`} />
        </figcaption>
        <pre className={styles.code}>{snippet.code}</pre>
        {snippet.note !== null && <p className={styles.note}>{snippet.note}</p>}
      </figure>
    </div>
  );
}
