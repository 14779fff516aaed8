import { useLocation } from 'wouter';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { useToast } from '../../components/toast.tsx';
import { sessionListPath } from '../../lib/links.ts';
import { useClearSessions } from './requests.ts';

interface ClearSessionsProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

/** Asks first: unlike messages, sessions cannot be brought back. */
export function ClearSessions({ open, onOpenChange }: ClearSessionsProps) {
  const [, navigate] = useLocation();
  const toast = useToast();
  const clear = useClearSessions();
  const run = () =>
    clear.mutate(undefined, {
      onSuccess: () => {
        onOpenChange(false);
        navigate(sessionListPath());
        toast.show({ title: 'All sessions cleared', tone: 'success' });
      },
      onError: (error) => {
        onOpenChange(false);
        toast.show({ title: 'Not cleared', description: error.message, tone: 'danger' });
      },
    });
  return (
    <Dialog
      open={open}
      title="Clear all sessions?"
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button disabled={clear.isPending} icon="trash" variant="danger" onClick={run}>
            {clear.isPending ? 'Clearing…' : 'Clear all'}
          </Button>
        </>
      }
      onOpenChange={onOpenChange}
    >
      <p>
        Transcripts and timings of all sessions that have ended are removed, whatever the filter
        shows now. This cannot be undone. Messages stay.
      </p>
    </Dialog>
  );
}
