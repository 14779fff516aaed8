import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import {
  addFault,
  type Fault,
  type FaultSpec,
  listFaultScenarios,
  pauseFault,
  removeFault,
  removeFaults,
  startFaultScenario,
} from '../../lib/api.ts';
import { keys } from '../../lib/queries.ts';

export function scenariosQuery() {
  return queryOptions({
    queryKey: keys.faultScenarios,
    queryFn: ({ signal }) => listFaultScenarios(signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** What is changed here is told by an event too, but the page should not have to wait for it. */
function useFaultMutation<Input, Output>(mutationFn: (input: Input) => Promise<Output>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn,
    onSettled: () => client.invalidateQueries({ queryKey: keys.faults }),
  });
}

export const useAddFault = () => useFaultMutation((spec: FaultSpec) => addFault(spec));
export const useStartScenario = () => useFaultMutation((name: string) => startFaultScenario(name));
export const useRemoveFault = () => useFaultMutation((id: string) => removeFault(id));
export const useRemoveFaults = () => useFaultMutation(() => removeFaults());
export const useRestoreFaults = () => useFaultMutation(restoreFaults);
export const usePauseFault = () =>
  useFaultMutation(({ id, paused }: { readonly id: string; readonly paused: boolean }) =>
    pauseFault(id, paused),
  );

/** One after the other, for the order in which they are looked at. */
async function restoreFaults(faults: readonly Fault[]): Promise<void> {
  for (const { spec, state } of faults) {
    const { id } = await addFault(spec);
    if (state === 'paused') await pauseFault(id, true);
  }
}
