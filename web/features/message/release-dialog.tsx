import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import type { MessageDetailShape } from '../../../server/http/shapes.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Icon } from '../../components/icon.tsx';
import { useToast } from '../../components/toast.tsx';
import { releaseMessage, type ServerInfo } from '../../lib/api.ts';
import { plural } from '../../lib/format.ts';
import { addRecipient, readRecipients, suggestRecipients } from './recipients.ts';
import styles from './release-dialog.module.css';

interface ReleaseDialogProps {
  readonly message: MessageDetailShape;
  readonly relay: NonNullable<ServerInfo['relay']>;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

/**
 * Nobody is filled in: those whom the application wrote to may be real people, and a click on them
 * is what says that they shall get it.
 */
export function ReleaseDialog({ message, relay, open, onOpenChange }: ReleaseDialogProps) {
  const [typed, setTyped] = useState('');
  const formId = useId();
  const fieldId = useId();
  const hintId = useId();
  const toast = useToast();
  const release = useMutation({
    mutationFn: (to: readonly string[]) => releaseMessage(message.id, to),
    onSuccess: ({ accepted, rejected }) => {
      if (rejected.length > 0) {
        // Whoever has it must not get it twice when the others are tried again.
        setTyped(rejected.map(({ address }) => address).join('\n'));
        return;
      }
      onOpenChange(false);
      toast.show({
        title: `Released to ${accepted.length === 1 ? accepted[0] : plural(accepted.length, 'recipient')}`,
        description: `Handed over to ${relay.host}.`,
        tone: 'success',
      });
    },
  });
  const to = readRecipients(typed);
  const suggested = suggestRecipients(message, to);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (to.length > 0 && !release.isPending) release.mutate(to);
  };

  return (
    <Dialog
      open={open}
      title="Release this message"
      description={`It leaves this machine for good, through ${relay.host}:${relay.port}.`}
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button
            type="submit"
            form={formId}
            icon="send"
            variant="primary"
            disabled={to.length === 0 || release.isPending}
          >
            {labelOf(to.length, release.isPending)}
          </Button>
        </>
      }
      onOpenChange={onOpenChange}
    >
      <form id={formId} className={styles.form} onSubmit={submit}>
        <label className={styles.label} htmlFor={fieldId}>
          Recipients
        </label>
        <textarea
          id={fieldId}
          className={styles.field}
          rows={3}
          value={typed}
          placeholder={relay.allowed[0]?.replaceAll('*', 'qa') ?? 'you@example.com'}
          aria-describedby={hintId}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) submit(event);
          }}
        />
        <p className={styles.hint} id={hintId}>
          One on each line, or with commas. {limits(relay)}
        </p>
        {suggested.length > 0 && (
          <fieldset className={styles.suggestions}>
            <legend className={styles.hint}>It was sent to</legend>
            {suggested.map((address) => (
              <Button
                key={address}
                size="sm"
                icon="plus"
                className={styles.suggestion}
                onClick={() => setTyped(addRecipient(typed, address))}
              >
                {address}
              </Button>
            ))}
          </fieldset>
        )}
        <div role="alert">
          {release.isError && (
            <p className={styles.failure}>
              <Icon name="warning" /> {release.error.message}
            </p>
          )}
          {release.data && release.data.rejected.length > 0 && (
            <div className={styles.failure}>
              <Icon name="warning" />
              <div>
                {release.data.accepted.length > 0 && (
                  <p>Released to {release.data.accepted.join(', ')}.</p>
                )}
                {release.data.rejected.map(({ address, reply }) => (
                  <p key={address}>
                    {address} was refused: {reply}
                  </p>
                ))}
              </div>
            </div>
          )}
        </div>
        <p className={styles.hint}>
          Bcc is left out, and the date is that of now. The message kept here stays as it is.
        </p>
      </form>
    </Dialog>
  );
}

function labelOf(count: number, isPending: boolean): string {
  if (isPending) return 'Releasing…';
  return count === 0 ? 'Release' : `Release to ${plural(count, 'recipient')}`;
}

function limits({ allowed, blocked }: ReleaseDialogProps['relay']): string {
  const only = allowed.length === 0 ? '' : `Allowed are ${allowed.join(', ')}. `;
  return only + (blocked.length === 0 ? '' : `Blocked are ${blocked.join(', ')}.`);
}
