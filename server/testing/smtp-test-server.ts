/**
 * A real SMTP server on free ports of the loopback interface, with a store that remembers. Tests
 * of SMTP need nothing of the database: `Intake` is all that SMTP knows of a store.
 */
import type { NewMessage, StoreOutcome } from '../../db/types.ts';
import type { SessionFailure } from '../smtp/connection.ts';
import type { Observation } from '../smtp/protocol/session-types.ts';
import { createSmtpServer, type Patience } from '../smtp/server.ts';
import type {
  Intake,
  SessionFacts,
  SmtpGate,
  SmtpObserver,
  SmtpServer,
  SmtpServerOptions,
} from '../smtp/types.ts';

export interface TestServerOptions extends Partial<SmtpServerOptions> {
  readonly intake?: Intake;
  readonly patience?: Partial<Patience>;
  readonly clockMs?: (() => number) | null;
  readonly gate?: SmtpGate;
  /** Called beside the recording one. */
  readonly observer?: SmtpObserver;
}

type Handshake = Parameters<NonNullable<SmtpObserver['tlsHandshake']>>[1];

export interface TestServer extends AsyncDisposable {
  readonly smtp: SmtpServer;
  readonly port: number;
  /** 0 without implicit TLS. */
  readonly smtpsPort: number;
  readonly messages: readonly NewMessage[];
  /** Resolves with the first `count` messages as soon as there are so many. */
  received(count: number): Promise<readonly NewMessage[]>;
  readonly observations: readonly (Observation & { readonly session: SessionFacts })[];
  readonly handshakes: readonly Handshake[];
  readonly openedCount: number;
  readonly closedCount: number;
  readonly failures: readonly SessionFailure[];
}

export const testServerDefaults: SmtpServerOptions = {
  host: '127.0.0.1',
  port: 0,
  smtpsPort: null,
  backlog: 256,
  hostname: 'mx.example.test',
  connectionsMax: 100,
  connectionsPerAddressMax: 0,
  messageBytesMax: 10 * 1024 * 1024,
  recipientsMax: 1000,
  errorsMax: 20,
  commandTimeoutMs: 300_000,
  dataTimeoutMs: 180_000,
  bytesInFlightMax: 64 * 1024 * 1024,
  tls: 'off',
  secureContext: null,
  auth: 'offered',
  credentials: null,
};

export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { intake, observer, patience, clockMs, gate, ...overrides } = options;
  const recording = recordingIntake();
  const observations: (Observation & { session: SessionFacts })[] = [];
  const handshakes: Handshake[] = [];
  const failures: SessionFailure[] = [];
  let openedCount = 0;
  let closedCount = 0;
  const smtp = createSmtpServer(
    { ...testServerDefaults, ...overrides },
    {
      intake: intake ?? recording,
      ...(patience === undefined ? {} : { patience }),
      ...(clockMs === undefined ? {} : { clockMs }),
      ...(gate === undefined ? {} : { gate }),
      reportFailure: (failure) => failures.push(failure),
      observer: {
        connectionOpened(session, traffic) {
          openedCount++;
          observer?.connectionOpened?.(session, traffic);
        },
        accepted: (address) => observer?.accepted?.(address),
        connectionRefused: (...seen) => observer?.connectionRefused?.(...seen),
        connectionDropped: (address) => observer?.connectionDropped?.(address),
        observed(session, observation, writtenAtMs) {
          observations.push({ ...observation, session });
          observer?.observed?.(session, observation, writtenAtMs);
        },
        tlsHandshake(session, result) {
          handshakes.push(result);
          observer?.tlsHandshake?.(session, result);
        },
        connectionClosed(session) {
          closedCount++;
          observer?.connectionClosed?.(session);
        },
      },
    },
  );
  const addresses = await smtp.listen();
  return {
    smtp,
    port: addresses.smtp.port,
    smtpsPort: addresses.smtps?.port ?? 0,
    messages: recording.messages,
    received: recording.received,
    observations,
    handshakes,
    failures,
    get openedCount() {
      return openedCount;
    },
    get closedCount() {
      return closedCount;
    },
    [Symbol.asyncDispose]: () => smtp.close({ graceMs: 0 }),
  };
}

/** Keeps what it is given, and answers as a store does: later, and with the message's own id. */
export function recordingIntake() {
  const messages: NewMessage[] = [];
  const waiting = new Set<() => void>();
  return {
    messages,
    async append(message: NewMessage): Promise<StoreOutcome> {
      messages.push(message);
      for (const look of waiting) look();
      return { kind: 'stored', id: message.id, seq: messages.length };
    },
    received(count: number): Promise<readonly NewMessage[]> {
      return new Promise((resolve) => {
        const look = () => {
          if (messages.length < count) return;
          waiting.delete(look);
          resolve(messages.slice(0, count));
        };
        waiting.add(look);
        look();
      });
    },
  };
}

/** The octets of a message as one text of Latin-1 characters. */
export function rawText(message: NewMessage | undefined): string {
  if (message === undefined) throw new Error('no message arrived');
  return Buffer.concat(message.raw).toString('latin1');
}
