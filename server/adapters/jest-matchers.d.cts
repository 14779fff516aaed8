import type { MailMatchers } from './mail-matchers.js' with { 'resolution-mode': 'import' };

interface SnapshotMatchers<R> {
  /** The message as `mail.snapshot()` gives it, against the stored snapshot. */
  toMatchMailSnapshot(hint?: string): R;
}

declare global {
  namespace jest {
    // biome-ignore lint/complexity/noBannedTypes: merges with the interface of @types/jest, which has it
    interface Matchers<R, T = {}> extends MailMatchers<R>, SnapshotMatchers<R> {}
  }
}

// For `import { expect } from '@jest/globals'`.
declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T = unknown>
    extends MailMatchers<R>,
      SnapshotMatchers<R> {}
}
