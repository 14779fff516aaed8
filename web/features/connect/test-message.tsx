import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { Link } from 'wouter';
import { Button } from '../../components/button.tsx';
import { Section } from '../../components/column.tsx';
import { Icon } from '../../components/icon.tsx';
import { messagePath } from '../../lib/links.ts';
import styles from './connect.module.css';
import { arrivedMessageQuery, useTestMessage } from './requests.ts';

/** Sends one message through the whole of it: SMTP in, store, page. */
export function TestMessage() {
  const [to, setTo] = useState('');
  const toId = useId();
  const send = useTestMessage();
  const arrived = useQuery(arrivedMessageQuery(send.data?.messageId));

  const submit = (event: FormEvent) => {
    event.preventDefault();
    send.mutate(to.trim());
  };

  return (
    <Section title="Try it">
      <form className={styles.choices} onSubmit={submit}>
        <div className={styles.choice}>
          <label className={styles.choiceLabel} htmlFor={toId}>
            To
          </label>
          <input
            id={toId}
            className={styles.input}
            type="email"
            value={to}
            placeholder="anybody@example.test"
            autoComplete="off"
            maxLength={254}
            onChange={(event) => setTo(event.target.value)}
          />
        </div>
        <Button type="submit" variant="primary" icon="send" disabled={send.isPending}>
          {send.isPending ? 'Sending…' : 'Send a test message'}
        </Button>
      </form>
      <div className={styles.result} role="status">
        {send.isError && (
          <p className={styles.failure}>
            <Icon name="warning" /> {send.error.message}
          </p>
        )}
        {send.isSuccess && arrived.data && (
          <p className={styles.success}>
            <Icon name="check" /> Accepted by SMTP and stored.
            <Link className={styles.link} href={messagePath(arrived.data.id)}>
              Open “{arrived.data.subject}”
            </Link>
          </p>
        )}
        {send.isSuccess && !arrived.data && (
          <p className={arrived.isError ? styles.failure : undefined}>
            {arrived.isError
              ? `Accepted by SMTP, but it could not be found: ${arrived.error.message}`
              : 'Accepted by SMTP. Waiting for it to appear…'}
          </p>
        )}
        {send.isIdle && (
          <p className={styles.hint}>A real message, sent by SMTP to this server itself.</p>
        )}
      </div>
    </Section>
  );
}
