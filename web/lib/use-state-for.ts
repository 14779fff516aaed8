import { useState } from 'react';

/** State that belongs to something: with another `owner` it is as if it had never been set. */
export function useStateFor<Value>(
  owner: string,
  initial: Value,
): readonly [Value, (change: (last: Value) => Value) => void] {
  const [state, setState] = useState({ owner, value: initial });
  const value = state.owner === owner ? state.value : initial;
  const change = (next: (last: Value) => Value) =>
    setState((last) => ({ owner, value: next(last.owner === owner ? last.value : initial) }));
  return [value, change];
}
