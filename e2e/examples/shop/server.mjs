/** The shop as a process: `SMTP_HOST`, `SMTP_PORT` and `PORT` say where. */
import { startShop } from './shop.mjs';

const { SMTP_HOST = '127.0.0.1', SMTP_PORT = '1025', PORT = '3000' } = process.env;
const shop = await startShop({
  port: Number(PORT),
  smtp: {
    host: SMTP_HOST,
    port: Number(SMTP_PORT),
    // Real mail servers are asked for TLS, and so is this one.
    requireTLS: true,
    tls: { servername: 'localhost' },
  },
});
process.stdout.write(`The shop is open: ${shop.url}\n`);
