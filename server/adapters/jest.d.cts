import type { SinkOptions } from '../sink/types.js' with { 'resolution-mode': 'import' };
import type {
  attachSink,
  JestMail,
  MailContentError,
  MailTimeoutError,
  sinkFromEnv,
  startSink,
  UnexpectedMailError,
} from './jest-outside.js' with { 'resolution-mode': 'import' };

export type * from '../sink/types.js' with { 'resolution-mode': 'import' };
export type { JestMail };

/**
 * A sink for the tests of this file and an inbox for each of them. Where the global set-up or
 * `prixfixe-dev run` started one for all, and no options are given, it attaches to that.
 *
 * @example
 * const mail = useMail();
 * test('sign-up', async () => {
 *   await app.signUp({ email: mail.inbox.address });
 *   const code = (await mail.inbox.next()).code();
 * });
 */
export declare function useMail(options?: SinkOptions): JestMail;
export {
  attachSink,
  MailContentError,
  MailTimeoutError,
  sinkFromEnv,
  startSink,
  UnexpectedMailError,
};
