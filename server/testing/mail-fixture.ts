/** HTTP and SMTP over one store, as in the program; messages come in by SMTP from a real client. */
import { createTransport, type SendMailOptions } from 'nodemailer';
import { createSmtpServer } from '../smtp/server.ts';
import { type HttpFixture, type HttpFixtureOptions, startHttp } from './http-fixture.ts';
import { testServerDefaults } from './smtp-test-server.ts';

export interface MailFixture extends HttpFixture {
  readonly smtpPort: number;
  /** Sends by SMTP and returns the id under which the message is stored. */
  send(message: SendMailOptions): Promise<string>;
}

export async function startMail(options: HttpFixtureOptions = {}): Promise<MailFixture> {
  const http = await startHttp(options);
  const smtp = createSmtpServer(testServerDefaults, {
    intake: http.storage,
    observer: http.sessions.observer,
    gate: http.faults,
    reportFailure: ({ error }) => {
      throw error;
    },
  });
  const { port } = (await smtp.listen()).smtp;
  const transport = createTransport({ host: '127.0.0.1', port, pool: true, maxConnections: 1 });
  return Object.assign(http, {
    smtpPort: port,
    async send(message: SendMailOptions): Promise<string> {
      await transport.sendMail(message);
      const stored = await http.storage.get('latest');
      if (stored === null) throw new Error('the message was acknowledged and is not there');
      return stored.id;
    },
    async [Symbol.asyncDispose]() {
      transport.close();
      await smtp.close();
      await http.server.close();
      await http.tasks.close();
      await http.sessions.close();
      await http.storage.close();
    },
  });
}
