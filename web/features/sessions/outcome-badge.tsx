import { Badge } from '../../components/badge.tsx';
import type { SessionOutcome } from '../../lib/api.ts';
import { outcomeWords } from './outcome.ts';

export function OutcomeBadge({ outcome }: { readonly outcome: SessionOutcome }) {
  const { label, icon, tone, meaning } = outcomeWords(outcome);
  return (
    <Badge icon={icon} title={meaning} tone={tone}>
      {label}
    </Badge>
  );
}
