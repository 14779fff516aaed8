/**
 * A small SMTP client for `sendmail` and `import`, which have to deliver octets as they are.
 *
 * Where the server offers CHUNKING the message goes by BDAT (RFC 3030 §2), which changes nothing;
 * otherwise by DATA with dot-stuffing. STARTTLS is used when offered, and the certificate is not
 * verified: the server is a catcher with a certificate of its own making.
 */
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Credential } from '../config/row.ts';
import { CommandError, exitStatus } from './command.ts';
import { dotStuffed } from './line-ends.ts';
import { reachableHost } from './reachable-host.ts';

export interface SmtpServerAddress {
  readonly smtpHost: string;
  readonly smtpPort: number;
  readonly smtpUser: Credential | null;
}

export interface OutgoingMessage {
  readonly reversePath: string;
  readonly forwardPaths: readonly string[];
  readonly octets: Buffer;
}

export interface Refusal {
  readonly code: number;
  readonly text: string;
  /** `null`: the message as a whole. */
  readonly recipient: string | null;
}

/** Without refusals the message was accepted for everyone. */
export interface Delivery {
  readonly accepted: boolean;
  readonly refusals: readonly Refusal[];
}

interface Reply {
  readonly code: number;
  readonly lines: readonly string[];
}

const silenceMsMax = 60_000;

export class SmtpClient {
  #socket: Socket;
  readonly #address: SmtpServerAddress;
  #received = '';
  readonly #replies: Reply[] = [];
  #lines: string[] = [];
  #failure: Error | null = null;
  #wake: (() => void) | null = null;
  #keywords: ReadonlyMap<string, string> = new Map();

  private constructor(address: SmtpServerAddress, socket: Socket) {
    this.#address = address;
    this.#socket = socket;
    this.#listen(socket);
  }

  static async connect(address: SmtpServerAddress): Promise<SmtpClient> {
    const host = reachableHost(address.smtpHost);
    const client = new SmtpClient(address, connectTcp({ host, port: address.smtpPort }));
    client.#expect(await client.#reply(), 220);
    await client.#hello();
    if (client.#keywords.has('STARTTLS')) await client.#startTls(host);
    if (address.smtpUser !== null) await client.#logIn(address.smtpUser);
    return client;
  }

  async send(message: OutgoingMessage): Promise<Delivery> {
    const { reversePath, forwardPaths, octets } = message;
    const mail = `MAIL FROM:<${reversePath}>${this.#mailParameters(message)}`;
    const answers = await this.#exchange([
      mail,
      ...forwardPaths.map((address) => `RCPT TO:<${address}>`),
    ]);
    const [mailAnswer, ...recipientAnswers] = answers;
    if (mailAnswer === undefined || mailAnswer.code >= 400) {
      await this.#reset();
      return { accepted: false, refusals: [refusalOf(mailAnswer, null)] };
    }
    const refusals = recipientAnswers.flatMap((answer, index) =>
      answer.code >= 400 ? [refusalOf(answer, forwardPaths[index] ?? null)] : [],
    );
    if (refusals.length === forwardPaths.length) {
      await this.#reset();
      return { accepted: false, refusals };
    }
    const last = this.#keywords.has('CHUNKING')
      ? await this.#sendChunk(octets)
      : await this.#sendData(octets);
    if (last.code < 400) return { accepted: true, refusals };
    if (last.code !== 421) await this.#reset();
    return { accepted: false, refusals: [...refusals, refusalOf(last, null)] };
  }

  async close(): Promise<void> {
    if (this.#failure === null) {
      this.#socket.write('QUIT\r\n');
      // Whatever the answer is, nothing follows it.
      await this.#reply().catch(() => null);
    }
    this.#socket.destroy();
  }

  async #hello(): Promise<void> {
    const [answer] = await this.#exchange(['EHLO localhost']);
    if (answer === undefined || answer.code >= 400) {
      const [old] = await this.#exchange(['HELO localhost']);
      this.#expect(old, 250);
      return;
    }
    this.#keywords = new Map(
      answer.lines.slice(1).map((line) => {
        const [keyword = '', ...rest] = line.split(' ');
        return [keyword.toUpperCase(), rest.join(' ')];
      }),
    );
  }

  async #startTls(host: string): Promise<void> {
    const [answer] = await this.#exchange(['STARTTLS']);
    this.#expect(answer, 220);
    const plain = this.#socket;
    plain.removeAllListeners('data');
    const secure = connectTls({
      socket: plain,
      rejectUnauthorized: false,
      ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
    });
    this.#socket = secure;
    this.#received = '';
    this.#listen(secure);
    await this.#hello();
  }

  async #logIn({ user, password }: Credential): Promise<void> {
    const response = Buffer.from(`\0${user}\0${password}`).toString('base64');
    const [answer] = await this.#exchange([`AUTH PLAIN ${response}`]);
    this.#expect(answer, 235);
  }

  #mailParameters({ octets, forwardPaths, reversePath }: OutgoingMessage): string {
    const offers = (keyword: string) => this.#keywords.has(keyword);
    const addresses = [reversePath, ...forwardPaths].join('');
    const parameters: string[] = [];
    if (offers('SIZE')) parameters.push(`SIZE=${octets.length}`);
    const isBinary = octets.includes(0) || hasBareLineEnd(octets);
    if (isBinary && offers('BINARYMIME') && offers('CHUNKING')) parameters.push('BODY=BINARYMIME');
    else if (offers('8BITMIME') && isEightBit(octets)) parameters.push('BODY=8BITMIME');
    if (offers('SMTPUTF8') && isEightBit(Buffer.from(addresses))) parameters.push('SMTPUTF8');
    return parameters.map((parameter) => ` ${parameter}`).join('');
  }

  async #sendChunk(octets: Buffer): Promise<Reply> {
    this.#socket.write(`BDAT ${octets.length} LAST\r\n`);
    this.#socket.write(octets);
    return this.#reply();
  }

  async #sendData(octets: Buffer): Promise<Reply> {
    const [invitation] = await this.#exchange(['DATA']);
    if (invitation?.code !== 354) return invitation ?? { code: 421, lines: [] };
    this.#socket.write(dotStuffed(octets));
    this.#socket.write('.\r\n');
    return this.#reply();
  }

  async #reset(): Promise<void> {
    await this.#exchange(['RSET']);
  }

  /** All at once where the server takes that (RFC 2920 §3.1), one after the other elsewhere. */
  async #exchange(commands: readonly string[]): Promise<readonly Reply[]> {
    const groups = this.#keywords.has('PIPELINING') ? [commands] : commands.map((one) => [one]);
    const replies: Reply[] = [];
    for (const group of groups) {
      this.#socket.write(group.map((command) => `${command}\r\n`).join(''));
      for (const _ of group) replies.push(await this.#reply());
    }
    return replies;
  }

  async #reply(): Promise<Reply> {
    for (;;) {
      const reply = this.#replies.shift();
      if (reply !== undefined) return reply;
      if (this.#failure !== null) throw this.#failure;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #listen(socket: Socket): void {
    socket.setTimeout(silenceMsMax, () => socket.destroy(new Error('no answer for a minute')));
    socket.on('data', (octets) => this.#read(octets));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the connection was closed')));
  }

  #read(octets: Buffer): void {
    const lines = (this.#received + octets.toString('utf8')).split('\r\n');
    this.#received = lines.pop() ?? '';
    for (const line of lines) {
      this.#lines.push(line.slice(4));
      if (line.charAt(3) === '-') continue;
      this.#replies.push({ code: Number.parseInt(line, 10) || 0, lines: this.#lines });
      this.#lines = [];
    }
    this.#wake?.();
  }

  #fail(cause: Error): void {
    const { smtpHost, smtpPort } = this.#address;
    const reason = 'code' in cause ? String(cause.code) : cause.message;
    this.#failure ??= new CommandError(
      `SMTP at ${smtpHost} port ${smtpPort} cannot be reached or broke off (${reason}). ` +
        'Is prixfixe-dev running there? Another place is given with --smtp-host ' +
        '(PRIXFIXE_SMTP_HOST) and --smtp-port (PRIXFIXE_SMTP_PORT).',
      { exitStatus: exitStatus.temporaryFailure, cause },
    );
    this.#wake?.();
  }

  #expect(reply: Reply | undefined, code: number): void {
    if (reply?.code === code) return;
    this.#socket.destroy();
    const said = reply === undefined ? 'nothing' : `${reply.code} ${reply.lines.join(' ')}`;
    const isTemporary = reply === undefined || reply.code < 500;
    throw new CommandError(`The SMTP server answered: ${said}`, {
      exitStatus: isTemporary ? exitStatus.temporaryFailure : exitStatus.unavailable,
    });
  }
}

function refusalOf(reply: Reply | undefined, recipient: string | null): Refusal {
  return { code: reply?.code ?? 421, text: reply?.lines.join(' ') ?? '', recipient };
}

function isEightBit(octets: Buffer): boolean {
  return octets.some((octet) => octet > 0x7f);
}

function hasBareLineEnd(octets: Buffer): boolean {
  return /(?<!\r)\n|\r(?!\n)/.test(octets.toString('latin1'));
}
