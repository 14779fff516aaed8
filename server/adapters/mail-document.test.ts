import { createTransport } from 'nodemailer';
import { expect, test } from 'vitest';
import { startSink } from '../sink/start-sink.ts';
import { mailDocument } from './mail-document.ts';

async function documentOf(message: object): Promise<string> {
  await using sink = await startSink({ tls: 'off' });
  const transport = createTransport(sink.nodemailer());
  await transport.sendMail({ from: 'a@example.test', to: 'b@example.test', ...message });
  return mailDocument(await sink.next());
}

test('nothing but what is in the message may load, and no script runs', async () => {
  const html = await documentOf({ html: '<p>Hi</p><script>alert(1)</script>' });
  expect(html).toMatch(/^<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security/);
  expect(html).toContain("default-src 'none'");
  expect(html).not.toContain("'unsafe-eval'");
  expect(html).not.toMatch(/script-src/);
});

test('a picture inside the message is in the document', async () => {
  const html = await documentOf({
    html: '<img src="cid:dot"> <img src="cid:none">',
    attachments: [{ filename: 'dot.gif', cid: 'dot', content: Buffer.from('GIF89a') }],
  });
  const octets = Buffer.from('GIF89a').toString('base64');
  expect(html).toContain(`<img src="data:image/gif;base64,${octets}">`);
  expect(html).toContain('<img src="cid:none">');
});

test('text is shown as it is, with links that can be followed', async () => {
  const html = await documentOf({ text: '<b> "x" & https://x.test/?a=1&b=2' });
  expect(html).toContain('&lt;b&gt; &quot;x&quot; &amp; ');
  expect(html).toContain('<a href="https://x.test/?a=1&amp;b=2">https://x.test/?a=1&amp;b=2</a>');
});
