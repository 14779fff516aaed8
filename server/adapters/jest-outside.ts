/**
 * What `jest.cjs` fetches from outside the realm of the tests. Hooks and `expect` come from inside,
 * because only there they belong to the file that is run.
 */
import type { Inbox, Sink, SinkOptions } from '../sink/types.ts';
import { sinkForTests } from './test-sink.ts';

export { attachSink, sinkFromEnv } from '../sink/attach-sink.ts';
export { MailContentError, MailTimeoutError, UnexpectedMailError } from '../sink/errors.ts';
export { mailMatchers } from './mail-matchers.ts';

/** Loaded when it is called: most files only use a sink that others started. */
export async function startSink(options?: SinkOptions): Promise<Sink> {
  const engine = await import('../sink/start-sink.ts');
  return engine.startSink(options);
}

/** Both are there while tests run, and not before. */
export interface JestMail {
  /** The same for all tests of a file. */
  readonly sink: Sink;
  /** New for each test; its mail goes with it. */
  readonly inbox: Inbox;
}

export interface JestHooks {
  readonly beforeAll: (hook: () => Promise<void>) => void;
  readonly beforeEach: (hook: () => Promise<void>) => void;
  readonly afterEach: (hook: () => Promise<void>) => void;
  readonly afterAll: (hook: () => Promise<void>) => void;
  readonly expect: { getState(): { readonly currentTestName?: string | undefined } };
}

export function useMailWith(hooks: JestHooks, options?: SinkOptions): JestMail {
  const now: { sink: Sink | null; inbox: Inbox | null } = { sink: null, inbox: null };
  hooks.beforeAll(async () => {
    now.sink = await sinkForTests(options);
  });
  hooks.beforeEach(async () => {
    const name = hooks.expect.getState().currentTestName ?? '';
    now.inbox = there(now.sink, 'sink').inbox(name);
  });
  hooks.afterEach(async () => {
    await now.inbox?.[Symbol.asyncDispose]();
    now.inbox = null;
  });
  hooks.afterAll(async () => {
    await now.sink?.stop();
    now.sink = null;
  });
  return {
    get sink() {
      return there(now.sink, 'sink');
    },
    get inbox() {
      return there(now.inbox, 'inbox');
    },
  };
}

function there<T>(value: T | null, name: string): T {
  if (value !== null) return value;
  throw new Error(
    `useMail(): the ${name} is there only while a test or hook of this file runs. Ask for ` +
      `mail.${name} inside the test, not where the file is loaded.`,
  );
}
