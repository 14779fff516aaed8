import { useToast } from '../../components/toast.tsx';
import type { Fault } from '../../lib/api.ts';
import { plural } from '../../lib/format.ts';
import { useRemoveFault, useRemoveFaults, useRestoreFaults } from './requests.ts';

/** Rules are taken away at once, and a word with a way back follows. */
export function useFaultRemoval() {
  const one = useRemoveFault();
  const all = useRemoveFaults();
  const restore = useRestoreFaults();
  const { show } = useToast();
  const onError = (error: Error) => show({ title: error.message, tone: 'danger' });
  const offerUndo = (removed: readonly Fault[]) => {
    // One that has done all it was to do would do it again.
    const useful = removed.filter(({ state }) => state !== 'spent');
    show({
      title: `${plural(removed.length, 'fault')} removed`,
      topic: 'faults-removed',
      ...(useful.length > 0 && {
        description: 'Undo adds what could still fire, and counts anew.',
        action: { label: 'Undo', onAction: () => restore.mutate(useful, { onError }) },
      }),
    });
  };
  return {
    isPending: one.isPending || all.isPending || restore.isPending,
    remove: (fault: Fault) =>
      one.mutate(fault.id, { onSuccess: () => offerUndo([fault]), onError }),
    /** `faults`: all that there are. */
    removeAll: (faults: readonly Fault[]) =>
      all.mutate(undefined, { onSuccess: () => offerUndo(faults), onError }),
  };
}
