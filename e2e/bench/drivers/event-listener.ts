/** Listens to `GET /api/events` and tells when the event of a message came. */
import { get } from 'node:http';

export interface EventListener extends AsyncDisposable {
  /** Resolves with the time (`performance.now()`) at which the event of this Message-ID was read. */
  arrival(messageId: string): Promise<number>;
}

interface Waiting {
  readonly resolve: (atMs: number) => void;
  readonly reject: (error: Error) => void;
}

export async function listenToEvents(url: string): Promise<EventListener> {
  const arrived = new Map<string, number>();
  const waiting = new Map<string, Waiting>();
  const read = (text: string, atMs: number) => {
    for (const line of text.split('\n')) {
      // A quick look instead of a parser: a thousand events a second come in here.
      const messageId = /^data: .*"messageId":"<?([^">]+)/.exec(line)?.[1];
      if (messageId === undefined) continue;
      const waiter = waiting.get(messageId);
      waiting.delete(messageId);
      if (waiter === undefined) arrived.set(messageId, atMs);
      else waiter.resolve(atMs);
    }
  };
  const request = await new Promise<ReturnType<typeof get>>((resolve, reject) => {
    const sent = get(`${url}/api/events`, (response) => {
      let rest = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        const atMs = performance.now();
        const end = (rest + chunk).lastIndexOf('\n');
        read((rest + chunk).slice(0, end + 1), atMs);
        rest = (rest + chunk).slice(end + 1);
      });
      const lost = () => {
        for (const { reject } of waiting.values()) reject(new Error('The event stream ended.'));
      };
      response.on('error', lost);
      response.on('end', lost);
      resolve(sent);
    });
    sent.on('error', reject);
  });
  return {
    arrival(messageId) {
      const atMs = arrived.get(messageId);
      arrived.delete(messageId);
      if (atMs !== undefined) return Promise.resolve(atMs);
      return new Promise((resolve, reject) => waiting.set(messageId, { resolve, reject }));
    },
    async [Symbol.asyncDispose]() {
      request.destroy();
    },
  };
}
