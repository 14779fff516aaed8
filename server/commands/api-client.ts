/** The HTTP API of the running server, as subcommands call it. */
import type { Credential } from '../config/row.ts';
import { CommandError, exitStatus } from './command.ts';

export interface ApiServer {
  readonly url: string;
  readonly httpAuth: Credential | null;
}

/** A refusal of the API, with its `code` for programs. */
export class ApiRefusal extends CommandError {
  readonly status: number;

  constructor(message: string, status: number) {
    super(message, { exitStatus: exitStatus.failed });
    this.status = status;
  }
}

/** Rejects with a `CommandError` that a person can read, also when nobody answers. */
export async function callApi(
  { url, httpAuth }: ApiServer,
  path: string,
  call: { readonly method?: string; readonly body?: unknown } = {},
): Promise<Response> {
  const headers = new Headers();
  if (httpAuth !== null) {
    const { user, password } = httpAuth;
    const credentials = Buffer.from(`${user}:${password}`).toString('base64');
    headers.set('authorization', `Basic ${credentials}`);
  }
  const { method = 'GET', body } = call;
  if (body !== undefined) headers.set('content-type', 'application/json');
  const answer = await fetch(`${url}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch((cause: unknown) => {
    throw new CommandError(
      `${url} cannot be reached. Is prixfixe-dev running there? Another place is given with --url (PRIXFIXE_URL).`,
      { exitStatus: exitStatus.failed, cause },
    );
  });
  if (answer.ok) return answer;
  if (answer.status === 401) {
    const advice = 'give --http-auth (PRIXFIXE_HTTP_AUTH)';
    throw new ApiRefusal(`${url} asks for a user and password: ${advice}.`, 401);
  }
  const detail = detailOf(await answer.text());
  throw new ApiRefusal(`${url} answered ${answer.status}: ${detail}`, answer.status);
}

/** Of a problem document (RFC 9457); of anything else its beginning. */
function detailOf(text: string): string {
  try {
    const { detail } = JSON.parse(text) as { readonly detail?: unknown };
    if (typeof detail === 'string') return detail;
  } catch {
    // Not ours, then: a proxy may stand between.
  }
  return text.slice(0, 200);
}
