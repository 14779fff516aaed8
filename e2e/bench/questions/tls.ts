import { temporaryDirectory } from '../../../server/testing/temporary-directory.ts';
import { makeCertificates } from '../../load/certificates.ts';
import { usualNeeds } from '../contenders/contender.ts';
import type { Question } from '../question.ts';
import { compareThroughput } from '../throughput.ts';

export const tls: Question = {
  name: 'tls',
  group: 'throughput',
  title: 'How many messages a second with STARTTLS?',
  async ask(bench, notebook) {
    await using folder = await temporaryDirectory();
    const certificates = await makeCertificates(folder.path);
    const certificate = certificates.find(({ name }) => name === 'ECDSA P-256');
    if (certificate === undefined) throw new Error('no such certificate was made');
    const common = {
      contenders: ['prixfixe-dev', 'smtp-server'],
      needs: { ...usualNeeds, certificate },
      driver: 'generator',
      connections: 50,
      message: { sizeBytes: 10 * 1024, body: 'prose' },
    } as const;
    const full = { kind: 'starttls', resume: false } as const;
    await compareThroughput(bench, notebook, {
      ...common,
      row: 'a full handshake each',
      messages: 2_000,
      warmUp: 2,
      messagesOfSlow: 1_000,
      session: 'per-message',
      tls: full,
    });
    await compareThroughput(bench, notebook, {
      ...common,
      row: 'a resumed one each',
      messages: 2_000,
      messagesOfSlow: 1_000,
      session: 'per-message',
      tls: { kind: 'starttls', resume: true },
    });
    await compareThroughput(bench, notebook, {
      ...common,
      row: 'sessions that stay',
      messages: 10_000,
      messagesOfSlow: 5_000,
      session: 'persistent',
      tls: full,
    });
    notebook.note(
      'smtp-server throws the messages away; ours stores them. Both have the same certificate ' +
        '(ECDSA P-256). smtp-sink does not speak TLS.',
    );
  },
};
