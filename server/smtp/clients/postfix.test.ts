/** Postfix relays to us over STARTTLS; see `testing/postfix-relay.ts`. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { describe, expect, test } from 'vitest';
import { eventually } from '../../testing/eventually.ts';
import { startPostfixRelay } from '../../testing/postfix-relay.ts';
import { rawText, startTestServer } from '../../testing/smtp-test-server.ts';
import { makeTestCertificates } from '../../testing/test-certificates.ts';

const installMs = 300_000;

describe('Postfix relaying over STARTTLS', () => {
  test(
    'a message and one with many recipients arrive, with its own trace field on top',
    async ({ skip }) => {
      const certificates = await makeTestCertificates();
      const secureContext = certificates.secureContext();
      await using server = await startTestServer({
        tls: 'required',
        secureContext: () => secureContext,
      });
      const started = await startPostfixRelay({
        relayPort: server.port,
        settings: async (directory) => {
          const caFile = join(directory, 'ca.pem');
          await writeFile(caFile, certificates.caPem);
          return {
            smtp_tls_security_level: 'encrypt',
            smtp_tls_CAfile: caFile,
            smtp_tls_loglevel: '1',
          };
        },
      });
      if ('reason' in started) return skip(started.reason);
      await using postfix = started;
      const recipients = Array.from({ length: 40 }, (_, i) => `to${i}@example.test`);
      const transport = createTransport({ host: '127.0.0.1', port: postfix.port });
      const from = 'ann@example.test';
      await transport.sendMail({
        from,
        to: 'bob@example.test',
        subject: 'one',
        text: 'Hello\n.\n',
      });
      await transport.sendMail({
        from,
        to: recipients,
        subject: 'many',
        text: 'x'.repeat(200_000),
      });
      transport.close();
      await eventually(() => server.messages.length)
        .toBe(2)
        .catch(async (error: unknown) => {
          throw new Error(`Postfix said:\n${await postfix.log()}`, { cause: error });
        });
      for (const message of server.messages) {
        expect(message.origin).toMatchObject({
          ehloName: 'relay.example.test',
          tls: { protocol: 'TLSv1.3' },
        });
        expect(rawText(message)).toMatch(/^Received: from .*by relay\.example\.test \(Postfix\)/s);
        expect(message.wire.bareLfCount).toBe(0);
      }
      const many = server.messages.find((message) => /^Subject: many/m.test(rawText(message)));
      expect(many?.envelope.forwardPaths).toHaveLength(40);
      expect(await postfix.log()).toMatch(/Untrusted|Trusted|Verified/);
    },
    installMs,
  );
});
