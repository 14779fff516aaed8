import { useEffect, useState } from 'react';

/** State that belongs to something, the `owner`. It is forgotten when another takes its place. */
export function useStateFor<Value>(
  owner: string,
  initial: Value,
): readonly [Value, (change: (last: Value) => Value) => void] {
  const [state, setState] = useState({ owner, value: initial });

  // biome-ignore lint/correctness/useExhaustiveDependencies: only another owner ends it.
  useEffect(() => {
    const forget = () =>
      setState((last) => (last.owner === owner ? { owner: '', value: initial } : last));
    return forget;
  }, [owner]);

  const value = state.owner === owner ? state.value : initial;
  const change = (next: (last: Value) => Value) =>
    setState((last) => ({ owner, value: next(last.owner === owner ? last.value : initial) }));
  return [value, change];
}
