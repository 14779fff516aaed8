import { useQuery } from '@tanstack/react-query';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ErrorState } from '../../components/error-state.tsx';
import { inboxQuery } from '../../lib/queries.ts';
import type { InboxToEdit } from '../../lib/shell-context.ts';
import { InboxForm } from './inbox-form.tsx';

interface InboxEditorProps {
  readonly about: InboxToEdit;
  readonly onClose: () => void;
}

/** Makes an inbox of a search, or changes one. */
export function InboxEditor({ about, onClose }: InboxEditorProps) {
  const existing = useQuery({
    ...inboxQuery(about.kind === 'existing' ? about.id : ''),
    enabled: about.kind === 'existing',
    // What is being typed must not be replaced by what is typed elsewhere.
    refetchOnMount: 'always',
  });
  if (about.kind === 'new') return <InboxForm inbox={null} query={about.query} onClose={onClose} />;
  if (existing.data) {
    const { data } = existing;
    return <InboxForm key={data.id} inbox={data} query={data.query ?? ''} onClose={onClose} />;
  }
  return (
    <Dialog
      open
      title="Inbox"
      footer={<Button onClick={onClose}>Close</Button>}
      onOpenChange={onClose}
    >
      {existing.error && (
        <ErrorState error={existing.error} onRetry={() => void existing.refetch()} />
      )}
    </Dialog>
  );
}
