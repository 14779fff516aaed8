/** A listener could not be opened. `message` is one sentence with a way out. */
export interface ListenPlace {
  /** As people know it: `SMTP`, `SMTPS`, `HTTP`. */
  readonly what: string;
  readonly host: string;
  readonly port: number;
  /** Flag and variable that choose another address, and another port. */
  readonly hostOption: string;
  readonly portOption: string;
}

export class ListenError extends Error {
  /** The operating system's: `EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL`, `ENOTFOUND`… */
  readonly code: string;
  readonly host: string;
  readonly port: number;

  constructor(place: ListenPlace, cause: unknown) {
    const code = errorCode(cause);
    super(explain(place, code, cause), { cause });
    this.name = 'ListenError';
    this.code = code;
    this.host = place.host;
    this.port = place.port;
  }
}

export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN';
}

function explain(place: ListenPlace, code: string, cause: unknown): string {
  const { host, port, hostOption, portOption } = place;
  const what = `${place.what} cannot listen on ${host} port ${port}`;
  switch (code) {
    case 'EADDRINUSE':
      return (
        `${what}: another program uses it already, perhaps a first prixfixe-dev. ` +
        `Stop that one, or choose another port with ${portOption}; 0 takes any free one.`
      );
    case 'EACCES':
    case 'EPERM':
      return (
        `${what}: this user may not use it (ports below 1024 need special rights). ` +
        `Choose a higher port with ${portOption}.`
      );
    case 'EADDRNOTAVAIL':
      return (
        `${what}: this machine has no such address. ` +
        `Choose one it has with ${hostOption}, for instance 127.0.0.1.`
      );
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return (
        `${what}: the name ${host} is not known. ` +
        `Give an address of this machine with ${hostOption}, for instance 127.0.0.1.`
      );
    default: {
      const why = cause instanceof Error ? cause.message : String(cause);
      return `${what}: ${why}. Choose another address or port with ${hostOption} and ${portOption}.`;
    }
  }
}
