/**
 * A small shop: sign-up with a code, password reset with a magic link, an invoice with a PDF. Node's
 * own http server and nodemailer, no framework; what it knows it keeps in memory.
 *
 * `startShop({ smtp })` for tests that start it themselves; `server.mjs` starts it by environment.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { createServer } from 'node:http';
import { createTransport } from 'nodemailer';
import { codeMail, invoiceMail, resetMail } from './mails.mjs';
import * as pages from './pages.mjs';

const formBytesMax = 10_000;

/**
 * @param {{ smtp: object, port?: number }} options `smtp` is what nodemailer's `createTransport` takes
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>}
 */
export async function startShop({ smtp, port = 0 }) {
  const shop = {
    transport: createTransport(smtp),
    /** e-mail address → { code, password, verified } */
    accounts: new Map(),
    /** token → e-mail address; a token works once */
    resets: new Map(),
    /** cookie → e-mail address */
    sessions: new Map(),
    url: '',
    orders: 0,
  };
  const server = createServer((request, response) => {
    handle(shop, request, response).catch((error) => {
      response.writeHead(500, { 'content-type': 'text/html' }).end(pages.problem(error.message));
    });
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  shop.url = `http://127.0.0.1:${server.address().port}`;
  return {
    url: shop.url,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      shop.transport.close();
    },
  };
}

async function handle(shop, request, response) {
  const url = new URL(request.url, shop.url);
  const route = routes.find(
    ({ method, path }) => method === request.method && path.test(url.pathname),
  );
  if (route === undefined) return show(response, pages.problem('There is no such page.'), 404);
  const form = request.method === 'POST' ? await readForm(request) : new URLSearchParams();
  const [, argument = ''] = route.path.exec(url.pathname) ?? [];
  const session = /(?:^|; )session=(\w+)/.exec(request.headers.cookie ?? '')?.[1] ?? '';
  await route.run(shop, {
    form,
    argument,
    email: form.get('email') ?? url.searchParams.get('email') ?? '',
    customer: shop.sessions.get(session) ?? null,
    response,
  });
}

const routes = [
  {
    method: 'GET',
    path: /^\/$/,
    run: async (_shop, { customer, response }) => show(response, pages.home(customer)),
  },
  { method: 'POST', path: /^\/sign-up$/, run: signUp },
  {
    method: 'GET',
    path: /^\/verify$/,
    run: async (_shop, { email, response }) => show(response, pages.verify(email)),
  },
  { method: 'POST', path: /^\/verify$/, run: verify },
  {
    method: 'GET',
    path: /^\/forgot$/,
    run: async (_shop, { response }) => show(response, pages.forgot()),
  },
  { method: 'POST', path: /^\/forgot$/, run: forgot },
  {
    method: 'GET',
    path: /^\/reset\/(\w+)$/,
    run: async (shop, { argument, response }) =>
      shop.resets.has(argument)
        ? show(response, pages.reset(argument))
        : show(response, pages.problem('This link has been used or has expired.'), 410),
  },
  { method: 'POST', path: /^\/reset\/(\w+)$/, run: reset },
  { method: 'POST', path: /^\/order$/, run: order },
];

/** Sends a new code each time it is asked; only the last one counts. */
async function signUp(shop, { email, response }) {
  if (!/^\S+@\S+$/.test(email)) return show(response, pages.problem('That is no address.'), 400);
  const code = String(randomInt(100_000, 1_000_000));
  shop.accounts.set(email, { code, password: null, verified: false });
  await shop.transport.sendMail(codeMail({ to: email, code }));
  redirect(response, `/verify?email=${encodeURIComponent(email)}`);
}

async function verify(shop, { email, form, response }) {
  const account = shop.accounts.get(email);
  if (account === undefined || account.code !== form.get('code')) {
    return show(response, pages.verify(email, 'That is not the code we sent.'), 400);
  }
  account.verified = true;
  signIn(shop, email, response);
}

/** Answers the same whether there is an account or not, so that nobody can find out. */
async function forgot(shop, { email, response }) {
  if (shop.accounts.has(email)) {
    const token = randomBytes(16).toString('hex');
    shop.resets.set(token, email);
    await shop.transport.sendMail(resetMail({ to: email, url: `${shop.url}/reset/${token}` }));
  }
  show(response, pages.message('If there is an account, a link is on its way.'));
}

async function reset(shop, { argument, form, response }) {
  const email = shop.resets.get(argument);
  if (email === undefined) return show(response, pages.problem('This link has been used.'), 410);
  shop.resets.delete(argument);
  shop.accounts.get(email).password = form.get('password');
  signIn(shop, email, response);
}

/** The page does not wait for the invoice, which is made and sent in the background. */
async function order(shop, { customer, form, response }) {
  if (customer === null) return show(response, pages.problem('Please sign in.'), 403);
  shop.orders++;
  const number = `R-2026-${String(shop.orders).padStart(4, '0')}`;
  const item = form.get('item') ?? 'Lamp';
  show(response, pages.message(`Thank you. Invoice ${number} is on its way.`));
  setTimeout(() => {
    shop.transport.sendMail(invoiceMail({ to: customer, number, item })).catch((error) => {
      process.stderr.write(`Invoice ${number} was not sent: ${error.message}\n`);
    });
  }, 20);
}

function signIn(shop, email, response) {
  const session = randomBytes(16).toString('hex');
  shop.sessions.set(session, email);
  redirect(response, '/', { 'set-cookie': `session=${session}; HttpOnly; SameSite=Lax; Path=/` });
}

function show(response, html, status = 200) {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(html);
}

function redirect(response, location, headers = {}) {
  response.writeHead(303, { location, ...headers }).end();
}

async function readForm(request) {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk;
    if (text.length > formBytesMax) throw new Error('The form is too large.');
  }
  return new URLSearchParams(text);
}
