/**
 * The requests of an attached sink. Over `node:http` with an agent of its own, so that detaching
 * leaves no socket behind, and so that it works where a runner has taken `fetch` away.
 */
import { Agent, type IncomingMessage, request } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { SinkError } from './errors.ts';

export interface Answer {
  readonly status: number;
  readonly octets: Buffer;
  /** The boundary where JSON meets our types: the server is ours, and its shapes are tested. */
  json<T>(): T;
}

type Outcome =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'failed'; readonly error: Error; readonly wasReused: boolean };

export interface Asked {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** The answer may take long to come. */
  readonly isHeld?: boolean;
  /** The socket is no reason for the process to go on. */
  readonly isBackground?: boolean;
}

export interface HttpClient {
  /** Without credentials. */
  readonly origin: string;
  readonly hostname: string;
  ask(path: string, asked?: Asked): Promise<Answer>;
  /** What comes is handed over as text; returns what ends it. */
  listen(path: string, onText: (text: string) => void, onEnd: () => void): () => void;
  close(): void;
}

/** Below what a server takes, for one of many workers. What is held never keeps others waiting. */
const heldMax = 300;
const shortMax = 16;
const answerBytesMax = 256 * 1024 * 1024;

export function createHttpClient(
  url: string | URL,
  auth: { readonly user: string; readonly password: string } | null,
): HttpClient {
  const base = readUrl(url);
  const credential = auth ?? credentialIn(base);
  const isSecure = base.protocol === 'https:';
  const agentOf = (maxSockets: number) =>
    isSecure
      ? new SecureAgent({ keepAlive: true, maxSockets })
      : new Agent({ keepAlive: true, maxSockets });
  const agents = { held: agentOf(heldMax), short: agentOf(shortMax) };
  const open = isSecure ? secureRequest : request;
  const prefix = base.pathname.replace(/\/+$/, '');
  const headers = {
    Accept: 'application/json, application/problem+json, */*',
    ...(credential === null
      ? {}
      : {
          Authorization: `Basic ${Buffer.from(`${credential.user}:${credential.password}`).toString('base64')}`,
        }),
  };

  const send = (target: string, asked: Asked): Promise<Outcome> =>
    new Promise((resolve) => {
      const body = asked.body === undefined ? '' : JSON.stringify(asked.body);
      const length = { 'Content-Length': String(Buffer.byteLength(body)) };
      const outgoing = open(
        target,
        {
          agent: asked.isHeld === true ? agents.held : agents.short,
          method: asked.method ?? 'GET',
          headers:
            body === '' ? headers : { ...headers, 'Content-Type': 'application/json', ...length },
          ...(asked.signal === undefined ? {} : { signal: asked.signal }),
        },
        (incoming) => {
          readAnswer(incoming).then(
            (answer) => resolve({ kind: 'answered', answer }),
            (error: Error) => resolve({ kind: 'failed', error, wasReused: false }),
          );
        },
      );
      if (asked.isBackground === true) outgoing.on('socket', (socket) => socket.unref());
      outgoing.on('error', (error) =>
        resolve({ kind: 'failed', error, wasReused: outgoing.reusedSocket }),
      );
      outgoing.end(body);
    });

  const client: HttpClient = {
    origin: `${base.origin}${prefix}`,
    hostname: base.hostname.replace(/^\[|\]$/g, ''),
    async ask(path, asked = {}) {
      for (let attempt = 1; ; attempt++) {
        const outcome = await send(`${client.origin}${path}`, asked);
        if (outcome.kind === 'answered') return outcome.answer;
        if (asked.signal?.aborted === true) throw asked.signal.reason;
        // A kept connection may be closed by the server in the moment in which we use it again.
        if (!outcome.wasReused || attempt > 3) throw unreachable(client, outcome.error);
      }
    },
    listen(path, onText, onEnd) {
      const outgoing = open(
        `${client.origin}${path}`,
        { agent: agents.held, headers },
        (incoming) => {
          incoming.setEncoding('utf8').on('data', onText);
          incoming.on('close', onEnd);
          incoming.on('error', () => {});
        },
      );
      outgoing.on('error', onEnd);
      outgoing.end();
      return () => outgoing.destroy();
    },
    close() {
      agents.held.destroy();
      agents.short.destroy();
    },
  };
  return client;
}

function readUrl(url: string | URL): URL {
  try {
    const parsed = new URL(url);
    if (/^https?:$/.test(parsed.protocol)) return parsed;
  } catch {
    // Told below, in the same words.
  }
  throw new SinkError(
    'SINK_ARGUMENT',
    `attachSink takes the address of the page, such as http://127.0.0.1:8025, not ${JSON.stringify(String(url))}.`,
  );
}

function credentialIn({ username, password }: URL) {
  if (username === '') return null;
  return { user: decodeURIComponent(username), password: decodeURIComponent(password) };
}

async function readAnswer(incoming: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    bytes += chunk.length;
    if (bytes > answerBytesMax) throw new Error('The answer is larger than any that is expected.');
    chunks.push(chunk);
  }
  const octets = Buffer.concat(chunks);
  return {
    status: incoming.statusCode ?? 0,
    octets,
    json: <T>() => JSON.parse(octets.toString('utf8')) as T,
  };
}

function unreachable({ origin }: HttpClient, cause: Error): SinkError {
  const reason = 'code' in cause ? `${cause.code}` : cause.message;
  return new SinkError(
    'SINK_UNREACHABLE',
    `The server at ${origin} does not answer (${reason}). Is prixfixe-dev running there? Its address is in PRIXFIXE_URL or the argument of attachSink.`,
    cause,
  );
}
