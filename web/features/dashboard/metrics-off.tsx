import { useQueryClient } from '@tanstack/react-query';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';

export function MetricsOff() {
  const client = useQueryClient();
  const again = () => void client.resetQueries({ queryKey: ['metrics'] });
  return (
    <EmptyState
      actions={
        <Button icon="refresh" onClick={again}>
          Look again
        </Button>
      }
      icon="pulse"
      title="Metrics are switched off"
    >
      <p>
        The server was started with <code>--no-metrics</code>, so nothing is measured and no time is
        taken. Start it without that option to see throughput, latencies and errors here; mail is
        caught either way.
      </p>
    </EmptyState>
  );
}
