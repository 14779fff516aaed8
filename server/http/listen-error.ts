/** The HTTP listener could not be opened. `message` is one sentence with a way out. */
export class HttpListenError extends Error {
  /** The operating system's: `EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL`, `ENOTFOUND`… */
  readonly code: string;
  readonly host: string;
  readonly port: number;

  constructor(where: { readonly host: string; readonly port: number }, cause: unknown) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'UNKNOWN';
    super(explain(where, code, cause), { cause });
    this.name = 'HttpListenError';
    this.code = code;
    this.host = where.host;
    this.port = where.port;
  }
}

const hostOption = '--http-host (PRIXFIXE_HTTP_HOST)';
const portOption = '--http-port (PRIXFIXE_HTTP_PORT)';

function explain(
  { host, port }: { readonly host: string; readonly port: number },
  code: string,
  cause: unknown,
): string {
  const what = `HTTP cannot listen on ${host} port ${port}`;
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
