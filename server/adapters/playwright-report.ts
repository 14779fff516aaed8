/** What the report of a failed test gets: its messages, how they look, and what was said on the wire. */
import { chromium, firefox, type TestInfo, webkit } from '@playwright/test';
import type { Inbox, Mail, Session, Sink } from '../sink/types.ts';
import { mailDocument } from './mail-document.ts';

const mailsMax = 10;
const sessionsMax = 10;

interface FailedTest {
  readonly sink: Sink;
  readonly inbox: Inbox;
  readonly startedAt: Date;
}

export async function attachMail(testInfo: TestInfo, failed: FailedTest): Promise<void> {
  const mails = (await failed.inbox.all()).slice(-mailsMax);
  for (const [index, mail] of mails.entries()) {
    const name = `mail-${index + 1}`;
    const eml = Buffer.from(mail.raw);
    await testInfo.attach(`${name}.eml`, { body: eml, contentType: 'message/rfc822' });
    const transcript = mail.session.transcript();
    await testInfo.attach(`${name}-smtp.txt`, { body: transcript, contentType: 'text/plain' });
  }
  await attachPictures(testInfo, mails);
  if (mails.length > 0) return;
  const sessions = await sessionsOf(failed);
  await testInfo.attach('smtp-sessions.txt', {
    body: sessions.length === 0 ? 'No SMTP client connected.' : sessions.map(show).join('\n\n'),
    contentType: 'text/plain',
  });
}

/** On a shared sink only those that named the inbox: the others belong to other tests. */
async function sessionsOf({ sink, inbox, startedAt }: FailedTest): Promise<readonly Session[]> {
  const found = await sink.sessions.all(sink.isShared ? { text: inbox.address } : {});
  return found.filter((session) => session.startedAt >= startedAt).slice(-sessionsMax);
}

function show(session: Session): string {
  return `${session.client}, ${session.outcome}\n${session.transcript()}`;
}

/** By a browser of its own, because the test's may be closed, or be what failed. */
async function attachPictures(testInfo: TestInfo, mails: readonly Mail[]): Promise<void> {
  if (mails.length === 0) return;
  const { browserName, defaultBrowserType, channel, launchOptions } = testInfo.project.use;
  const name = browserName ?? defaultBrowserType ?? 'chromium';
  const browserType = { chromium, firefox, webkit }[name];
  const options = { ...launchOptions, ...(channel === undefined ? {} : { channel }) };
  const browser = await browserType.launch(options).catch(() => null);
  if (browser === null) {
    // Without a browser the document itself has to do.
    for (const [index, mail] of mails.entries()) {
      const body = mailDocument(mail);
      await testInfo.attach(`mail-${index + 1}.html`, { body, contentType: 'text/html' });
    }
    return;
  }
  try {
    const page = await browser.newPage({
      viewport: { width: 700, height: 500 },
      javaScriptEnabled: false,
      offline: true,
    });
    for (const [index, mail] of mails.entries()) {
      await page.setContent(mailDocument(mail));
      const body = await page.screenshot({ fullPage: true });
      await testInfo.attach(`mail-${index + 1}.png`, { body, contentType: 'image/png' });
    }
  } finally {
    await browser.close();
  }
}
