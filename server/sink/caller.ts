/**
 * Where in the test a call came from: taken at the call, because after waiting nothing of it is
 * left on the stack, and without our own frames, because they help nobody.
 */
export interface Caller {
  /** Frames as V8 writes them, each on a line of its own; `''` when there are none. */
  readonly frames: string;
}

/** `entry` is the public function; frames above it stay. Formatted when it is first looked at. */
export function callerOf(entry: (...given: never[]) => unknown): Caller {
  const holder: { stack?: string } = {};
  Error.captureStackTrace(holder, entry);
  return {
    get frames() {
      const lines = (holder.stack ?? '').split('\n');
      return lines.slice(lines.findIndex((line) => /^\s+at /.test(line))).join('\n');
    },
  };
}

/** `signup.test.ts:31`, for people; `null` when nobody can tell. */
export function placeOf({ frames }: Caller): string | null {
  const [first = ''] = frames.split('\n');
  const [, file, line] = /([^/\\(\s]+):(\d+):\d+\)?$/.exec(first) ?? [];
  return file === undefined || line === undefined ? null : `${file}:${line}`;
}

/** The error as if it had been thrown where the call was made. */
export function thrownAt<E extends Error>(error: E, { frames }: Caller): E {
  error.stack = `${error.name}: ${error.message}${frames === '' ? '' : `\n${frames}`}`;
  return error;
}
