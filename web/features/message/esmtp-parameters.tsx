import type { MessageDetailShape } from '../../../server/http/shapes.ts';
import styles from './smtp-panel.module.css';

type Envelope = MessageDetailShape['envelope'];
type Parameters = Envelope['parameters'];

const recipientsMax = 50;

/** What MAIL and RCPT asked for besides the addresses: SIZE, BODY, NOTIFY and the like. */
export function EsmtpParameters({ envelope }: { readonly envelope: Envelope }) {
  const commands = [
    { command: `MAIL FROM:<${envelope.reversePath}>`, parameters: envelope.parameters },
    ...envelope.forwardPaths.slice(0, recipientsMax).map(({ address, parameters }) => ({
      command: `RCPT TO:<${address}>`,
      parameters,
    })),
  ].filter(({ parameters }) => Object.keys(parameters).length > 0);
  if (commands.length === 0) return null;
  return (
    <section className={styles.timing} aria-labelledby="parameters-heading">
      <h3 className={styles.heading} id="parameters-heading">
        Parameters
      </h3>
      <dl className={styles.parameters}>
        {commands.map(({ command, parameters }) => (
          <div className={styles.command} key={command}>
            <dt>{command}</dt>
            <dd className={styles.text}>{asText(parameters)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function asText(parameters: Parameters): string {
  return Object.entries(parameters)
    .map(([keyword, value]) => (value === true ? keyword : `${keyword}=${value}`))
    .join(' ');
}
