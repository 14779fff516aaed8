/** Whether the links of a message lead somewhere. */

export interface LinkStatus {
  /** As it stands in the message. */
  readonly url: string;
  /** Of the answer; `null` when none came. */
  readonly status: number | null;
  /** Nobody was asked, because the way leads to this machine, its network or no web server. */
  readonly blocked: boolean;
  /** What the status means, or why there is none. */
  readonly text: string;
  /** Where it ended after redirects; `null` when there were none. */
  readonly finalUrl: string | null;
}

export interface LinkCheck {
  /**
   * Asks for each link of a message once, and follows redirects if told to. Rejects with
   * `LinkCheckBusy` when too many are running.
   */
  check(
    bodies: { readonly text: string | null; readonly html: string | null },
    options: { readonly followRedirects: boolean; readonly signal?: AbortSignal },
  ): Promise<readonly LinkStatus[]>;
}

export class LinkCheckBusy extends Error {
  constructor() {
    super('Other link checks are running; try again when one of them is done');
    this.name = 'LinkCheckBusy';
  }
}
