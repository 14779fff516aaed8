/**
 * Calls from one thread to another and notices back, over a MessagePort.
 *
 * A service is an object of methods with one argument. Calls are carried out in the order they
 * were made; their results come back with the number of the call. A call to a thread that has
 * ended, or that ends before it answers, rejects: nobody waits for ever. The same interface is
 * offered by `callDirectly` for a service that lives in this thread.
 */
import { type MessagePort, Worker } from 'node:worker_threads';
import { StoreError, type StoreErrorCode } from '../../db/store-error.ts';
import type { ThreadEntry } from './thread-entry.ts';

/** Any object whose methods take one argument and answer at once. */
type Method<Service, Name extends keyof Service> = Service[Name] extends (
  argument: infer Argument,
) => infer Result
  ? { readonly argument: Argument; readonly result: Result }
  : never;

export type MethodName<Service> = {
  [Name in keyof Service]: Service[Name] extends (argument: never) => unknown ? Name : never;
}[keyof Service] &
  string;

export interface Channel<Service> {
  call<Name extends MethodName<Service>>(
    name: Name,
    argument: Method<Service, Name>['argument'],
    transfer?: readonly ArrayBuffer[],
  ): Promise<Method<Service, Name>['result']>;
  /** Ends the thread, after what was called before. */
  close(): Promise<void>;
}

interface Request {
  readonly number: number;
  readonly name: string;
  readonly argument: unknown;
}

/** An error by value: classes do not survive the way between threads. */
interface Failure {
  readonly code: StoreErrorCode | null;
  readonly message: string;
  readonly stack: string | undefined;
}

type Response<Notice> =
  | { readonly kind: 'ready' }
  | { readonly kind: 'result'; readonly number: number; readonly value: unknown }
  | { readonly kind: 'failure'; readonly number: number | null; readonly failure: Failure }
  | { readonly kind: 'notice'; readonly notice: Notice };

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

export interface ThreadOptions<Notice> {
  readonly entry: ThreadEntry;
  readonly name: string;
  readonly workerData: unknown;
  readonly onNotice: (notice: Notice) => void;
  /** The thread ended without being asked to. */
  readonly onEnd: (error: Error) => void;
}

/** What a thread works on is gone after each message. With eight times as much it is as fast. */
const youngMibMax = 4;

/** Starts a thread and resolves when its service is there; rejects with what kept it from it. */
export function startThread<Service, Notice>(
  options: ThreadOptions<Notice>,
): Promise<Channel<Service>> {
  return new Promise((resolve, reject) => {
    const channel = new ThreadChannel<Service, Notice>(options, {
      resolve: () => resolve(channel),
      reject,
    });
  });
}

class ThreadChannel<Service, Notice> implements Channel<Service> {
  readonly #options: ThreadOptions<Notice>;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #exited: Promise<void>;
  /** Settles once; what comes after has no effect. */
  readonly #start: Waiting;
  #started = false;
  #number = 0;
  #ended: Error | null = null;
  #closing = false;

  constructor(options: ThreadOptions<Notice>, start: Waiting) {
    this.#options = options;
    this.#start = start;
    this.#worker = new Worker(options.entry.file, {
      argv: [...options.entry.argv],
      name: options.name,
      workerData: options.workerData,
      resourceLimits: { maxYoungGenerationSizeMb: youngMibMax },
    });
    let cause: Error | null = null;
    this.#worker.on('message', (response: Response<Notice>) => this.#receive(response));
    this.#worker.on('error', (error: Error) => {
      cause = error;
    });
    this.#exited = new Promise((resolve) => {
      this.#worker.on('exit', () => {
        this.#end(cause);
        resolve();
      });
    });
  }

  call<Name extends MethodName<Service>>(
    name: Name,
    argument: Method<Service, Name>['argument'],
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<Method<Service, Name>['result']> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== null) {
        reject(this.#ended);
        return;
      }
      this.#number += 1;
      // What comes back under this number is the result of that method.
      const settle = resolve as (value: unknown) => void;
      this.#waiting.set(this.#number, { resolve: settle, reject });
      const request: Request = { number: this.#number, name, argument };
      this.#worker.postMessage(request, [...transfer]);
    });
  }

  async close(): Promise<void> {
    if (this.#ended === null) {
      this.#closing = true;
      this.#worker.postMessage(null);
    }
    await this.#exited;
  }

  #receive(response: Response<Notice>): void {
    switch (response.kind) {
      case 'ready':
        this.#started = true;
        this.#start.resolve(null);
        return;
      case 'notice':
        this.#options.onNotice(response.notice);
        return;
      case 'result':
        this.#take(response.number)?.resolve(response.value);
        return;
      case 'failure': {
        const error = toError(response.failure);
        if (response.number !== null) this.#take(response.number)?.reject(error);
        else this.#start.reject(error);
      }
    }
  }

  #take(number: number): Waiting | undefined {
    const waiting = this.#waiting.get(number);
    this.#waiting.delete(number);
    return waiting;
  }

  #end(cause: Error | null): void {
    const error = new StoreError(
      this.#closing ? 'closed' : 'failed',
      this.#closing
        ? 'The store is closed.'
        : `The ${this.#options.name} thread of the store ended unexpectedly (${cause?.message ?? 'no reason given'}).`,
      cause ?? undefined,
    );
    this.#ended = error;
    this.#start.reject(error);
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
    if (!this.#closing && this.#started) this.#options.onEnd(error);
  }
}

export interface OpenService<Service> {
  readonly service: Service;
  readonly close: () => void;
  /** Memory of a result that may be handed over instead of copied. */
  readonly buffersOf?: (result: unknown) => readonly ArrayBuffer[];
}

/** In the thread: answers calls until the other side closes. `open` may throw: then it never starts. */
export function serve<Service extends object, Notice>(
  port: MessagePort,
  open: (notify: (notice: Notice) => void) => OpenService<Service>,
): void {
  const post: Post<Notice> = (response, buffers = []) => port.postMessage(response, [...buffers]);
  try {
    const opened = open((notice) => post({ kind: 'notice', notice }));
    port.on('message', (request: Request | null) => {
      if (request !== null) {
        answer(opened, request, post);
        return;
      }
      opened.close();
      port.close();
    });
    post({ kind: 'ready' });
  } catch (error) {
    post({ kind: 'failure', number: null, failure: toFailure(error) });
    port.close();
  }
}

type Post<Notice> = (response: Response<Notice>, buffers?: readonly ArrayBuffer[]) => void;

function answer<Service extends object, Notice>(
  { service, buffersOf }: OpenService<Service>,
  { number, name, argument }: Request,
  post: Post<Notice>,
): void {
  try {
    const value = callMethod(service, name, argument);
    post({ kind: 'result', number, value }, buffersOf?.(value));
  } catch (error) {
    post({ kind: 'failure', number, failure: toFailure(error) });
  }
}

function callMethod(service: object, name: string, argument: unknown): unknown {
  const method: unknown = Reflect.get(service, name);
  if (typeof method !== 'function') throw new Error(`there is no method ${name}`);
  return Reflect.apply(method, service, [argument]);
}

/** The same channel to a service in this thread. Calls are carried out at once. */
export function callDirectly<Service extends object>(
  service: Service,
  close: () => void,
): Channel<Service> {
  return {
    async call(name, argument) {
      // The method's own result, which went through untyped hands.
      return callMethod(service, name, argument) as Method<Service, typeof name>['result'];
    },
    async close() {
      close();
    },
  };
}

function toFailure(error: unknown): Failure {
  if (!(error instanceof Error)) return { code: null, message: String(error), stack: undefined };
  return {
    code: error instanceof StoreError ? error.code : null,
    message: error.message,
    stack: error.stack,
  };
}

function toError(failure: Failure): Error {
  const error =
    failure.code === null
      ? new Error(failure.message)
      : new StoreError(failure.code, failure.message);
  if (failure.stack !== undefined) error.stack = failure.stack;
  return error;
}
