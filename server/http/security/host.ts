/**
 * Which Host header fields are answered: the guard against DNS rebinding, where a foreign name is
 * made to resolve to this machine so that its pages count as ours. Names decide, ports do not: a
 * rebound name stays foreign on every port, and published container ports differ from ours.
 */
import { isIP } from 'node:net';
import { HttpProblem } from '../errors.ts';

export type HostCheck = (host: string | undefined) => void;

export function createHostCheck(options: {
  readonly host: string;
  readonly allowedHosts: readonly string[];
}): HostCheck {
  const listenHost = normal(options.host);
  const allowed = new Set([listenHost, ...options.allowedHosts.map(normal)]);
  // Rebinding needs a name. On loopback only its own addresses can be meant; beyond it, this
  // machine may be known by addresses that it does not know itself (containers, port forwarding).
  const anyAddress = !isLoopback(listenHost);

  return (host) => {
    const name = hostName(host);
    if (name === null) {
      throw new HttpProblem(
        'invalid_host',
        'The request has no usable Host header field, so it cannot be told which server it is for.',
      );
    }
    if (isLoopback(name) || allowed.has(name) || (anyAddress && isIP(name) !== 0)) return;
    throw new HttpProblem(
      'host_not_allowed',
      `This server does not answer for the host "${name.slice(0, 100)}", because a foreign name that resolves here would let foreign pages read the mail. Use localhost, or allow the name with --allowed-hosts (PRIXFIXE_ALLOWED_HOSTS).`,
    );
  };
}

/** The name of a Host header field (RFC 9112 §3.2), `null` when it is not one. */
export function hostName(host: string | undefined): string | null {
  if (host === undefined) return null;
  const match = /^(\[[0-9a-f:.]{2,45}\]|[a-z0-9_.-]{1,253})(?::\d{1,5})?$/i.exec(host);
  return match?.[1] === undefined ? null : normal(match[1]);
}

function normal(name: string): string {
  const bare = name.startsWith('[') && name.endsWith(']') ? name.slice(1, -1) : name;
  return bare.toLowerCase().replace(/\.$/, '');
}

/** Names below `.localhost` always resolve to loopback (RFC 6761 §6.3). */
function isLoopback(name: string): boolean {
  if (name === 'localhost' || name.endsWith('.localhost') || name === '::1') return true;
  return isIP(name) === 4 && name.startsWith('127.');
}
