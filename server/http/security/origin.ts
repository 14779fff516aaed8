/**
 * Whose pages may make a browser call us. One decision for every request, after the router's own
 * normalisation of the path: what a browser marks as coming from a foreign page is refused, and
 * what carries no mark (curl, test suites) passes. `same-site` is foreign too: every port of
 * localhost is one site. `Origin: null` is foreign: it is what sandboxed mail sends.
 *
 * A plain top-level navigation to something made to be looked at is the one exception, so that
 * links from elsewhere work; the page that opened it can read nothing of it.
 */
import { HttpProblem } from '../errors.ts';

export interface OriginFacts {
  readonly method: string;
  /** As the router sees it. */
  readonly path: string;
  readonly host: string;
  header(name: string): string | undefined;
}

export type OriginCheck = (request: OriginFacts) => {
  /** The foreign origin that was allowed by option, to be named in the CORS answer. */
  readonly allowedOrigin: string | null;
};

export function createOriginCheck(allowedOrigins: readonly string[]): OriginCheck {
  const allowed = new Set(allowedOrigins.map((origin) => origin.toLowerCase()));

  return (request) => {
    const origin = request.header('origin');
    if (origin !== undefined) {
      if (allowed.has(origin.toLowerCase())) return { allowedOrigin: origin };
      if (isOwn(origin, request.host)) return own;
      throw foreign(origin);
    }
    const site = request.header('sec-fetch-site');
    if (site === undefined || site === 'same-origin' || site === 'none') return own;
    if (isNavigation(request) && isForPeople(request.path)) return own;
    throw foreign(null);
  };
}

const own = { allowedOrigin: null };

/** Under TLS of a proxy in front the origin is https and the Host header field the same. */
function isOwn(origin: string, host: string): boolean {
  return ['http', 'https'].some((scheme) => {
    const url = `${scheme}://${host}`;
    return URL.canParse(url) && new URL(url).origin === origin;
  });
}

function isNavigation(request: OriginFacts): boolean {
  return (
    (request.method === 'GET' || request.method === 'HEAD') &&
    request.header('sec-fetch-mode') === 'navigate' &&
    request.header('sec-fetch-dest') === 'document'
  );
}

function isForPeople(path: string): boolean {
  return !/^\/api(?:\/|$)/i.test(path) || /^\/api\/messages\/[0-9A-Za-z]+\/html$/.test(path);
}

function foreign(origin: string | null): HttpProblem {
  const who = origin === null ? 'another site' : `the origin "${origin.slice(0, 200)}"`;
  return new HttpProblem(
    'foreign_origin',
    `A page of ${who} made this request, and foreign pages may not use this server. If it is a page of yours, allow its origin with --allowed-origins (PRIXFIXE_ALLOWED_ORIGINS).`,
  );
}
