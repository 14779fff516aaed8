/** What the global set-up of Jest leaves to the tear-down: it has to hang on the process. */
import type { SharedSink } from './shared-sink.ts';

const key = Symbol.for('prixfixe-dev.jest-run');

interface Run {
  shared: SharedSink | null;
}

export function jestRun(): Run {
  const scope = globalThis as { [key]?: Run };
  scope[key] ??= { shared: null };
  return scope[key];
}
