/** The HTTP API on one connection that stays, so that a call costs no more than the call. */
import { Agent, request } from 'node:http';

export interface Timed {
  readonly status: number;
  readonly body: Buffer;
  /** From the request to the last octet of the answer. */
  readonly ms: number;
}

export class ApiClient implements AsyncDisposable {
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(url: string) {
    this.#url = url;
  }

  call(method: string, path: string, body?: unknown): Promise<Timed> {
    const text = body === undefined ? null : JSON.stringify(body);
    const headers =
      text === null
        ? {}
        : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) };
    const startedAtMs = performance.now();
    return new Promise((resolve, reject) => {
      const sent = request(
        `${this.#url}${path}`,
        { method, agent: this.#agent, headers },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const ms = performance.now() - startedAtMs;
            resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks), ms });
          });
        },
      );
      sent.on('error', reject);
      sent.end(text ?? undefined);
    });
  }

  /** Throws unless it is answered 200. */
  async get(path: string): Promise<Timed> {
    const timed = await this.call('GET', path);
    if (timed.status === 200) return timed;
    throw new Error(`GET ${path} was answered ${timed.status}: ${timed.body.toString()}`);
  }

  async json<Shape>(path: string): Promise<Shape> {
    return JSON.parse((await this.get(path)).body.toString()) as Shape;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#agent.destroy();
  }
}
