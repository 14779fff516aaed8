/** The dialogues of `transcripts/` once more, now over real sockets: plain and in TLS. */
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { beforeAll, describe, expect, test } from 'vitest';
import { startTestServer } from '../testing/smtp-test-server.ts';
import { makeTestCertificates, type TestCertificates } from '../testing/test-certificates.ts';
import {
  loadTranscripts,
  playOverStream,
  type Segmentation,
  type Transcript,
} from '../testing/transcript-player.ts';

const patienceMs = 10_000;
const segmentations: readonly Segmentation[] = ['whole', 'octets', 'pipelined'];
const transcripts = loadTranscripts();

let certificates: TestCertificates;
beforeAll(async () => {
  certificates = await makeTestCertificates();
});

function connected(socket: Socket, event: 'connect' | 'secureConnect'): Promise<Socket> {
  return new Promise((resolve, reject) => {
    socket.setNoDelay(true);
    socket.once('error', reject);
    socket.once(event, () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

const trusting = () => ({ ca: certificates.caPem, servername: 'localhost', allowHalfOpen: true });

async function play(transcript: Transcript, segmentation: Segmentation, over: 'plain' | 'tls') {
  const { store, ...options } = transcript.options;
  const secureContext = certificates.secureContext();
  await using server = await startTestServer({
    ...options,
    hostname: 'localhost',
    smtpsPort: 0,
    secureContext: () => secureContext,
    ...(store === 'stored'
      ? {}
      : { intake: { append: async () => ({ kind: 'notStored', refusal: store }) } }),
  });
  const host = '127.0.0.1';
  const stream =
    over === 'plain'
      ? await connected(connectTcp({ host, port: server.port, allowHalfOpen: true }), 'connect')
      : await connected(
          connectTls({ host, port: server.smtpsPort, ...trusting() }),
          'secureConnect',
        );
  let taken = 0;
  await playOverStream(transcript, segmentation, {
    stream,
    patienceMs,
    upgrade: (plain) => connected(connectTls({ socket: plain, ...trusting() }), 'secureConnect'),
    nextStored: async () => {
      const message = (await server.received(taken + 1))[taken++];
      if (message === undefined) throw new Error('nothing was stored');
      return {
        envelope: message.envelope,
        ehloName: message.origin.ehloName,
        authUser: message.origin.authUser,
        wire: message.wire,
        raw: message.raw,
      };
    },
  });
  expect(server.messages).toHaveLength(taken);
  expect(server.failures).toEqual([]);
}

test('there are dialogues to play over plain sockets and in TLS', () => {
  expect(transcripts.some((transcript) => transcript.playableOver.plain)).toBe(true);
  expect(transcripts.some((transcript) => transcript.playableOver.tls)).toBe(true);
});

for (const over of ['plain', 'tls'] as const) {
  for (const segmentation of segmentations) {
    describe(`over a ${over} socket, ${segmentation}`, () => {
      for (const transcript of transcripts) {
        if (!transcript.playableOver[over]) continue;
        // Octets behind STARTTLS that come after the 220 break the handshake, as they must; only
        // in one segment with it do they always come before.
        if (segmentation === 'octets' && injectsBehindStartTls(transcript)) continue;
        test(transcript.name, () => play(transcript, segmentation, over));
      }
    });
  }
}

function injectsBehindStartTls({ steps }: Transcript): boolean {
  return steps.some(
    (step, index) =>
      step.kind === 'client' &&
      /^STARTTLS/i.test(step.text) &&
      (steps[index + 1]?.kind === 'client' || step.text.includes('\\n')),
  );
}
