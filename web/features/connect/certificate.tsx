import { LinkButton } from '../../components/button.tsx';
import { Section } from '../../components/column.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { caUrl } from '../../lib/api.ts';
import styles from './connect.module.css';
import { caFileName } from './snippets.ts';

const ways = [
  ['Node.js', `NODE_EXTRA_CA_CERTS=${caFileName}`],
  ['Python, Ruby, Go, .NET on Linux', `SSL_CERT_FILE=${caFileName}`],
  ['PHP', `openssl.cafile = /path/to/${caFileName}`],
  [
    'Java',
    `keytool -importcert -noprompt -alias prixfixe -file ${caFileName} -keystore prixfixe.p12 -storepass changeit`,
  ],
  [
    'Debian, Ubuntu',
    `sudo cp ${caFileName} /usr/local/share/ca-certificates/prixfixe.crt && sudo update-ca-certificates`,
  ],
  ['macOS', `security add-trusted-cert -k ~/Library/Keychains/login.keychain-db ${caFileName}`],
  ['Windows', `certutil -user -addstore Root ${caFileName}`],
] as const;

export function Certificate({ caAvailable }: { readonly caAvailable: boolean }) {
  if (!caAvailable) {
    return (
      <Section title="TLS">
        <p className={styles.hint}>
          The certificate was given by <code>--tls-cert</code>. Clients need to trust whoever issued
          it.
        </p>
      </Section>
    );
  }
  return (
    <Section title="Trust the certificate">
      <p className={styles.hint}>
        For STARTTLS and TLS. The certificate comes from an authority made on this machine at the
        first start; a client accepts it once it knows that authority.
      </p>
      <div>
        <LinkButton icon="download" href={caUrl} download={caFileName}>
          Download {caFileName}
        </LinkButton>
      </div>
      <dl className={styles.ways}>
        {ways.map(([name, command]) => (
          <div className={styles.way} key={name}>
            <dt className={styles.wayName}>{name}</dt>
            <dd className={styles.wayCommand}>
              <code>{command}</code>
              <CopyButton text={command} label={`Copy for ${name}`} />
            </dd>
          </div>
        ))}
      </dl>
      <p className={styles.hint}>
        The environment variables replace a change to the whole system. SSL_CERT_FILE makes the
        process trust this authority <em>instead of</em> the public ones.
      </p>
    </Section>
  );
}
