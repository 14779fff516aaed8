import { expect, test } from 'vitest';
import * as library from './index.ts';

test('the library exports these and nothing else', () => {
  expect(Object.keys(library).sort()).toEqual([
    'FaultNotFiredError',
    'FaultSpecError',
    'MailContentError',
    'MailTimeoutError',
    'NotSettledError',
    'SessionTimeoutError',
    'SinkError',
    'UnexpectedMailError',
    'attachSink',
    'createLog',
    'defaultConfig',
    'sinkFromEnv',
    'startApp',
    'startSink',
  ]);
});
