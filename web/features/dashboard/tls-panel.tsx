import { useDocument } from './dashboard-context.ts';
import styles from './facts.module.css';
import { formatWhole } from './numbers.ts';
import { Panel } from './panel.tsx';

export function TlsPanel() {
  const tls = useDocument()?.tls;
  const groups = [
    ['Protocol', tls?.by_protocol],
    ['Cipher', tls?.by_cipher],
    ['Failed because', tls?.failed_by_reason],
  ] as const;
  const handshakes = (tls?.handshakes_success ?? 0) + (tls?.handshakes_failed ?? 0);
  return (
    <Panel
      about="Handshakes by protocol version, cipher and cause of failure, since the start."
      id="tls-facts"
      title="TLS since start"
    >
      {handshakes === 0 ? (
        <p className={styles.none}>No handshake yet. Clients ask for one with STARTTLS.</p>
      ) : (
        <div className={styles.groups}>
          {groups.map(([label, counts]) => (
            <Counts key={label} counts={counts ?? {}} label={label} />
          ))}
          <Counts counts={{ resumed: tls?.resumed ?? 0 }} label="Sessions" />
        </div>
      )}
    </Panel>
  );
}

interface CountsProps {
  readonly label: string;
  readonly counts: Readonly<Record<string, number>>;
}

function Counts({ label, counts }: CountsProps) {
  const sorted = Object.entries(counts).sort(([, a], [, b]) => b - a);
  if (sorted.length === 0) return null;
  return (
    <dl className={styles.counts}>
      <dt>{label}</dt>
      {sorted.map(([name, count]) => (
        <dd key={name}>
          <span>{name}</span>
          <span className={styles.count}>{formatWhole(count)}</span>
        </dd>
      ))}
    </dl>
  );
}
