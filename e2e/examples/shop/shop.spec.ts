import type { Page } from '@playwright/test';
import type { PageInbox } from 'prixfixe-dev/playwright';
import { expect, test } from './fixtures.ts';

async function askToSignUp(page: Page, email: string): Promise<void> {
  await page.goto('/');
  await page.getByLabel('E-mail').fill(email);
  await page.getByRole('button', { name: 'Sign up' }).click();
}

async function enter(page: Page, code: string): Promise<void> {
  await page.getByLabel('Code').fill(code);
  await page.getByRole('button', { name: 'Continue' }).click();
}

async function signUp(page: Page, inbox: PageInbox): Promise<void> {
  await askToSignUp(page, inbox.address);
  await enter(page, (await inbox.next({ subject: 'code' })).code());
  await expect(page.getByText(`Signed in as ${inbox.address}`)).toBeVisible();
}

test('sign-up: the code that was mailed opens the account', async ({ page, inbox }) => {
  await signUp(page, inbox);
  await expect(inbox).toHaveReceivedNothing();
});

test('a wrong code does not, and the right one still does', async ({ page, inbox }) => {
  await askToSignUp(page, inbox.address);
  const code = (await inbox.next()).code();
  await enter(page, code === '123456' ? '654321' : '123456');
  await expect(page.getByRole('alert')).toContainText('not the code');
  await enter(page, code);
  await expect(page.getByText(`Signed in as ${inbox.address}`)).toBeVisible();
});

test('of two codes the later one counts', async ({ page, inbox }) => {
  await askToSignUp(page, inbox.address);
  const first = await inbox.next();
  const { mail: second } = await inbox.during(() =>
    page.getByRole('button', { name: 'Send a new code' }).click(),
  );
  expect(second.id).not.toBe(first.id);
  await enter(page, second.code());
  await expect(page.getByText(`Signed in as ${inbox.address}`)).toBeVisible();
});

test('reset: the magic link leads to a new password, once', async ({ page, inbox }) => {
  await signUp(page, inbox);
  await page.context().clearCookies();
  await page.goto('/forgot');
  await page.getByLabel('E-mail').fill(inbox.address);
  await page.getByRole('button', { name: 'Send a link' }).click();

  const mail = await inbox.next({ subject: 'new password' });
  expect(mail).toContainLink('/reset/');
  expect(mail).toHaveUsedTls();
  const link = mail.link().href;
  await page.goto(link);
  await page.getByLabel('Password').fill('correct horse');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText(`Signed in as ${inbox.address}`)).toBeVisible();
  await page.goto(link);
  await expect(page.getByRole('alert')).toContainText('has been used');
});

test('reset: the link can be clicked in the mail itself', async ({ page, inbox }) => {
  await signUp(page, inbox);
  await page.goto('/forgot');
  await page.getByLabel('E-mail').fill(inbox.address);
  await page.getByRole('button', { name: 'Send a link' }).click();
  await inbox.open(page, await inbox.next({ subject: 'new password' }));
  await page.getByRole('link', { name: 'Choose a new password' }).click();
  await expect(page.getByRole('heading', { name: 'New password' })).toBeVisible();
});

test('reset: nothing is mailed to an address without an account', async ({ page, inbox }) => {
  await page.goto('/forgot');
  await page.getByLabel('E-mail').fill(inbox.address);
  await page.getByRole('button', { name: 'Send a link' }).click();
  await expect(page.getByRole('status')).toContainText('If there is an account');
  await expect(inbox).toHaveReceivedNothing();
});

test('order: the invoice comes as a PDF, and in secret to the accounts', async ({
  page,
  inbox,
}) => {
  await signUp(page, inbox);
  await page.getByLabel('Item').fill('Green lamp');
  await page.getByRole('button', { name: 'Order' }).click();
  const number =
    /R-2026-\d{4,}/.exec((await page.getByRole('status').textContent()) ?? '')?.[0] ?? '';

  const mail = await inbox.next({ subject: number, attachment: /\.pdf$/ });
  expect(mail).toHaveAttachment(`${number}.pdf`);
  const pdf = mail.attachment();
  expect(pdf.type).toBe('application/pdf');
  const text = Buffer.from(pdf.bytes()).toString('latin1');
  expect(text).toMatch(/^%PDF-1\.4\n/);
  expect(text).toContain(`(Invoice ${number})`);
  expect(text).toContain('(Green lamp)');
  expect(mail.envelope.to).toContain('accounts@corner.test');
  expect(mail.headers.has('bcc')).toBe(false);
  expect(mail.codes().filter(({ confidence }) => confidence >= 0.5)).toEqual([]);
});

test('two customers at once get each their own', async ({ browser, inbox, sink, shopUrl }) => {
  const other = sink.inbox('other customer');
  const visit = async (to: PageInbox | typeof other) => {
    const page = await browser.newPage({ baseURL: shopUrl });
    await askToSignUp(page, to.address);
    const mail = await to.next();
    await enter(page, mail.code());
    await expect(page.getByText(`Signed in as ${to.address}`)).toBeVisible();
    await page.close();
    return mail;
  };
  const mails = await Promise.all([visit(inbox), visit(other)]);
  expect(mails.map(({ envelope }) => envelope.to)).toEqual([[inbox.address], [other.address]]);
  await expect(inbox).toHaveReceivedNothing();
  await expect(other).toHaveReceivedNothing();
});
