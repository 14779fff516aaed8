/** What a SpamAssassin server thinks of a message. */

/** Where `spamd` listens. */
export type SpamdAddress =
  | { readonly host: string; readonly port: number }
  | { readonly socketPath: string };

export interface SpamReport {
  /** By the threshold that the server is set up with. */
  readonly isSpam: boolean;
  readonly score: number;
  readonly threshold: number;
  /** Those that matched, in the order of the report. */
  readonly rules: readonly SpamRule[];
}

export interface SpamRule {
  readonly name: string;
  /** Rounded by the server; 0 for rules that only inform. */
  readonly score: number;
  readonly description: string;
}

export interface SpamCheck {
  /** Rejects with `SpamCheckError`. */
  check(raw: Uint8Array): Promise<SpamReport>;
}

/** `message` is a sentence for whoever asked for the check. */
export class SpamCheckError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'SpamCheckError';
  }
}
