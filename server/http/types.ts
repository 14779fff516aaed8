/** What the HTTP server is told and what it is given; nothing here does anything. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Context } from 'hono';
import type { LinkCheck } from '../checks/links/types.ts';
import type { SpamCheck } from '../checks/spam/types.ts';
import type { EventBus } from '../events.ts';
import type { FaultControl } from '../faults/types.ts';
import type { MetricsSource } from '../metrics/types.ts';
import type { Relay } from '../relay/types.ts';
import type { SessionSource } from '../sessions/types.ts';
import type { MailWaits } from '../sink/waits.ts';
import type { Storage } from '../storage/types.ts';
import type { Tasks } from '../tasks/types.ts';
import type { HttpProblem } from './errors.ts';
import type { EventStream } from './event-stream.ts';
import type { ServerInfoShape } from './shapes.ts';

export interface HttpOptions {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  /** As given to listen(2); 0 = the platform's SOMAXCONN. */
  readonly backlog: number;
  readonly httpAuth: { readonly user: string; readonly password: string } | null;
  /** Host names without a port, beside loopback and the addresses bound. */
  readonly allowedHosts: readonly string[];
  /** Origins (`https://app.example.test:3000`) whose pages may use the API. */
  readonly allowedOrigins: readonly string[];
  /** Other catchers whose calls are answered, beside Mailpit's. */
  readonly compat?: readonly ('mailhog' | 'maildev')[];
  /** Clients written for Mailpit may set its chaos. */
  readonly chaosEnabled?: boolean;
  /** The built page, `dist/web`. It may be missing. */
  readonly pageDirectory: string;
  readonly limits: HttpLimits;
}

export interface HttpLimits {
  readonly connectionsMax: number;
  /** Request line and header section together. */
  readonly headerBytesMax: number;
  readonly bodyBytesMax: number;
  readonly headersTimeoutMs: number;
  /** For a whole request, body included. */
  readonly requestTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
  /** A socket on which no octet moved for this long is closed; above the heartbeat. */
  readonly idleTimeoutMs: number;
  /** How long `close()` waits for replies in flight. */
  readonly closeGraceMs: number;
  /** Requests that may wait for mail at a time. */
  readonly waitsMax: number;
  readonly eventClientsMax: number;
  readonly eventQueueBytesMax: number;
  /** Events kept for replay. */
  readonly eventHistoryMax: number;
  readonly eventHeartbeatMs: number;
  /** The least time between two writes to one client. */
  readonly eventWriteIntervalMs: number;
  readonly authFailuresMax: number;
  readonly authFailureWindowMs: number;
}

export const defaultHttpLimits: HttpLimits = {
  connectionsMax: 512,
  headerBytesMax: 16 * 1024,
  bodyBytesMax: 1024 * 1024,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveTimeoutMs: 5_000,
  idleTimeoutMs: 120_000,
  closeGraceMs: 2_000,
  waitsMax: 400,
  eventClientsMax: 100,
  eventQueueBytesMax: 1024 * 1024,
  eventHistoryMax: 1_000,
  eventHeartbeatMs: 15_000,
  eventWriteIntervalMs: 100,
  authFailuresMax: 10,
  authFailureWindowMs: 60_000,
};

export interface HttpDeps {
  readonly storage: Storage;
  readonly events: EventBus;
  readonly sessions: SessionSource;
  readonly waits: MailWaits;
  readonly faults: FaultControl;
  /** `null`: nothing is measured. */
  readonly metrics: MetricsSource | null;
  serverInfo(): ServerInfoShape | Promise<ServerInfoShape>;
  /** The certificate of the local CA, `null` when none was made. */
  caPem(): string | null;
  /** Sends a real message by SMTP to our own listener; rejects when it was not accepted. */
  sendTestMessage(to: string | null): Promise<{ readonly messageId: string }>;
  /** `null`: there is no server to pass messages on to. */
  readonly relay: Relay | null;
  readonly checks: {
    readonly links: LinkCheck;
    /** `null`: there is no SpamAssassin to ask. */
    readonly spam: SpamCheck | null;
  };
  /** For what takes too long to do it here. */
  readonly tasks: Tasks;
  /** For our own faults; what clients do wrong is answered, not logged. */
  logError(message: string, error: unknown): void;
}

/** What routes are given beside the dependencies. */
export interface RouteDeps extends HttpDeps {
  readonly options: HttpOptions;
  readonly eventStream: EventStream;
  readonly contentTokens: ContentTokens;
}

/** Proof that a URL was handed out by us: see `security/content-token.ts`. */
export interface ContentTokens {
  issue(messageId: string): string;
  verify(messageId: string, token: string): boolean;
}

/** The calls of another catcher, over the same store. Each lives in a folder of its own. */
export interface ForeignApi {
  /** `path` as the router sees it. */
  owns(path: string): boolean;
  /** Asked for its own paths only, and behind the guard. */
  answer(c: Context<HttpEnv>): Promise<Response>;
  /** A refusal of the guard, or a fault of ours, as its clients know such things. */
  presentProblem(problem: HttpProblem): Response;
  /** Paths that a shown mail may ask for with its token; the first group is the message's id. */
  readonly shownContent: RegExp | null;
}

/** Absent when the app is called in process. */
export interface HttpEnv {
  Bindings: {
    incoming?: IncomingMessage;
    outgoing?: ServerResponse;
    webSocket?: WebSocketHandshake;
  };
}

/** A request to turn the connection into a WebSocket, before anybody has agreed. */
export interface WebSocketHandshake {
  /** To be completed once the answer is there. */
  accept(): void;
}
