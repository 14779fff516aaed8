/**
 * Family: active content, in a real browser. The page of the test stands where ours does: it frames
 * the shown mail on the same origin. A second server plays the sender's tracker.
 */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { type Browser, chromium, type Frame, type Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HttpFixture, startHttp } from '../../testing/http-fixture.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../../testing/temporary-directory.ts';

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const png =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
const svg =
  '<svg xmlns="http://www.w3.org/2000/svg" width="7" height="7"><rect width="7" height="7"/></svg>';

describe.skipIf(!existsSync(executablePath))('shown mail in a browser', () => {
  let browser: Browser;
  let directory: TemporaryDirectory;
  let http: HttpFixture;
  let tracker: Server;
  let trackerUrl: string;
  let asked: string[];
  let connections = 0;

  beforeAll(async () => {
    asked = [];
    tracker = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.setHeader('Access-Control-Allow-Origin', '*');
      if (request.url?.endsWith('.css')) response.setHeader('Content-Type', 'text/css');
      if (request.url?.endsWith('.png')) response.setHeader('Content-Type', 'image/png');
      if (request.url?.endsWith('.html')) response.setHeader('Content-Type', 'text/html');
      response.end(request.url?.endsWith('.png') ? Buffer.from(png, 'base64') : 'a{}');
    });
    // Connecting ahead tells a sender as much as a request.
    tracker.on('connection', () => {
      connections += 1;
    });
    await new Promise<void>((resolve) => tracker.listen(0, '127.0.0.1', resolve));
    const address = tracker.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    trackerUrl = `http://127.0.0.1:${port}`;
    directory = await temporaryDirectory();
    await mkdir(join(directory.path, 'assets'));
    await writeFile(
      join(directory.path, 'index.html'),
      '<!doctype html><title>page</title><iframe src="/api/messages/latest/html" width="600" height="400"></iframe>',
    );
    http = await startHttp({ pageDirectory: directory.path });
    browser = await chromium.launch({
      executablePath,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
  });

  afterAll(async () => {
    await browser.close();
    await http[Symbol.asyncDispose]();
    tracker.closeAllConnections();
    await new Promise((resolve) => tracker.close(resolve));
    await directory[Symbol.asyncDispose]();
  });

  async function show(html: string, path = '/'): Promise<{ page: Page; mail: Frame }> {
    await http.deliver(
      [
        'Subject: x\r\nContent-Type: multipart/related; boundary=b\r\n',
        `--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n${html}\r\n`,
        `--b\r\nContent-Type: image/png\r\nContent-ID: <png@x>\r\nContent-Transfer-Encoding: base64\r\n\r\n${png}\r\n`,
        `--b\r\nContent-Type: image/svg+xml\r\nContent-ID: <svg@x>\r\n\r\n${svg}\r\n--b--\r\n`,
      ].join('\r\n'),
    );
    asked.length = 0;
    connections = 0;
    const page = await (await browser.newContext()).newPage();
    await page.goto(http.url + path, { waitUntil: 'load' });
    await page.waitForLoadState('networkidle');
    const mail = path === '/' ? page.frames()[1] : page.mainFrame();
    if (mail === undefined) throw new Error('the page has no frame');
    return { page, mail };
  }

  const widths = (frame: Frame) =>
    frame.evaluate<Record<string, number>>(
      `Object.fromEntries([...document.images].map((image) => [image.id, image.naturalWidth]))`,
    );

  it('its own images show, framed and alone', async () => {
    const html =
      '<!doctype html><style>#bg{background:url("cid:png@x");height:9px}</style><div id=bg></div><img id=png src="cid:png@x"><img id=svg src=CID:svg@x><img id=set srcset="cid:png@x 1x">';
    for (const path of ['/', '/api/messages/latest/html']) {
      const { mail, page } = await show(html, path);
      expect(await widths(mail)).toEqual({ png: 1, svg: 7, set: 1 });
      expect(await mail.evaluate('document.compatMode')).toBe('CSS1Compat');
      expect(await mail.evaluate('self.origin')).toBe('null');
      await page.context().close();
    }
  });

  const remote = (): string => `<!doctype html>
    <link rel=stylesheet href="${trackerUrl}/link.css"><link rel=preload as=image href="${trackerUrl}/preload.png">
    <link rel=preconnect href="${trackerUrl}"><style>@import "${trackerUrl}/import.css";
    p{background:url(${trackerUrl}/bg.png)} @font-face{font-family:f;src:url(${trackerUrl}/font.woff)} p{font-family:f}</style>
    <p style="border-image:url(${trackerUrl}/border.png)">x</p><img id=remote src="${trackerUrl}/img.png">
    <picture><source srcset="${trackerUrl}/source.png"><img src="cid:png@x"></picture>
    <video poster="${trackerUrl}/poster.png" src="${trackerUrl}/video.mp4" autoplay></video><audio src="${trackerUrl}/a.mp3" autoplay></audio>
    <iframe src="${trackerUrl}/frame.html"></iframe><object data="${trackerUrl}/object.html"></object><embed src="${trackerUrl}/embed.html">
    <svg><image href="${trackerUrl}/svg.png"/><use href="${trackerUrl}/use.svg#a"/></svg><input type=image src="${trackerUrl}/input.png">
    <table background="${trackerUrl}/table.png"><tr><td>x</td></tr></table><script src="${trackerUrl}/script.js"></script>
    <meta http-equiv=refresh content="0;url=${trackerUrl}/refresh.html"><base href="${trackerUrl}/base/"><img src="relative.png">`;

  it('nothing is fetched that the mail names', async () => {
    const { page } = await show(remote());
    expect([asked, connections]).toEqual([[], 0]);
    await page.context().close();
  });

  it('images, styles and fonts are once the reader allows it, and nothing that acts', async () => {
    const { page, mail } = await show(remote(), '/api/messages/latest/html?remote=1');
    expect((await widths(mail)).remote).toBe(1);
    for (const path of ['/link.css', '/import.css', '/img.png', '/bg.png', '/font.woff']) {
      expect(asked).toContain(path);
    }
    for (const path of asked) {
      expect(path).not.toMatch(/script|frame|object|embed|refresh|base/);
    }
    expect(page.url()).toContain('/api/messages/latest/html');
    await page.context().close();
  });

  it('no script runs, by any way in', async () => {
    const mark = "document.documentElement.dataset.ran='1';top.document.title='ran'";
    const { page, mail } = await show(
      `<!doctype html><script>${mark}</script><img src=x onerror="${mark}"><svg onload="${mark}"></svg><body onload="${mark}"><details open ontoggle="${mark}"></details><input autofocus onfocus="${mark}"><iframe srcdoc="<script>parent.${mark}</script>"></iframe><a id=js href="javascript:${mark}">x</a><math><a xlink:href="javascript:${mark}">x</a></math><form id=form action="javascript:${mark}"><button id=submit>s</button></form>`,
    );
    await mail.click('#submit');
    await mail.click('#js');
    expect(await mail.evaluate('document.documentElement.dataset.ran ?? null')).toBeNull();
    expect(await page.title()).toBe('page');
    await page.context().close();
  });

  it('forms send nothing', async () => {
    const { page, mail } = await show(
      `<!doctype html><form action="${trackerUrl}/form" method=post target=_blank><input name=a value=b><button id=send>s</button></form><button id=other formaction="${trackerUrl}/form">s</button>`,
    );
    await mail.click('#send');
    await mail.click('#other');
    expect(asked).toEqual([]);
    expect(page.context().pages()).toHaveLength(1);
    await page.context().close();
  });

  it('links open in a tab of their own, which cannot reach back', async () => {
    const { page, mail } = await show(
      `<!doctype html><a id=top target=_top rel=opener href="${trackerUrl}/landing.html?token">x</a><a id=part href="#end">y</a><p style="height:2000px"><p id=end>`,
    );
    const [opened] = await Promise.all([page.context().waitForEvent('page'), mail.click('#top')]);
    await opened.waitForLoadState();
    expect(opened.url()).toBe(`${trackerUrl}/landing.html?token`);
    // It is a normal page again: the sandbox does not follow it.
    expect(await opened.evaluate('window.opener')).toBeNull();
    expect(await opened.evaluate('document.referrer')).toBe('');
    expect(await opened.evaluate('self.origin')).toBe(trackerUrl);
    expect(page.url()).toBe(`${http.url}/`);
    await mail.click('#part');
    expect(mail.url()).toMatch(/#end$/);
    expect(page.context().pages()).toHaveLength(2);
    await page.context().close();
  });

  it('a relative link leads nowhere on this server', async () => {
    const { page, mail } = await show(
      '<!doctype html><a id=root href="/api/messages">x</a><svg><a id=svg xlink:href="confirm"><text y=20>y</text></a></svg>',
    );
    for (const id of ['#root', '#svg']) {
      const [opened] = await Promise.all([page.context().waitForEvent('page'), mail.click(id)]);
      await opened.waitForLoadState();
      expect(opened.url()).toBe('about:blank#relative');
      expect(await opened.evaluate('document.documentElement.textContent')).toBe('');
    }
    expect(await mail.getAttribute('#root', 'title')).toContain('/api/messages');
    expect(page.url()).toBe(`${http.url}/`);
    await page.context().close();
  });

  it('a foreign page can neither frame, read nor listen', async () => {
    await show('<!doctype html><p>secret');
    const page = await (await browser.newContext()).newPage();
    await page.goto(`${trackerUrl}/evil.html`);
    const results = await page.evaluate<Record<string, string>>(`(async () => {
      const url = ${JSON.stringify(http.url)};
      const outcome = async (promise) => { try { return await promise; } catch { return 'refused'; } };
      const framed = document.createElement('iframe');
      framed.src = url + '/api/messages/latest/html';
      document.body.append(framed);
      await new Promise((resolve) => framed.addEventListener('load', resolve));
      return {
        fetch: await outcome(fetch(url + '/api/messages').then((answer) => answer.text())),
        opaque: await outcome(fetch(url + '/api/messages', { mode: 'no-cors' }).then((answer) => answer.type)),
        remove: await outcome(fetch(url + '/api/messages', { method: 'DELETE', body: '{"all":true}', headers: { 'Content-Type': 'application/json' } }).then(() => 'sent')),
        simple: await outcome(fetch(url + '/api/messages', { method: 'POST', mode: 'no-cors', body: '{"all":true}' }).then((answer) => answer.type)),
        events: await new Promise((resolve) => { const source = new EventSource(url + '/api/events'); source.onopen = () => resolve('open'); source.onerror = () => resolve('refused'); }),
        socket: await new Promise((resolve) => { const socket = new WebSocket(url.replace('http', 'ws') + '/api/events'); socket.onopen = () => resolve('open'); socket.onerror = () => resolve('refused'); }),
        image: await new Promise((resolve) => { const image = new Image(); image.src = url + '/api/messages/latest/parts/2'; image.onload = () => resolve('shown'); image.onerror = () => resolve('refused'); }),
      };
    })()`);
    expect(results).toMatchObject({
      fetch: 'refused',
      remove: 'refused',
      events: 'refused',
      socket: 'refused',
      image: 'refused',
    });
    for (const frame of page.frames().slice(1)) {
      const shown = await frame.evaluate<string>('document.body?.innerText ?? ""').catch(() => '');
      expect(shown).not.toContain('secret');
    }
    expect((await http.storage.overview()).total).toBeGreaterThan(0);
    expect(http.server.eventStream.clientCount).toBe(0);
    await page.context().close();
  });
});
