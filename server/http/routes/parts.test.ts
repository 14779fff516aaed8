/** Families: active content, and names that break header fields. */
import { describe, expect, it } from 'vitest';
import { request } from '../../testing/http-client.ts';
import { startHttp } from '../../testing/http-fixture.ts';

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);

function withParts(...parts: readonly string[]): string {
  const body = parts.map((part) => `--b\r\n${part}\r\n`).join('');
  return `Subject: s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n${body}--b--\r\n`;
}

const inlinePng = `Content-Type: image/png\r\nContent-ID: <logo@x.test>\r\nContent-Transfer-Encoding: base64\r\n\r\n${png.toString('base64')}`;

describe('raw', () => {
  it('is octet for octet what was sent, in every reading', async () => {
    await using http = await startHttp();
    const raw = Buffer.concat([
      Buffer.from('Subject: x\nX: \r\r\n\r\n..\r\n.\r\n'),
      Buffer.from(Array.from({ length: 256 }, (_, octet) => octet)),
    ]);
    const id = await http.deliver(raw);
    const shown = await request(http.port, `GET /api/messages/${id}/raw`);
    expect(shown.body.equals(raw)).toBe(true);
    expect(shown.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'content-length': String(raw.length),
      'x-content-type-options': 'nosniff',
    });
    const saved = await request(http.port, 'GET /api/messages/latest/raw?download=1');
    expect(saved.body.equals(raw)).toBe(true);
    expect(saved.headers).toMatchObject({
      'content-type': 'message/rfc822',
      'content-disposition': 'attachment; filename="x.eml"',
    });
    const head = await request(http.port, `HEAD /api/messages/${id}/raw`);
    expect([head.status, head.body.length]).toEqual([200, 0]);
  });

  it('a large one comes whole', async () => {
    await using http = await startHttp();
    const raw = Buffer.alloc(12 * 1024 * 1024, 'Subject: x\r\n');
    const id = await http.deliver(raw);
    const { body } = await request(http.port, `GET /api/messages/${id}/raw`);
    expect(body.equals(raw)).toBe(true);
  });

  it('bodies come whole, however long', async () => {
    await using http = await startHttp();
    const line = `<p>Grüße an alle</p>\r\n`;
    const long = `${line.repeat((5 * 1024 * 1024) / Buffer.byteLength(line))}<p>the end</p>`;
    const part = (type: string) => `--b\r\nContent-Type: ${type}; charset=utf-8\r\n\r\n${long}\r\n`;
    const id = await http.deliver(
      `Content-Type: multipart/alternative; boundary=b\r\n\r\n${part('text/plain')}${part('text/html')}--b--\r\n`,
    );
    const wanted = long.replaceAll('\r\n', '\n');
    const text = await request(http.port, `GET /api/messages/${id}/text`);
    expect(text.body.toString() === wanted).toBe(true);
    const html = await request(http.port, `GET /api/messages/latest/html`);
    expect(html.body.toString() === `<base target="_blank">${wanted}`).toBe(true);
    const detail = JSON.parse(
      (await request(http.port, `GET /api/messages/${id}`)).body.toString(),
    );
    expect([detail.textTruncated, detail.htmlTruncated]).toEqual([true, true]);
  });

  it('the subject cannot break the header field', async () => {
    await using http = await startHttp();
    const id = await http.deliver(
      'Subject: =?utf-8?q?a=0D=0ASet-Cookie:_x=3D1=22=3B_/../b?=\r\n\r\nx',
    );
    const { headers } = await request(http.port, `GET /api/messages/${id}/raw?download=1`);
    expect(headers['set-cookie']).toBeUndefined();
    expect(headers['content-disposition']).toMatch(/^attachment; filename="[^"\\/]+\.eml"$/);
  });
});

describe('text', () => {
  it('comes in UTF-8, whatever it was sent in', async () => {
    await using http = await startHttp();
    const id = await http.deliver(
      Buffer.concat([
        Buffer.from('Content-Type: text/plain; charset=iso-8859-1\r\n\r\ngr'),
        Buffer.from([0xfc]),
        Buffer.from('n'),
      ]),
    );
    const { body, headers } = await request(http.port, `GET /api/messages/${id}/text`);
    expect(body.toString()).toBe('grün');
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    expect((await request(http.port, `GET /api/messages/${id}/html`)).status).toBe(404);
  });
});

const htmlMail = withParts(
  'Content-Type: text/html; charset=utf-8\r\n\r\n<!doctype html><meta charset=x><p>Grüße<img src="cid:logo@x.test"><script>1</script>',
  inlinePng,
);

describe('html is a document with an origin of its own', () => {
  it('under a policy without scripts, forms, remote content and framing by others', async () => {
    await using http = await startHttp();
    const id = await http.deliver(htmlMail);
    const { headers, body } = await request(http.port, 'GET /api/messages/latest/html');
    const own = `http://127.0.0.1:${http.port}/api/messages/${id}/cid/`;
    expect(directives(headers)).toEqual({
      sandbox: 'allow-popups allow-popups-to-escape-sandbox',
      'default-src': "'none'",
      'style-src': "'unsafe-inline'",
      'img-src': `data: ${own}`,
      'font-src': 'data:',
      'media-src': 'data:',
      'base-uri': "'none'",
      'form-action': "'none'",
      'frame-ancestors': "'self'",
    });
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-dns-prefetch-control': 'off',
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
    });
    expect(body.toString()).toMatch(
      new RegExp(
        `^<!doctype html><base target="_blank">.*Grüße<img src="/api/messages/${id}/cid/logo%40x.test\\?token=[\\w-]{22}">`,
      ),
    );
  });

  it('remote content only when asked for, and scripts not even then', async () => {
    await using http = await startHttp();
    await http.deliver(htmlMail);
    const { headers } = await request(http.port, 'GET /api/messages/latest/html?remote=1');
    const policy = directives(headers);
    for (const name of ['img-src', 'style-src', 'font-src', 'media-src']) {
      expect(policy[name], name).toMatch(/ https: http:$/);
    }
    expect(policy['default-src']).toBe("'none'");
    expect(policy.sandbox).not.toContain('allow-scripts');
    expect(policy['script-src']).toBeUndefined();
    const off = await request(http.port, 'GET /api/messages/latest/html?remote=0');
    expect(directives(off.headers)['img-src']).not.toContain('https:');
  });

  it('the Host header field cannot write into the policy', async () => {
    await using http = await startHttp({ host: '0.0.0.0' });
    await http.deliver(htmlMail);
    for (const host of ['[::1]', '127.0.0.1', 'localhost']) {
      const { headers } = await request(http.port, 'GET /api/messages/latest/html', { Host: host });
      expect(directives(headers)['img-src']).toMatch(
        host === '[::1]' ? /^data: 'self'$/ : /^data: http:\/\/[\w.]+\/api\/messages\/\w+\/cid\/$/,
      );
    }
    const { status } = await request(http.port, 'GET /api/messages/latest/html', {
      Host: "localhost; script-src 'unsafe-inline'",
    });
    expect(status).toBe(400);
  });
});

describe('inline images', () => {
  it('load inside the sandbox: by their token, without origin and credentials', async () => {
    await using http = await startHttp({ httpAuth: { user: 'u', password: 'p' } });
    const id = await http.deliver(htmlMail);
    const other = await http.deliver(htmlMail);
    const auth = { Authorization: `Basic ${Buffer.from('u:p').toString('base64')}` };
    const page = await request(http.port, `GET /api/messages/${id}/html`, auth);
    const path = /src="([^"]+)"/.exec(page.body.toString())?.[1] ?? '';
    const foreign = { Origin: 'null', 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Dest': 'image' };
    const image = await request(http.port, `GET ${path}`, foreign);
    expect(image.status).toBe(200);
    expect(image.body.equals(png)).toBe(true);
    expect(image.headers).toMatchObject({
      'content-type': 'image/png',
      'cross-origin-resource-policy': 'cross-origin',
      'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
    });
    for (const wrong of [
      path.replace(/token=.*/, ''),
      path.replace(/token=./, 'token='),
      path.replace(/token=.*/, `token=${'A'.repeat(22)}`),
      path.replace(id, other),
      path.replace('/cid/', '/parts/'),
      path.replace(/\/cid\/[^?]+/, '/raw'),
    ]) {
      expect((await request(http.port, `GET ${wrong}`, foreign)).status, wrong).toBe(403);
      expect((await request(http.port, `GET ${wrong}`)).status, wrong).toBe(401);
    }
    expect((await request(http.port, `DELETE ${path}`, foreign)).status).toBe(403);
  });

  it.each(['$&', '.*', '(a+)+$', 'a/b', '100%', '../../raw', '__proto__', "a'b"])(
    'a Content-ID %j means itself',
    async (contentId) => {
      await using http = await startHttp();
      const id = await http.deliver(
        withParts(
          `Content-Type: text/html\r\n\r\n<img src="cid:${encodeURIComponent(contentId)}">`,
          inlinePng.replace('logo@x.test', () => contentId),
          inlinePng.replace('logo@x.test', () => 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'),
        ),
      );
      const page = await request(http.port, `GET /api/messages/${id}/html`);
      const path = /src="([^"]+)"/.exec(page.body.toString())?.[1];
      const image = await request(http.port, `GET ${path}`);
      expect([image.status, image.body.equals(png)]).toEqual([200, true]);
    },
  );
});

describe('parts download unless provably inert', () => {
  const types: readonly (readonly [string, 'inline' | 'attachment', string])[] = [
    ['image/png', 'inline', 'image/png'],
    ['IMAGE/PNG', 'inline', 'image/png'],
    ['text/plain', 'inline', 'text/plain; charset=utf-8'],
    ['text/plain; charset=iso-8859-2', 'inline', 'text/plain; charset=iso-8859-2'],
    ['text/html', 'attachment', 'text/html'],
    ['image/svg+xml', 'attachment', 'image/svg+xml'],
    ['application/xhtml+xml', 'attachment', 'application/xhtml+xml'],
    ['text/xml', 'attachment', 'text/xml'],
    ['application/pdf', 'attachment', 'application/pdf'],
    ['text/javascript', 'attachment', 'text/javascript'],
    ['multipart/x-mixed-replace; boundary=q', 'attachment', 'multipart/x-mixed-replace'],
    // RFC 2045 §5.2: what cannot be read is plain text.
    ['x', 'inline', 'text/plain; charset=utf-8'],
  ];
  it.each(types)('%s: %s', async (declared, disposition, sent) => {
    await using http = await startHttp();
    const id = await http.deliver(
      withParts(
        'Content-Type: text/plain\r\n\r\nfirst',
        `Content-Type: ${declared}\r\nContent-Disposition: inline; filename="a<b>.html"\r\n\r\n<script>alert(1)</script>`,
      ),
    );
    const { status, headers } = await request(http.port, `GET /api/messages/${id}/parts/2`);
    expect(status).toBe(200);
    expect(headers['content-disposition']).toBe(`${disposition}; filename="a_b_.html"`);
    expect(headers['content-type']).toBe(sent);
    expect(headers['content-security-policy']).toContain('sandbox');
    expect(headers['x-content-type-options']).toBe('nosniff');
    const saved = await request(http.port, `GET /api/messages/${id}/parts/2?download=1`);
    expect(saved.headers['content-disposition']).toMatch(/^attachment;/);
  });

  it('SVG shows as an image in mail and downloads when opened', async () => {
    await using http = await startHttp();
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
    const id = await http.deliver(
      withParts(
        'Content-Type: text/html\r\n\r\nx',
        `Content-Type: image/svg+xml\r\nContent-ID: <s>\r\n\r\n${svg}`,
      ),
    );
    const { headers, body } = await request(http.port, `GET /api/messages/${id}/cid/s`);
    expect(body.toString()).toBe(svg);
    expect(headers['content-disposition']).toMatch(/^attachment;/);
    expect(headers['content-security-policy']).toContain("default-src 'none'; sandbox");
  });

  it('the part of a message without parts, and the message itself', async () => {
    await using http = await startHttp();
    const id = await http.deliver('Subject: x\r\n\r\nonly');
    const { body } = await request(http.port, `GET /api/messages/${id}/parts/1`);
    expect(body.toString().trim()).toBe('only');
  });

  it.each(['0', '9', '1.1.1', 'x', '-1', '1e9', '%20', `${'1.'.repeat(90)}1`])(
    'path %.20s is 404',
    async (path) => {
      await using http = await startHttp();
      const id = await http.deliver(htmlMail);
      const answer = await request(http.port, `GET /api/messages/${id}/parts/${path}`);
      expect([answer.status, JSON.parse(answer.body.toString()).code]).toEqual([
        404,
        'part_not_found',
      ]);
    },
  );
});

function directives(headers: Readonly<Record<string, string>>): Record<string, string> {
  const policy = headers['content-security-policy'] ?? '';
  return Object.fromEntries(
    policy.split('; ').map((directive) => {
      const space = directive.indexOf(' ');
      return space === -1
        ? [directive, '']
        : [directive.slice(0, space), directive.slice(space + 1)];
    }),
  );
}
