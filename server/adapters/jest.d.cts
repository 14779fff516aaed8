import type { SinkOptions } from '../sink/types.js' with { 'resolution-mode': 'import' };
import type {
  JestMail,
  MailContentError,
  MailTimeoutError,
  startSink,
  UnexpectedMailError,
} from './jest-outside.js' with { 'resolution-mode': 'import' };

export type * from '../sink/types.js' with { 'resolution-mode': 'import' };
export type { JestMail };

/**
 * A sink for the tests of this file and an inbox for each of them.
 *
 * @example
 * const mail = useMail();
 * test('sign-up', async () => {
 *   await app.signUp({ email: mail.inbox.address });
 *   const code = (await mail.inbox.next()).code();
 * });
 */
export declare function useMail(options?: SinkOptions): JestMail;
export { MailContentError, MailTimeoutError, startSink, UnexpectedMailError };
