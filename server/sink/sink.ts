/**
 * The sink that tests hold, over whatever engine is behind it. Everything that does not depend on
 * where the server runs is here.
 */

import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { ClaimBook } from './claims.ts';
import { SinkError } from './errors.ts';
import { createFaults, type FaultSource } from './faults.ts';
import { completeSettle, createReceiver, type Explain } from './receiver.ts';
import { everything, type InboxKey, parseInboxKey, printInboxKey, type Scope } from './scope.ts';
import type { MailSource } from './source.ts';
import type {
  Faults,
  Inbox,
  InboxOptions,
  NodemailerOptions,
  Receiver,
  Sessions,
  Sink,
} from './types.ts';

/** What a sink stands on. */
export interface SinkEngine {
  readonly source: MailSource;
  readonly sessions: Sessions;
  readonly faults: FaultSource;
  readonly smtp: { readonly host: string; readonly port: number; readonly isImplicitTls: boolean };
  readonly webUrl: string | null;
  readonly isShared: boolean;
  /** Made when it is first asked for. */
  ca(): string | null;
  explain: Explain;
  /** Mail, sessions and faults. */
  forget(): Promise<void>;
  stop(options: { readonly graceMs: number }): Promise<void>;
}

export interface SinkSettings {
  readonly waitMs: number;
  readonly inboxDomain: string;
  readonly signal: AbortSignal | undefined;
}

const graceMsDefault = 50;

export function createSink(engine: SinkEngine, settings: SinkSettings): Sink {
  const { source, smtp } = engine;
  const { waitMs } = settings;
  const ended = new AbortController();
  // As many as wait, which is no leak and nothing to warn of.
  setMaxListeners(0, ended.signal);
  const claims = new ClaimBook();
  let stopping: Promise<void> | null = null;

  const receiverOf = (scope: Scope): Receiver =>
    createReceiver({
      source,
      scope,
      claims: claims.of(scope.name),
      waitMs,
      ended: ended.signal,
      explain: engine.explain,
    });
  const faultsOf = (scope: Scope): Faults =>
    createFaults(engine.faults, { waitMs, ended: ended.signal, scope });
  const inboxOf: InboxParts = (scope) => ({ ...receiverOf(scope), faults: faultsOf(scope) });
  const guard = (force: boolean | undefined, call: string): void => {
    if (ended.signal.aborted) throw ended.signal.reason;
    if (!engine.isShared || force === true) return;
    throw new SinkError(
      'SINK_SHARED',
      `${call} would take away what other users of this server wait for. Clear your own inbox instead, or call ${call.replace('()', '({ force: true })')}.`,
    );
  };

  const sink: Sink = {
    ...receiverOf(everything),
    host: smtp.host,
    port: smtp.port,
    url: `${smtp.isImplicitTls ? 'smtps' : 'smtp'}://${bracketed(smtp.host)}:${smtp.port}`,
    webUrl: engine.webUrl,
    isShared: engine.isShared,
    get ca() {
      return engine.ca();
    },
    nodemailer: (extra) => {
      const ca = engine.ca();
      const options: NodemailerOptions = {
        host: smtp.host,
        port: smtp.port,
        secure: smtp.isImplicitTls,
        ...(ca === null ? {} : { tls: { ca, servername: 'localhost' } }),
      };
      // The extra options are of the type that the caller gave.
      return { ...options, ...extra } as NodemailerOptions & NonNullable<typeof extra>;
    },
    env: (prefix = 'SMTP_') => ({
      [`${prefix}URL`]: sink.url,
      [`${prefix}HOST`]: smtp.host,
      [`${prefix}PORT`]: String(smtp.port),
      ...(engine.webUrl === null ? {} : { PRIXFIXE_URL: engine.webUrl }),
    }),
    inbox: (label = 'inbox', options = {}) =>
      ownInbox(inboxOf, label, {
        ...options,
        below: settings.inboxDomain,
        nowMs: source.nowMs(),
      }),
    inboxOf: (who) => existingInbox(inboxOf, who),
    sessions: engine.sessions,
    faults: faultsOf(everything),
    async settle(options = {}) {
      if (ended.signal.aborted) throw ended.signal.reason;
      await source.settle(completeSettle(options, waitMs));
    },
    async reset({ force } = {}) {
      guard(force, 'sink.reset()');
      await engine.forget();
      claims.clear();
    },
    async clear({ force } = {}) {
      guard(force, 'sink.clear()');
      return source.remove(everything);
    },
    stop({ graceMs = graceMsDefault } = {}) {
      stopping ??= (async () => {
        settings.signal?.removeEventListener('abort', stopNow);
        ended.abort(
          new SinkError('SINK_STOPPED', 'The sink was stopped, so nothing can be waited for.'),
        );
        await engine.stop({ graceMs });
      })();
      return stopping;
    },
    [Symbol.asyncDispose]: () => sink.stop(),
  };
  const stopNow = () => void sink.stop();
  settings.signal?.addEventListener('abort', stopNow);
  if (settings.signal?.aborted === true) stopNow();
  return sink;
}

type InboxParts = (scope: Scope) => Receiver & { readonly faults: Faults };

/** A domain that nobody else has, or an address that nobody else has. */
function ownInbox(
  parts: InboxParts,
  label: string,
  { domain, below, nowMs }: InboxOptions & { readonly below: string; readonly nowMs: number },
): Inbox {
  const name = localPart(label);
  const token = newToken();
  const user = `${name}-${token}`;
  const local = domain === undefined ? name : user;
  const host = (domain?.replace(/^@/, '') ?? `${token}.${below}`).toLowerCase();
  const address = `${local}@${host}`;
  const keys: InboxKey[] = [
    domain === undefined ? { kind: 'domain', domain: host } : { kind: 'address', address },
    { kind: 'user', user },
  ];
  const receiver = parts({ keys, name: address, sinceMs: nowMs });
  return {
    ...receiver,
    address,
    user,
    pass: newToken(),
    alias(tag) {
      const alias = `${local}+${tag.replaceAll(/[^\w.-]/g, '-')}@${host}`;
      if (domain !== undefined) keys.push({ kind: 'address', address: alias.toLowerCase() });
      return alias;
    },
    async [Symbol.asyncDispose]() {
      await receiver.clear();
    },
  };
}

function existingInbox(parts: InboxParts, who: string): Inbox {
  const key = parseInboxKey(who);
  if (key === null) {
    throw new SinkError(
      'SINK_ARGUMENT',
      `inboxOf takes an address, a domain (@acme.test) or a user (user:billing), not ${JSON.stringify(who)}.`,
    );
  }
  const address = printInboxKey(key);
  const receiver = parts({ keys: [key], name: address, sinceMs: null });
  return {
    ...receiver,
    address,
    user: key.kind === 'user' ? key.user : '',
    pass: '',
    alias(tag) {
      throw new SinkError(
        'SINK_ARGUMENT',
        `The inbox of ${address} is one that exists, so it cannot have the alias "${tag}". Only sink.inbox() makes addresses.`,
      );
    },
    async [Symbol.asyncDispose]() {
      await receiver.clear();
    },
  };
}

/** What any application takes for the left side of an address. */
function localPart(label: string): string {
  const plain = label
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replaceAll(/^-+|-+$/g, '');
  return plain === '' ? 'inbox' : plain;
}

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** 8 characters, 40 bits of chance. */
function newToken(): string {
  return Array.from(randomBytes(8), (octet) => alphabet.charAt(octet & 31)).join('');
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
