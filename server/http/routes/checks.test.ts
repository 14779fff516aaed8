/** The checks over HTTP: what is off, what is refused, and what comes back. */

import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SpamCheckError } from '../../checks/spam/types.ts';
import { request } from '../../testing/http-client.ts';
import { startHttp } from '../../testing/http-fixture.ts';

const json = { 'Content-Type': 'application/json' };
const isLoopback = (address: string) => address === '127.0.0.1';
const parsed = (body: Buffer) => JSON.parse(body.toString());

let port = 0;
const server = createServer((incoming, outgoing) =>
  outgoing.writeHead(incoming.url === '/gone' ? 404 : 302, { Location: '/gone' }).end(),
);
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
});

describe('the HTML check', () => {
  it('tells what some programs do not know, pictures of the message included', async () => {
    await using http = await startHttp();
    const id = await http.deliver(
      'Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<video></video><img src="cid:c">\r\n--b\r\nContent-Type: image/avif\r\nContent-ID: <c>\r\n\r\nx\r\n--b\r\nContent-Type: image/webp\r\nContent-ID: <unused>\r\n\r\nx\r\n--b--\r\n',
    );
    const answer = await request(http.port, `GET /api/messages/${id}/html-check`);
    expect(answer.status).toBe(200);
    const { findings, score } = parsed(answer.body);
    const slugs = findings.map(({ slug }: { slug: string }) => slug);
    expect(slugs).toEqual(expect.arrayContaining(['html-video', 'image-avif']));
    expect(slugs).not.toContain('image-webp');
    expect(score.unsupported).toBeGreaterThan(0);
  });

  it('is refused for a message without HTML, and for none', async () => {
    await using http = await startHttp();
    const id = await http.deliver('Subject: s\r\n\r\ntext');
    const answer = await request(http.port, `GET /api/messages/${id}/html-check`);
    expect([answer.status, parsed(answer.body).code]).toEqual([404, 'html_not_found']);
    expect((await request(http.port, 'GET /api/messages/x/html-check')).status).toBe(404);
  });

  it('of a server that is busy can be asked for later', async () => {
    await using http = await startHttp();
    await http.tasks.close();
    const id = await http.deliver('Content-Type: text/html\r\n\r\n<p>');
    const answer = await request(http.port, `GET /api/messages/${id}/html-check`);
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1']);
    expect(http.errors).toEqual([]);
  });
});

describe('the link check', () => {
  const check = async (options: { mayConnect?: typeof isLoopback }, body: unknown) => {
    await using http = await startHttp(options);
    const id = await http.deliver(`Subject: s\r\n\r\nhttp://127.0.0.1:${port}/moved\r\n`);
    const line = `POST /api/messages/${id}/link-checks`;
    const answer = await request(http.port, line, json, JSON.stringify(body));
    return { status: answer.status, ...parsed(answer.body) };
  };

  it('does not reach this machine', async () => {
    expect(await check({}, { followRedirects: true })).toMatchObject({
      status: 200,
      links: [{ status: null, blocked: true }],
    });
  });

  it('tells the status of each link, at the end of redirects where that is wanted', async () => {
    const mayConnect = isLoopback;
    expect(await check({ mayConnect }, {})).toMatchObject({
      links: [{ status: 302, finalUrl: null }],
    });
    expect(await check({ mayConnect }, { followRedirects: true })).toMatchObject({
      links: [{ status: 404, text: 'Not Found', finalUrl: `http://127.0.0.1:${port}/gone` }],
    });
  });

  it('is not made by a foreign page, nor by a mere visit', async () => {
    await using http = await startHttp({ mayConnect: isLoopback });
    const id = await http.deliver('Subject: s\r\n\r\n');
    const line = `/api/messages/${id}/link-checks`;
    expect((await request(http.port, `GET ${line}`)).status).toBe(405);
    const foreign = { ...json, Origin: 'http://evil.test' };
    expect((await request(http.port, `POST ${line}`, foreign, '{}')).status).toBe(403);
    const unknown = await request(http.port, `POST ${line}`, json, '{"follow":true}');
    expect(unknown.status).toBe(400);
  });
});

describe('the spam check', () => {
  it('is off without a server to ask', async () => {
    await using http = await startHttp();
    const id = await http.deliver('Subject: s\r\n\r\n');
    const answer = await request(http.port, `POST /api/messages/${id}/spam-checks`);
    expect([answer.status, parsed(answer.body).code]).toEqual([404, 'spam_check_off']);
  });

  it('hands on what that server says, or why it said nothing', async () => {
    const report = { isSpam: true, score: 7.5, threshold: 5, rules: [] };
    await using http = await startHttp({
      spamCheck: {
        check: async (raw) => {
          if (raw.length > 20) throw new SpamCheckError('spamd at x could not be asked.');
          return report;
        },
      },
    });
    const short = await http.deliver('Subject: s\r\n\r\n');
    const good = await request(http.port, `POST /api/messages/${short}/spam-checks`);
    expect([good.status, parsed(good.body)]).toEqual([200, report]);
    const long = await http.deliver('Subject: a longer one\r\n\r\n');
    const bad = await request(http.port, `POST /api/messages/${long}/spam-checks`);
    expect([bad.status, parsed(bad.body).code]).toEqual([502, 'spam_check_failed']);
    expect((await request(http.port, 'POST /api/messages/x/spam-checks')).status).toBe(404);
    expect(http.errors).toEqual([]);
  });
});
