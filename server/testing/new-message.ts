/** Messages for tests of the store: what an SMTP session would hand over. */
import type { NewMessage, Origin } from '../../db/types.ts';
import { newMessageId } from '../message-id.ts';

export interface MessageSpec {
  readonly raw?: string | Uint8Array;
  readonly subject?: string;
  readonly text?: string;
  readonly headers?: readonly string[];
  readonly from?: string;
  readonly recipients?: readonly string[];
  readonly receivedAtMs?: number;
  readonly authUser?: string | null;
  readonly tls?: boolean;
}

export function newMessage(spec: MessageSpec = {}): NewMessage {
  const from = spec.from ?? 'alice@example.test';
  const recipients = spec.recipients ?? ['bob@example.test'];
  const raw = toOctets(spec.raw ?? sourceOf(spec, from, recipients));
  const receivedAtMs = spec.receivedAtMs ?? Date.now();
  return {
    id: newMessageId(receivedAtMs),
    receivedAtMs,
    envelope: {
      reversePath: from,
      forwardPaths: recipients.map((address) => ({ address, parameters: {} })),
      parameters: { SIZE: String(raw.byteLength) },
    },
    origin: originOf(spec),
    timings: {
      sessionAgeMs: 1,
      tlsMs: null,
      authMs: null,
      envelopeMs: 2,
      dataMs: 3,
      commitMs: null,
    },
    dialogue: [{ atMs: 0, from: 'server', text: '220 localhost ESMTP' }],
    wire: { bareLfCount: 0, bareCrCount: 0, via: 'DATA' },
    // In two pieces, as octets come from a socket.
    raw: [raw.subarray(0, 7), raw.subarray(7)],
    sizeBytes: raw.byteLength,
  };
}

function sourceOf(spec: MessageSpec, from: string, recipients: readonly string[]): string {
  return [
    `From: <${from}>`,
    `To: ${recipients.map((address) => `<${address}>`).join(', ')}`,
    `Subject: ${spec.subject ?? 'Hello'}`,
    'Date: Tue, 05 May 2026 10:00:00 +0000',
    ...(spec.headers ?? []),
    '',
    spec.text ?? 'Good morning.',
    '',
  ].join('\r\n');
}

function originOf(spec: MessageSpec): Origin {
  return {
    listener: 'smtp',
    sessionId: 'session-1',
    peerAddress: '127.0.0.1',
    peerPort: 40_000,
    ehloName: 'client.example.test',
    tls: spec.tls === true ? { protocol: 'TLSv1.3', cipher: 'x', resumed: false } : null,
    authUser: spec.authUser ?? null,
    authMechanism: spec.authUser === undefined ? null : 'PLAIN',
  };
}

function toOctets(raw: string | Uint8Array): Uint8Array {
  return typeof raw === 'string' ? Buffer.from(raw, 'latin1') : raw;
}
