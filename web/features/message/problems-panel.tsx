import type { ProblemShape } from '../../../server/http/shapes.ts';
import { Badge } from '../../components/badge.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { plural } from '../../lib/format.ts';
import panels from './panels.module.css';
import styles from './problems-panel.module.css';

const severities = {
  error: { rank: 0, tone: 'danger', label: 'Error' },
  warning: { rank: 1, tone: 'warning', label: 'Warning' },
  info: { rank: 2, tone: 'neutral', label: 'Note' },
} as const;

export function ProblemsPanel({ problems }: { readonly problems: readonly ProblemShape[] }) {
  if (problems.length === 0) {
    return (
      <EmptyState icon="check" title="Nothing is wrong with this message">
        It keeps to RFC 5322 and RFC 2045 as far as they can be checked here.
      </EmptyState>
    );
  }
  const sorted = problems.toSorted(
    (a, b) => severities[a.severity].rank - severities[b.severity].rank,
  );
  return (
    <div className={panels.panel}>
      <div className={panels.bar}>
        <p className={panels.hint}>{countBySeverity(problems)}</p>
        <CopyButton text={sorted.map(asLine).join('\n')} label="Copy all problems" />
      </div>
      <ul className={styles.list}>
        {sorted.map((problem, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same problem may occur twice; the list never moves
          <li className={styles.item} key={index}>
            <span className={styles.severity}>
              <Badge tone={severities[problem.severity].tone}>
                {severities[problem.severity].label}
              </Badge>
            </span>
            <p className={styles.text}>{problem.text}</p>
            <p className={styles.facts}>
              <span>{problem.source}</span>
              {problem.where !== null && <span>{problem.where}</span>}
              <code>{problem.code}</code>
            </p>
          </li>
        ))}
      </ul>
    </div>
  );
}

function countBySeverity(problems: readonly ProblemShape[]): string {
  const count = (severity: ProblemShape['severity']) =>
    problems.filter((problem) => problem.severity === severity).length;
  return [
    [count('error'), 'error'] as const,
    [count('warning'), 'warning'] as const,
    [count('info'), 'note'] as const,
  ]
    .flatMap(([n, name]) => (n === 0 ? [] : [plural(n, name)]))
    .join(', ');
}

function asLine({ severity, text, source, where, code }: ProblemShape): string {
  return `${severity}: ${text} (${[source, where, code].filter((fact) => fact !== null).join('; ')})`;
}
