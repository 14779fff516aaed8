import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useLocation, useSearch } from 'wouter';
import { useToast } from '../../components/toast.tsx';
import {
  changeInbox,
  createInbox,
  deleteInbox,
  type Inbox,
  type InboxChange,
  type NewInbox,
} from '../../lib/api.ts';
import { listPath, parseFilter } from '../../lib/links.ts';
import { refreshCounts } from '../../lib/message-cache.ts';

type Saving =
  | { readonly id: null; readonly inbox: NewInbox }
  | { readonly id: string; readonly change: InboxChange };

/** A new inbox is what one wants to see next. */
export function useSaveInbox(onDone: () => void) {
  const client = useQueryClient();
  const toast = useToast();
  const [, navigate] = useLocation();
  return useMutation({
    mutationFn: (saving: Saving) =>
      saving.id === null ? createInbox(saving.inbox) : changeInbox(saving.id, saving.change),
    onSuccess: (saved, { id }) => {
      refreshCounts(client);
      onDone();
      if (id === null) navigate(listPath({ inbox: saved.id }));
      const what = id === null ? 'made' : 'saved';
      toast.show({ title: `${saved.name} ${what}`, tone: 'success' });
    },
  });
}

/** Its messages stay, and the search is shown, from which it could be made again. */
export function useDeleteInbox(onDone: () => void) {
  const client = useQueryClient();
  const toast = useToast();
  const [, navigate] = useLocation();
  const shown = parseFilter(useSearch()).inbox;
  const again = useMutation({
    mutationFn: ({ name, query, retention }: Inbox) =>
      createInbox({ name, query: query ?? '', retention }),
    onSuccess: ({ id }) => {
      refreshCounts(client);
      navigate(listPath({ inbox: id }));
    },
    onError: (error) =>
      void toast.show({ title: 'Not made again', description: error.message, tone: 'danger' }),
  });
  return useMutation({
    mutationFn: ({ id }: Inbox) => deleteInbox(id),
    onSuccess: (deleted) => {
      refreshCounts(client);
      onDone();
      if (shown === deleted.id) navigate(listPath({ query: deleted.query ?? '' }));
      toast.show({
        topic: 'inbox',
        title: `${deleted.name} deleted`,
        description: 'Its messages stay.',
        action: { label: 'Undo', onAction: () => again.mutate(deleted) },
      });
    },
  });
}
