'use strict';
/**
 * `prixfixe-dev/jest`. Jest runs tests in a realm of its own, which takes ES modules only with a
 * flag, loads the whole library anew for each file and, under fake timers, would stop its clock. So
 * this file only fetches it from outside, where Node itself loads it once for each worker.
 */
// Inside, `process` and `node:module` are of Jest's making.
const outsideProcess = require('node:vm').runInThisContext('process');
const { createRequire } = outsideProcess.getBuiltinModule('node:module');
const outside = createRequire(__filename)('./jest-outside.js');

exports.useMail = (options) => outside.useMailWith(hooks(), options);
exports.startSink = outside.startSink;
exports.attachSink = outside.attachSink;
exports.sinkFromEnv = outside.sinkFromEnv;
exports.MailTimeoutError = outside.MailTimeoutError;
exports.MailContentError = outside.MailContentError;
exports.UnexpectedMailError = outside.UnexpectedMailError;

/** With `injectGlobals: false` they are not global. */
function hooks() {
  return typeof beforeEach === 'function' ? globalThis : require('@jest/globals');
}
