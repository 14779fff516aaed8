'use strict';
/** `prixfixe-dev/jest/matchers`, for `setupFilesAfterEnv`. */
// Inside, `process` and `node:module` are of Jest's making.
const outsideProcess = require('node:vm').runInThisContext('process');
const { createRequire } = outsideProcess.getBuiltinModule('node:module');
const { mailMatchers } = createRequire(__filename)('./jest-outside.js');

const its = typeof expect === 'function' ? expect : require('@jest/globals').expect;

its.extend({
  ...mailMatchers,
  toMatchMailSnapshot(mail, hint) {
    // Jest takes a hint or nothing, but not `undefined`.
    its(mail.snapshot()).toMatchSnapshot(...(hint === undefined ? [] : [hint]));
    return { pass: true, message: () => 'The message is as its snapshot.' };
  },
});
