import { useId, useState } from 'react';
import type { ServerInfoShape } from '../../../server/http/shapes.ts';
import { Section } from '../../components/column.tsx';
import { CopyField } from '../../components/copy-field.tsx';
import { Segmented } from '../../components/segmented.tsx';
import styles from './connect.module.css';
import { SnippetPicker } from './snippet-picker.tsx';
import { type Encryption, encryptionsOf, isLoopback, smtpUrl, targetOf } from './target.ts';

type Smtp = ServerInfoShape['smtp'];

const names: Readonly<Record<Encryption, string>> = {
  none: 'None',
  starttls: 'STARTTLS',
  tls: 'TLS',
};

/** The address, and the same for every framework; two choices change all of it. */
export function Settings({ smtp }: { readonly smtp: Smtp }) {
  const offered = encryptionsOf(smtp);
  const [chosen, setChosen] = useState<Encryption | null>(null);
  const [user, setUser] = useState('');
  const userId = useId();
  const encryption = chosen !== null && offered.includes(chosen) ? chosen : (offered[0] ?? 'none');
  const target = targetOf(smtp, { encryption, user, pageHost: location.hostname });

  return (
    <Section title="Settings">
      <div className={styles.fields}>
        <CopyField label="Host" value={target.host} />
        <CopyField label="Port" value={String(target.port)} />
        <CopyField label="URL" value={smtpUrl(target)} />
      </div>
      <div className={styles.choices}>
        {offered.length > 1 && (
          <div className={styles.choice}>
            <span className={styles.choiceLabel} aria-hidden="true">
              Encryption
            </span>
            <Segmented
              label="Encryption"
              value={encryption}
              onValueChange={setChosen}
              items={offered.map((value) => ({ value, label: names[value] }))}
            />
          </div>
        )}
        {smtp.auth !== 'off' && (
          <div className={styles.choice}>
            <label className={styles.choiceLabel} htmlFor={userId}>
              User
            </label>
            <input
              id={userId}
              className={styles.input}
              value={user}
              placeholder={smtp.auth === 'required' ? 'app' : 'none'}
              autoComplete="off"
              spellCheck={false}
              maxLength={64}
              onChange={(event) => setUser(event.target.value)}
            />
          </div>
        )}
      </div>
      <p className={styles.hint}>{signInHint(smtp)}</p>
      {isLoopback(smtp.host) && (
        <p className={styles.hint}>
          Reachable from this machine only. Start with <code>--smtp-host 0.0.0.0</code> to take mail
          from others.
        </p>
      )}
      <SnippetPicker target={target} />
    </Section>
  );
}

function signInHint({ auth, authAcceptsAny }: Smtp): string {
  if (auth === 'off') return 'AUTH is switched off: send without user and password.';
  if (!authAcceptsAny) {
    return auth === 'required'
      ? 'Sign-in is required, with a user and password given by --auth.'
      : 'Sign-in is optional; users and passwords are those given by --auth.';
  }
  return `Any user and password will do${auth === 'required' ? ', but there must be one' : ''}. The user is recorded and becomes an inbox of its own, so one for each application or test keeps their mail apart.`;
}
