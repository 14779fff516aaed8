import type { MetricsDocument } from '../../lib/api.ts';
import { useDocument } from './dashboard-context.ts';
import styles from './facts.module.css';
import { formatMs, formatWhole } from './numbers.ts';
import { Panel } from './panel.tsx';

type Phase = keyof MetricsDocument['phases'];

const phases: readonly (readonly [Phase, string])[] = [
  ['greeting', 'Greeting'],
  ['tls_handshake', 'TLS handshake'],
  ['auth', 'AUTH'],
  ['mail', 'MAIL'],
  ['rcpt', 'RCPT'],
  ['data', 'Data transfer'],
  ['commit', 'Commit'],
  ['read', 'Reading'],
];

export function PhasesPanel() {
  const recent = useDocument()?.window.phases;
  return (
    <Panel
      about="Where the time of a session goes, over the last minute."
      id="phases"
      title="Steps of a session, last minute"
    >
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Step</th>
            <th scope="col">Count</th>
            <th scope="col">p50</th>
            <th scope="col">p99</th>
            <th scope="col">max</th>
          </tr>
        </thead>
        <tbody>
          {phases.map(([phase, label]) => {
            const measured = recent?.[phase];
            return (
              <tr key={phase}>
                <th scope="row">{label}</th>
                <td>{formatWhole(measured?.count ?? null)}</td>
                <td>{formatMs(measured?.p50 ?? null)}</td>
                <td>{formatMs(measured?.p99 ?? null)}</td>
                <td>{formatMs(measured?.max ?? null)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Panel>
  );
}
