/** Work that takes long enough to be felt, and whoever gets it done. */
import type { HtmlToCheck } from '../checks/html/check-html.ts';
import type { HtmlReport } from '../checks/html/types.ts';

export interface TaskTypes {
  readonly checkHtml: { readonly argument: HtmlToCheck; readonly result: HtmlReport };
  /** A JPEG; `null` when the octets are no picture that can be shown small. */
  readonly makeThumbnail: { readonly argument: Uint8Array; readonly result: Uint8Array | null };
}

export type TaskName = keyof TaskTypes;

export interface Tasks {
  /** Rejects with `TaskError`. */
  run<Name extends TaskName>(
    name: Name,
    argument: TaskTypes[Name]['argument'],
  ): Promise<TaskTypes[Name]['result']>;
}

export type TaskErrorCode = 'busy' | 'tooLong' | 'failed' | 'closed';

export class TaskError extends Error {
  readonly code: TaskErrorCode;

  constructor(code: TaskErrorCode, message: string) {
    super(message);
    this.name = 'TaskError';
    this.code = code;
  }
}
