/**
 * The one place where anything that goes wrong becomes a status and a problem document (RFC 9457).
 * `code` is stable; `detail` says what happened, why, and what to do.
 */
import { STATUS_CODES } from 'node:http';
import type { StoreErrorCode } from '../../db/store-error.ts';
import { LinkCheckBusy } from '../checks/links/types.ts';
import { FaultSpecError, TooManyFaultsError } from '../faults/errors.ts';
import { TaskError } from '../tasks/types.ts';
import type { ProblemDetailsShape } from './shapes.ts';

export const problemStatus = {
  invalid_request: 400,
  invalid_query: 400,
  invalid_cursor: 400,
  invalid_json: 400,
  invalid_host: 400,
  websocket_not_offered: 400,
  unauthorized: 401,
  foreign_origin: 403,
  not_found: 404,
  no_message: 408,
  not_settled: 408,
  message_not_found: 404,
  part_not_found: 404,
  html_not_found: 404,
  text_not_found: 404,
  removal_not_found: 404,
  session_not_found: 404,
  inbox_not_found: 404,
  relay_off: 404,
  spam_check_off: 404,
  fault_not_found: 404,
  scenario_not_found: 404,
  metrics_off: 404,
  ca_not_found: 404,
  page_not_built: 404,
  method_not_allowed: 405,
  fault_not_fired: 408,
  too_many_faults: 409,
  inbox_name_taken: 409,
  inbox_not_named: 409,
  too_many_inboxes: 409,
  body_too_large: 413,
  unsupported_media_type: 415,
  host_not_allowed: 421,
  recipient_not_allowed: 422,
  sender_missing: 422,
  too_many_failures: 429,
  internal_error: 500,
  test_message_not_sent: 502,
  relay_failed: 502,
  spam_check_failed: 502,
  storage_unavailable: 503,
  too_busy: 503,
  too_many_event_streams: 503,
  too_many_waits: 503,
  stopping: 503,
  storage_full: 507,
} as const;

export type ProblemCode = keyof typeof problemStatus;

interface BadField {
  readonly in: 'path' | 'query' | 'body';
  readonly name: string;
  readonly detail: string;
  /** Of the first character meant, from 0, where the field is a search. */
  readonly position?: number;
}

/** What made a wait fail, most likely first. */
interface ProblemCause {
  readonly kind: string;
  readonly text: string;
  readonly sessionId: string | null;
}

export class HttpProblem extends Error {
  readonly code: ProblemCode;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly fields: readonly BadField[] | null;
  /** Why nothing came. */
  readonly causes: readonly ProblemCause[] | null;

  constructor(
    code: ProblemCode,
    detail: string,
    extra: {
      readonly headers?: Readonly<Record<string, string>>;
      readonly fields?: readonly BadField[];
      readonly causes?: readonly ProblemCause[];
      readonly cause?: unknown;
    } = {},
  ) {
    super(detail, { cause: extra.cause });
    this.name = 'HttpProblem';
    this.code = code;
    this.status = problemStatus[code];
    this.headers = extra.headers ?? {};
    this.fields = extra.fields ?? null;
    this.causes = extra.causes ?? null;
  }
}

export function problemResponse(problem: HttpProblem): Response {
  const document: ProblemDetailsShape = {
    type: 'about:blank',
    title: STATUS_CODES[problem.status] ?? 'Error',
    status: problem.status,
    detail: problem.message,
    code: problem.code,
    ...(problem.fields === null ? {} : { fields: [...problem.fields] }),
    ...(problem.causes === null ? {} : { causes: [...problem.causes] }),
  };
  return new Response(JSON.stringify(document), {
    status: problem.status,
    headers: { 'Content-Type': 'application/problem+json', ...problem.headers },
  });
}

/** The world's faults by the code of the store; whatever else goes wrong is our own fault. */
export function toProblem(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof LinkCheckBusy || (error instanceof TaskError && error.code !== 'failed')) {
    return new HttpProblem('too_busy', `${error.message}.`, { headers: { 'Retry-After': '1' } });
  }
  if (error instanceof FaultSpecError) {
    const fields = error.problems.map(
      ({ path, detail }) => ({ in: 'body', name: path, detail }) as const,
    );
    return new HttpProblem('invalid_request', error.message, { fields });
  }
  if (error instanceof TooManyFaultsError) return new HttpProblem('too_many_faults', error.message);
  if (isStoreError(error)) {
    return new HttpProblem(storeProblems[error.code], error.message, {
      cause: error,
      headers: { 'Retry-After': '1' },
    });
  }
  return new HttpProblem(
    'internal_error',
    'The server failed to answer because of a fault of its own. The log has the details; please report it.',
    { cause: error },
  );
}

/** A code without a translation does not compile. */
const storeProblems: Readonly<Record<StoreErrorCode, ProblemCode>> = {
  driverMissing: 'storage_unavailable',
  heldByProcess: 'storage_unavailable',
  notADatabase: 'storage_unavailable',
  damaged: 'storage_unavailable',
  foreignDatabase: 'storage_unavailable',
  schemaTooNew: 'storage_unavailable',
  readOnly: 'storage_unavailable',
  diskFull: 'storage_full',
  cannotOpen: 'storage_unavailable',
  failed: 'storage_unavailable',
  closed: 'storage_unavailable',
};

/** By its code, because an error that came from another thread has lost its class. */
function isStoreError(error: unknown): error is Error & { readonly code: StoreErrorCode } {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    Object.hasOwn(storeProblems, error.code)
  );
}
