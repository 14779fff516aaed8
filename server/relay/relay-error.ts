export type RelayErrorCode = 'noSender' | 'refused' | 'unreachable';

/** `message` is a sentence for whoever wanted the message passed on. */
export class RelayError extends Error {
  readonly code: RelayErrorCode;

  constructor(code: RelayErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'RelayError';
    this.code = code;
  }
}
