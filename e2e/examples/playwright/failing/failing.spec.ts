/** Tests that fail on purpose, for what the report has then; `report.spec.ts` runs them. */
import { createTransport } from 'nodemailer';
import { expect, test } from 'prixfixe-dev/playwright';

test('mail came', async ({ sink, inbox }) => {
  await createTransport(sink.nodemailer()).sendMail({
    from: 'shop@corner.test',
    to: inbox.address,
    subject: 'Hello',
    html: '<h1 style="color:#a00">Hello</h1><img src="cid:dot"><img src="https://corner.test/x.png">',
    attachments: [
      {
        filename: 'dot.png',
        cid: 'dot',
        content: Buffer.from(
          'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
          'base64',
        ),
      },
    ],
  });
  await expect(inbox).toHaveReceived({ subject: 'Goodbye' }, 0);
});

test('no mail came', async ({ sink, inbox }) => {
  await createTransport(sink.nodemailer()).verify();
  await inbox.next({ subject: 'Goodbye' }, 0);
});

test('all is well', async ({ inbox }) => {
  await inbox.none();
});
