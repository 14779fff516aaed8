/** The library. Re-exports and nothing else; the list is kept by `index.test.ts`. */
export { type App, startApp } from './app.ts';
export type { Config } from './config/options.ts';
export { defaultConfig } from './config/parse.ts';
export { FaultNotFiredError, FaultSpecError } from './faults/errors.ts';
export { createLog, type Log } from './log.ts';
export { attachSink, sinkFromEnv } from './sink/attach-sink.ts';
export {
  MailContentError,
  MailTimeoutError,
  NotSettledError,
  SessionTimeoutError,
  SinkError,
  type SinkErrorCode,
  UnexpectedMailError,
} from './sink/errors.ts';
export { startSink } from './sink/start-sink.ts';
export type * from './sink/types.ts';
