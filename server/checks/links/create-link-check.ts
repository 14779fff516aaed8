/**
 * The link check: asks the servers that a message names, when a person or a test asks for it and
 * never else. Who wrote the message chose the addresses, so everything is bounded: which addresses
 * (`request-status.ts`, at every redirect anew), how many links, redirects and requests at a time,
 * to one host and in all, and for how long.
 */
import type { lookup } from 'node:dns';
import { STATUS_CODES } from 'node:http';
import { findLinks } from './find-links.ts';
import { BlockedAddress, requestStatus } from './request-status.ts';
import { type LinkCheck, LinkCheckBusy, type LinkStatus } from './types.ts';

export interface LinkCheckOptions {
  readonly userAgent: string;
  /**
   * In place of the rule that only public addresses may be connected to. It is for tests, whose
   * servers listen on loopback; no option of the program leads here.
   */
  readonly mayConnect?: (address: string) => boolean;
  readonly lookup?: typeof lookup;
  readonly limits?: Partial<LinkCheckLimits>;
}

export interface LinkCheckLimits {
  readonly linksMax: number;
  readonly redirectsMax: number;
  readonly requestsMax: number;
  readonly requestsPerHostMax: number;
  readonly linkTimeoutMs: number;
  readonly checkTimeoutMs: number;
  /** Checks at a time. */
  readonly checksMax: number;
}

const defaultLimits: LinkCheckLimits = {
  linksMax: 100,
  redirectsMax: 5,
  requestsMax: 10,
  requestsPerHostMax: 2,
  linkTimeoutMs: 10_000,
  checkTimeoutMs: 60_000,
  checksMax: 4,
};

export function createLinkCheck(options: LinkCheckOptions): LinkCheck {
  const limits = { ...defaultLimits, ...options.limits };
  let running = 0;
  return {
    async check(bodies, { followRedirects, signal }) {
      if (running >= limits.checksMax) throw new LinkCheckBusy();
      running += 1;
      try {
        const whole = signalFor(limits.checkTimeoutMs, signal);
        return await mapByHost(findLinks(bodies, limits.linksMax), limits, (url) =>
          checkLink(url, { options, limits, followRedirects, signal: whole }),
        );
      } finally {
        running -= 1;
      }
    },
  };
}

interface Task {
  readonly options: LinkCheckOptions;
  readonly limits: LinkCheckLimits;
  readonly followRedirects: boolean;
  readonly signal: AbortSignal;
}

async function checkLink(written: string, task: Task): Promise<LinkStatus> {
  const about = { url: written, status: null, blocked: false, finalUrl: null } as const;
  const signal = signalFor(task.limits.linkTimeoutMs, task.signal);
  let url = webUrl(written);
  for (let hops = 0; ; hops++) {
    const finalUrl = hops === 0 ? null : (url?.href ?? null);
    if (url === null) {
      const text = hops === 0 ? 'This is no web address' : 'It redirects to what is no web address';
      return { ...about, blocked: true, text };
    }
    try {
      const { status, location } = await statusOf(url, { ...task, signal });
      const next = isRedirect(status) && location !== null ? location : null;
      if (!task.followRedirects || next === null) {
        return { ...about, status, finalUrl, text: STATUS_CODES[status] ?? `Status ${status}` };
      }
      if (hops === task.limits.redirectsMax) {
        return { ...about, finalUrl, text: `It redirects more than ${hops} times` };
      }
      url = webUrl(next, url);
    } catch (error) {
      const isBlocked = error instanceof BlockedAddress;
      return { ...about, blocked: isBlocked, finalUrl, text: reasonOf(error, signal) };
    }
  }
}

/** HEAD is refused, or answered with a lie, by servers that would answer GET. */
async function statusOf(url: URL, { options, signal }: Task) {
  const head = await requestStatus(url, { ...options, method: 'HEAD', signal }).catch((error) => {
    if (error instanceof BlockedAddress || signal.aborted || !isBrokenOff(error)) throw error;
    return null;
  });
  if (head !== null && (head.status < 400 || head.status === 429)) return head;
  return requestStatus(url, { ...options, method: 'GET', signal });
}

function isBrokenOff(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code === 'ECONNRESET' || code.startsWith('HPE_');
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

/** A user name in an address is there to deceive, and would be sent along. */
function webUrl(text: string, base?: URL): URL | null {
  if (!URL.canParse(text, base?.href)) return null;
  const url = new URL(text, base);
  const isWeb = url.protocol === 'http:' || url.protocol === 'https:';
  return isWeb && url.username === '' && url.password === '' ? url : null;
}

function signalFor(ms: number, outer: AbortSignal | undefined): AbortSignal {
  const own = AbortSignal.timeout(ms);
  return outer === undefined ? own : AbortSignal.any([own, outer]);
}

const reasonCharactersMax = 300;

function reasonOf(error: unknown, signal: AbortSignal): string {
  if (error instanceof BlockedAddress) return error.message;
  if (signal.aborted) return 'No answer in time';
  // A list of failures, one for each address of the name, says nothing itself.
  const first = error instanceof AggregateError ? error.errors[0] : error;
  const code = first instanceof Error && 'code' in first ? String(first.code) : '';
  const known = reasons[code];
  const text = known ?? (first instanceof Error ? first.message : String(first));
  return text.replaceAll(/\p{Cc}+/gu, ' ').slice(0, reasonCharactersMax);
}

const reasons: Readonly<Record<string, string>> = {
  ENOTFOUND: 'No such host',
  EAI_AGAIN: 'The name could not be looked up',
  ECONNREFUSED: 'Connection refused',
  ECONNRESET: 'Connection reset',
  EHOSTUNREACH: 'Host unreachable',
  ENETUNREACH: 'Network unreachable',
  ETIMEDOUT: 'No answer in time',
};

/** In order of the list; a host gets so many requests at a time, and all together so many. */
async function mapByHost(
  urls: readonly string[],
  limits: LinkCheckLimits,
  work: (url: string) => Promise<LinkStatus>,
): Promise<readonly LinkStatus[]> {
  const results: LinkStatus[] = [];
  const waiting = urls.map((url, place) => ({ url, place, host: webUrl(url)?.host ?? '' }));
  const busy = new Map<string, number>();
  const step = async (): Promise<void> => {
    for (;;) {
      const next = waiting.findIndex(
        ({ host }) => (busy.get(host) ?? 0) < limits.requestsPerHostMax,
      );
      const [taken] = next === -1 ? [] : waiting.splice(next, 1);
      // Those that wait for a busy host are taken up by who is done with it.
      if (taken === undefined) return;
      busy.set(taken.host, (busy.get(taken.host) ?? 0) + 1);
      results[taken.place] = await work(taken.url);
      busy.set(taken.host, (busy.get(taken.host) ?? 1) - 1);
    }
  };
  await Promise.all(Array.from({ length: limits.requestsMax }, step));
  return results;
}
