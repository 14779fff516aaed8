import type { SessionFacts } from './types.ts';

const optionNames = {
  smtp: { host: '--smtp-host (PRIXFIXE_SMTP_HOST)', port: '--smtp-port (PRIXFIXE_SMTP_PORT)' },
  smtps: { host: '--smtp-host (PRIXFIXE_SMTP_HOST)', port: '--smtps-port (PRIXFIXE_SMTPS_PORT)' },
} as const;

/** A listener could not be opened. `message` is one sentence with a way out. */
export class ListenError extends Error {
  /** The operating system's: `EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL`, `ENOTFOUND`… */
  readonly code: string;
  readonly host: string;
  readonly port: number;

  constructor(
    where: {
      readonly listener: SessionFacts['listener'];
      readonly host: string;
      readonly port: number;
    },
    cause: unknown,
  ) {
    const code = errorCode(cause);
    super(explain(where, code, cause), { cause });
    this.name = 'ListenError';
    this.code = code;
    this.host = where.host;
    this.port = where.port;
  }
}

export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN';
}

function explain(
  where: { listener: SessionFacts['listener']; host: string; port: number },
  code: string,
  cause: unknown,
): string {
  const { host, port } = where;
  const option = optionNames[where.listener];
  const what = `${where.listener.toUpperCase()} cannot listen on ${host} port ${port}`;
  switch (code) {
    case 'EADDRINUSE':
      return (
        `${what}: another program uses it already, perhaps a first prixfixe-dev. ` +
        `Stop that one, or choose another port with ${option.port}; 0 takes any free one.`
      );
    case 'EACCES':
    case 'EPERM':
      return (
        `${what}: this user may not use it (ports below 1024 need special rights). ` +
        `Choose a higher port with ${option.port}.`
      );
    case 'EADDRNOTAVAIL':
      return (
        `${what}: this machine has no such address. ` +
        `Choose one it has with ${option.host}, for instance 127.0.0.1.`
      );
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return (
        `${what}: the name ${host} is not known. ` +
        `Give an address of this machine with ${option.host}, for instance 127.0.0.1.`
      );
    default: {
      const why = cause instanceof Error ? cause.message : String(cause);
      return `${what}: ${why}. Choose another address or port with ${option.host} and ${option.port}.`;
    }
  }
}
