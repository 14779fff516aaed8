/** One mail transaction: from MAIL to the answer of the store (RFC 5321 §3.3). */
import type {
  Envelope,
  EsmtpParameters,
  ForwardPath,
  Timings,
  WireFacts,
} from '../../../db/types.ts';
import { MessageBody } from './message-body.ts';

export class Transaction {
  readonly reversePath: string;
  readonly parameters: EsmtpParameters;
  readonly body: MessageBody;
  readonly #forwardPaths: ForwardPath[] = [];
  readonly #mailAtMs: number;
  /** When the message was invited: 354, or the first BDAT. */
  #dataAtMs: number;
  #via: 'DATA' | 'BDAT' | null = null;
  #congested = false;

  constructor(mail: {
    readonly address: string;
    readonly parameters: EsmtpParameters;
    readonly sessionAgeMs: number;
    readonly messageBytesMax: number;
  }) {
    this.reversePath = mail.address;
    this.parameters = mail.parameters;
    this.body = new MessageBody(mail.messageBytesMax);
    this.#mailAtMs = this.#dataAtMs = mail.sessionAgeMs;
  }

  get recipientCount(): number {
    return this.#forwardPaths.length;
  }

  /** Addresses alone. */
  recipients(): readonly string[] {
    return this.#forwardPaths.map(({ address }) => address);
  }

  get congested(): boolean {
    return this.#congested;
  }

  /** RFC 3030 §3: such octets have no line ends to look for. */
  get binary(): boolean {
    return String(this.parameters.BODY).toUpperCase() === 'BINARYMIME';
  }

  /** RFC 6531 §3.4. */
  get smtpUtf8(): boolean {
    return this.parameters.SMTPUTF8 !== undefined;
  }

  addRecipient(forwardPath: ForwardPath): void {
    this.#forwardPaths.push(forwardPath);
  }

  /** The message begins; further chunks of one begun change nothing. */
  startMessage(via: 'DATA' | 'BDAT', sessionAgeMs: number): void {
    if (this.#via !== null) return;
    this.#via = via;
    this.#dataAtMs = sessionAgeMs;
  }

  /** Gives up what was received, to make room; nothing to give before the message begins. */
  dropForCongestion(): void {
    if (this.#via === null) return;
    this.#congested = true;
    this.body.drop();
  }

  envelope(): Envelope {
    return {
      reversePath: this.reversePath,
      forwardPaths: this.#forwardPaths,
      parameters: this.parameters,
    };
  }

  wireFacts(): WireFacts {
    const { bareLfCount, bareCrCount } = this.body.lineEndFacts();
    return { bareLfCount, bareCrCount, via: this.#via };
  }

  agesMs(sessionAgeMs: number): { readonly sinceMailMs: number; readonly sinceDataMs: number } {
    return {
      sinceMailMs: sessionAgeMs - this.#mailAtMs,
      sinceDataMs: sessionAgeMs - this.#dataAtMs,
    };
  }

  timings(session: {
    readonly sessionAgeMs: number;
    readonly tlsMs: number | null;
    readonly authMs: number | null;
  }): Timings {
    return {
      sessionAgeMs: this.#mailAtMs,
      tlsMs: session.tlsMs,
      authMs: session.authMs,
      envelopeMs: this.#dataAtMs - this.#mailAtMs,
      dataMs: session.sessionAgeMs - this.#dataAtMs,
      commitMs: null,
    };
  }
}
