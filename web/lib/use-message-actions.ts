/** What a reader can do to messages, from wherever: cache, toast and undo come with it. */
import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useToast } from '../components/toast.tsx';
import {
  markMessages,
  patchMessage,
  type Removal,
  removeMessages,
  type Selection,
  sendTestMessage,
  undoRemoval,
} from './api.ts';
import { plural } from './format.ts';
import {
  applyChanges,
  applyRead,
  refreshCounts,
  refreshEverything,
  updateDetail,
} from './message-cache.ts';

/** As long as the server keeps what was removed. */
const undoMs = 600_000;
const removalKey = ['removal'] as const;

export interface MessageActions {
  setRead(selection: Selection, isRead: boolean): void;
  remove(selection: Selection): void;
  /** Takes back the last removal that was not taken back yet. */
  undo(): void;
  setTags(id: string, tags: readonly string[]): void;
  sendTest(to?: string): void;
}

export function useMessageActions(): MessageActions {
  const client = useQueryClient();
  const toast = useToast();

  const failed = (what: string) => (error: Error) =>
    void toast.show({ title: what, description: error.message, tone: 'danger' });

  const read = useMutation({
    mutationFn: (change: { selection: Selection; isRead: boolean }) =>
      markMessages(change.selection, change.isRead),
    onMutate: ({ selection, isRead }) => {
      if ('ids' in selection) applyRead(client, new Set(selection.ids), isRead);
    },
    onSuccess: ({ ids }, { selection, isRead }) => {
      if ('ids' in selection) return;
      applyRead(client, ids && new Set(ids), isRead);
      toast.show({
        title: ids
          ? `Marked ${plural(ids.length, 'message')} ${isRead ? 'read' : 'unread'}`
          : `Marked all ${isRead ? 'read' : 'unread'}`,
      });
    },
    onError: (error) => {
      refreshEverything(client);
      failed('The messages could not be marked')(error);
    },
    onSettled: () => refreshCounts(client),
  });

  const undo = useMutation({
    mutationFn: undoRemoval,
    onSuccess: ({ ids }) => {
      refreshEverything(client);
      toast.show({
        topic: 'removal',
        title: ids ? `${plural(ids.length, 'message')} brought back` : 'Brought back',
      });
    },
    onError: failed('The deletion could not be undone'),
  });

  const removal = useMutation({
    mutationKey: removalKey,
    mutationFn: removeMessages,
    gcTime: undoMs,
    onSuccess: (removed) => {
      dropRemoved(client, removed);
      if (removed.count === 0) return;
      toast.show({
        topic: 'removal',
        title: `Deleted ${plural(removed.count, 'message')}`,
        action: { label: 'Undo', onAction: () => takeBack(client, removed.id, undo.mutate) },
      });
    },
    onError: failed('Nothing was deleted'),
  });

  const tags = useMutation({
    mutationFn: (change: { id: string; tags: readonly string[] }) =>
      patchMessage(change.id, { tags: change.tags }),
    onSuccess: (message) => {
      applyChanges(client, { ...nothing, updated: new Map([[message.id, message]]) });
      updateDetail(client, message);
      refreshCounts(client);
    },
    onError: failed('The tags could not be changed'),
  });

  const test = useMutation({
    mutationFn: (to: string | undefined) => sendTestMessage(to),
    onSuccess: () => toast.show({ title: 'Test message sent', tone: 'success' }),
    onError: failed('The test message could not be sent'),
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: `mutate` functions never change.
  return useMemo(
    () => ({
      setRead: (selection, isRead) => read.mutate({ selection, isRead }),
      remove: (selection) => removal.mutate(selection),
      undo: () => {
        const last = lastRemoval(client);
        if (last) takeBack(client, last.id, undo.mutate);
        else toast.show({ title: 'There is nothing to undo' });
      },
      setTags: (id, next) => tags.mutate({ id, tags: next }),
      sendTest: (to) => test.mutate(to),
    }),
    [client, toast],
  );
}

const nothing = {
  arrived: [],
  updated: new Map(),
  deleted: new Set<string>(),
  pruned: new Set<string>(),
} as const;

function dropRemoved(client: QueryClient, { ids }: Removal): void {
  if (ids) applyChanges(client, { ...nothing, deleted: new Set(ids) });
  else refreshEverything(client);
  refreshCounts(client);
}

/** Removals that can be undone are the ones the mutation cache still knows. */
function removals(client: QueryClient) {
  return client
    .getMutationCache()
    .findAll({ mutationKey: removalKey, status: 'success' })
    .map((mutation) => ({ mutation, removal: mutation.state.data as Removal }));
}

function lastRemoval(client: QueryClient): Removal | undefined {
  return removals(client).findLast(({ removal }) => removal.count > 0)?.removal;
}

function takeBack(client: QueryClient, id: string, undo: (id: string) => void): void {
  const taken = removals(client).find(({ removal }) => removal.id === id);
  if (taken) client.getMutationCache().remove(taken.mutation);
  undo(id);
}
