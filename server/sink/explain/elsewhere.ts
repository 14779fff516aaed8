/**
 * Variables by which applications are told where to send mail, and that name another place than
 * the sink. Only host and port are told of: such variables hold passwords too.
 */
import type { ServerFacts } from './evidence.ts';

const named =
  /^(?:\w+_)?(?:SMTP|MAIL|EMAIL|MAILER|NODEMAILER)_?(URL|DSN|HOST|HOSTNAME|SERVER|PORT)$/i;
const shownMax = 5;

type Place = Pick<ServerFacts, 'host' | 'port' | 'smtpsPort' | 'environment'>;

export function variablesThatPointElsewhere(server: Place): readonly string[] {
  const found: string[] = [];
  for (const [name, value = ''] of Object.entries(server.environment ?? {})) {
    const kind = named.exec(name)?.[1]?.toUpperCase();
    if (kind === undefined || value === '') continue;
    const place = kind === 'URL' || kind === 'DSN' ? placeIn(value) : value;
    if (place !== null && !isHere(kind, place, server))
      found.push(`${name} (${place.slice(0, 80)})`);
  }
  return found.slice(0, shownMax);
}

/** `host:port` of a URL, without user and password; `null` when it is none. */
function placeIn(value: string): string | null {
  try {
    const { hostname, port } = new URL(value);
    return hostname === '' ? null : `${hostname}${port === '' ? '' : `:${port}`}`;
  } catch {
    // Something else by the same name.
    return null;
  }
}

function isHere(kind: string, place: string, { host, port, smtpsPort }: Place): boolean {
  const ports = [port, smtpsPort].map(String);
  if (kind === 'PORT') return ports.includes(place);
  const [, name = place, itsPort] = /^(.*?)(?::(\d+))?$/.exec(place) ?? [];
  const isLoopback = /^(?:localhost|127\.\d+\.\d+\.\d+|\[?::1\]?|host\.docker\.internal)$/i;
  const sameHost = name === host || (isLoopback.test(name) && isLoopback.test(host));
  return sameHost && (itsPort === undefined || ports.includes(itsPort));
}
