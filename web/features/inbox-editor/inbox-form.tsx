import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { classNames } from '../../components/class-names.ts';
import { Dialog } from '../../components/dialog.tsx';
import type { Inbox } from '../../lib/api.ts';
import styles from './inbox-editor.module.css';
import { LimitFields } from './limit-fields.tsx';
import { readLimits, typedLimits } from './limits.ts';
import { useDeleteInbox, useSaveInbox } from './requests.ts';
import { SearchPreview } from './search-preview.tsx';

interface InboxFormProps {
  /** `null`: a new one. */
  readonly inbox: Inbox | null;
  readonly query: string;
  readonly onClose: () => void;
}

const noLimits = { messagesMax: 0, ageMsMax: 0 };

export function InboxForm({ inbox, query: given, onClose }: InboxFormProps) {
  const [name, setName] = useState(inbox?.name ?? '');
  const [query, setQuery] = useState(given);
  const [typed, setTyped] = useState(typedLimits(inbox?.retention ?? noLimits));
  const formId = useId();
  const nameField = useRef<HTMLInputElement>(null);
  // After the dialog, which takes the focus when it opens.
  useEffect(() => nameField.current?.focus(), []);
  const save = useSaveInbox(onClose);
  const remove = useDeleteInbox(onClose);
  const isNamed = inbox === null || inbox.kind === 'named';
  const retention = readLimits(typed);
  const isComplete =
    retention !== null && (!isNamed || (name.trim() !== '' && query.trim() !== ''));
  const failure = save.error ?? remove.error;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isComplete || save.isPending) return;
    const named = { name: name.trim(), query: query.trim(), retention };
    if (inbox === null) save.mutate({ id: null, inbox: named });
    else save.mutate({ id: inbox.id, change: isNamed ? changesOf(inbox, named) : { retention } });
  };

  return (
    <Dialog
      open
      title={titleOf(inbox)}
      footer={
        <>
          {inbox?.kind === 'named' && (
            <Button
              className={styles.push}
              disabled={remove.isPending}
              icon="trash"
              variant="danger"
              onClick={() => remove.mutate(inbox)}
            >
              Delete inbox
            </Button>
          )}
          <Button onClick={onClose}>Cancel</Button>
          <Button
            disabled={!isComplete || save.isPending}
            form={formId}
            type="submit"
            variant="primary"
          >
            {inbox === null ? 'Create' : 'Save'}
          </Button>
        </>
      }
      onOpenChange={onClose}
    >
      <form className={styles.form} id={formId} onSubmit={submit}>
        {isNamed && (
          <>
            <label className={styles.field}>
              <span className={styles.label}>Name</span>
              <input
                autoComplete="off"
                ref={nameField}
                className={styles.input}
                maxLength={64}
                placeholder="Shop orders"
                value={name}
                onChange={(event) => setName(event.target.value)}
              />
            </label>
            <div className={styles.field}>
              <label className={styles.label} htmlFor={`${formId}-search`}>
                Search
              </label>
              <input
                aria-describedby={`${formId}-preview`}
                autoComplete="off"
                className={classNames(styles.input, styles.search)}
                id={`${formId}-search`}
                maxLength={1_000}
                placeholder="to:*@shop.test subject:order"
                spellCheck={false}
                value={query}
                onChange={(event) => setQuery(event.target.value)}
              />
              <SearchPreview id={`${formId}-preview`} query={query.trim()} />
            </div>
          </>
        )}
        <LimitFields isValid={retention !== null} typed={typed} onType={setTyped} />
        <div role="alert">{failure && <p className={styles.failure}>{failure.message}</p>}</div>
      </form>
    </Dialog>
  );
}

function titleOf(inbox: Inbox | null): string {
  if (inbox === null) return 'New inbox';
  return inbox.kind === 'named' ? 'Edit inbox' : `Limits of ${inbox.name}`;
}

/** A search that is sent again, though it is the same, would start the inbox over. */
function changesOf(
  inbox: Inbox,
  { name, query, retention }: { name: string; query: string; retention: Inbox['retention'] },
) {
  return {
    retention,
    ...(name === inbox.name ? {} : { name }),
    ...(query === inbox.query ? {} : { query }),
  };
}
