/** Passing caught messages on through another server, when somebody asks for it. */

export interface RelayOptions {
  readonly host: string;
  readonly port: number;
  /** `offered`: STARTTLS where the server offers it; `starttls`: or not at all; `tls`: from the first octet. */
  readonly tls: 'off' | 'offered' | 'starttls' | 'tls';
  /** Whatever certificate the server shows is taken. */
  readonly anyCertificate: boolean;
  readonly credential: { readonly user: string; readonly password: string } | null;
  /** Where bounces go, instead of to the sender. */
  readonly returnPath: string | null;
  /** The address in From, instead of the sender's. */
  readonly overrideFrom: string | null;
  readonly preserveMessageIds: boolean;
  /** Patterns such as `*@example.test`; none: everybody. */
  readonly allowed: readonly string[];
  /** They win over `allowed`. */
  readonly blocked: readonly string[];
  /** Our name in EHLO. */
  readonly hostname: string;
}

export interface Relay {
  readonly options: Omit<RelayOptions, 'credential'>;
  /** Of the addresses those that may not get mail from here. */
  check(addresses: readonly string[]): RecipientCheck;
  /**
   * Resolves when the server has answered for every recipient and for the message. Rejects with
   * `RelayError`; nobody has been sent anything then.
   */
  release(message: { readonly raw: Uint8Array; readonly to: readonly string[] }): Promise<Released>;
}

export interface RecipientCheck {
  readonly notAllowed: readonly string[];
  readonly blocked: readonly string[];
}

export interface Released {
  readonly accepted: readonly string[];
  readonly rejected: readonly {
    readonly address: string;
    /** What the server said. */
    readonly reply: string;
  }[];
}
