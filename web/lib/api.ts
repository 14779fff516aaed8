/**
 * The server's HTTP API as functions. Types come from the server's own shapes; answers of another
 * kind than promised become one of two errors, whose message can be shown as it is.
 */
import type {
  FaultFiredShape,
  FaultListShape,
  FaultScenarioShape,
  FaultShape,
  FaultSpecShape,
} from '../../server/http/fault-shapes.ts';
import type {
  InboxChangeShape,
  InboxKindShape,
  InboxPageShape,
  InboxRetentionShape,
  InboxShape,
  NewInboxShape,
  PlacedMessageShape,
} from '../../server/http/inbox-shapes.ts';
import type {
  MetricsDistributionShape,
  MetricsHistoryShape,
} from '../../server/http/metrics-shapes.ts';
import type {
  SessionDetailShape,
  SessionOutcomeShape,
  SessionPageShape,
  SessionSummaryShape,
} from '../../server/http/session-shapes.ts';
import type {
  MessageDetailShape,
  MessagePageShape,
  MessageSummaryShape,
  OverviewShape,
  ProblemDetailsShape,
  ReleaseShape,
  RemovalShape,
  SelectionShape,
  ServerInfoShape,
} from '../../server/http/shapes.ts';
import type {
  DistributionMetric,
  MetricsDocument,
  WindowSeconds,
} from '../../server/metrics/types.ts';
import { takeEarlyAnswer } from './early-answers.ts';
import { type ListFilter, type SessionFilter, sessionSearch } from './links.ts';

/** `inboxes`, the ids of named ones, is only told with what happens. */
export type MessageSummary = MessageSummaryShape & Partial<Pick<PlacedMessageShape, 'inboxes'>>;
export type Inbox = InboxShape;
export type InboxKind = InboxKindShape;
export type InboxPage = InboxPageShape;
export type InboxChange = InboxChangeShape;
export type NewInbox = NewInboxShape;
export type InboxRetention = InboxRetentionShape;
export type MessageDetail = MessageDetailShape;
export type MessagePage = MessagePageShape;
export type Overview = OverviewShape;
export type Release = ReleaseShape;
export type Removal = RemovalShape;
export type Selection = SelectionShape;
export type ServerInfo = ServerInfoShape;
export type { DistributionMetric, MetricsDocument };
export type MetricsHistory = MetricsHistoryShape;
export type MetricsDistribution = MetricsDistributionShape;
export type Fault = FaultShape;
export type FaultFired = FaultFiredShape;
export type FaultList = FaultListShape;
export type FaultScenario = FaultScenarioShape;
export type FaultSpec = FaultSpecShape;
export type SessionSummary = SessionSummaryShape;
export type SessionDetail = SessionDetailShape;
export type SessionPage = SessionPageShape;
export type SessionOutcome = SessionOutcomeShape;

/** The server refused, and said why. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly title: string;

  constructor(problem: Pick<ProblemDetailsShape, 'status' | 'code' | 'title' | 'detail'>) {
    super(problem.detail);
    this.status = problem.status;
    this.code = problem.code;
    this.title = problem.title;
  }
}

/** No answer came at all. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';

  constructor(cause: unknown) {
    super(
      'prixfixe is not running any more, or its address changed. Start it again; this page reconnects by itself.',
      {
        cause,
      },
    );
  }
}

export interface PageRequest {
  readonly limit: number;
  readonly cursor?: string;
  readonly skip?: number;
}

export function listMessages(filter: ListFilter, page: PageRequest, signal?: AbortSignal) {
  const search = new URLSearchParams();
  if (filter.query) search.set('query', filter.query);
  if (filter.inbox) search.set('inbox', filter.inbox);
  if (filter.recipient) search.set('recipient', filter.recipient);
  if (filter.user) search.set('user', filter.user);
  if (filter.tag) search.set('tag', filter.tag);
  if (filter.unread) search.set('unread', 'true');
  search.set('limit', String(page.limit));
  if (page.cursor) search.set('cursor', page.cursor);
  if (page.skip) search.set('skip', String(page.skip));
  return request<MessagePage>(`/api/messages?${search}`, { signal });
}

export function getMessage(id: string, signal?: AbortSignal) {
  return request<MessageDetail>(messageUrl(id), { signal });
}

export function patchMessage(id: string, change: { isRead?: boolean; tags?: readonly string[] }) {
  return request<MessageSummary>(messageUrl(id), { method: 'PATCH', body: change });
}

export function markMessages(selection: Selection, isRead: boolean) {
  return request<{ ids: string[] | null }>('/api/messages', {
    method: 'PATCH',
    body: { selection, isRead },
  });
}

export function removeMessages(selection: Selection) {
  return request<Removal>('/api/messages', { method: 'DELETE', body: selection });
}

export function undoRemoval(removalId: string) {
  return request<{ ids: string[] | null }>(`/api/removals/${encodeURIComponent(removalId)}`, {
    method: 'DELETE',
  });
}

/** Sends it on through the relay; the server's word on each recipient comes back. */
export function releaseMessage(id: string, to: readonly string[]) {
  return request<Release>(`${messageUrl(id)}/releases`, { method: 'POST', body: { to } });
}

export function listInboxes(
  asked: { readonly text: string; readonly limit: number },
  signal?: AbortSignal,
) {
  const search = new URLSearchParams({ limit: String(asked.limit) });
  if (asked.text) search.set('q', asked.text);
  return request<InboxPage>(`/api/inboxes?${search}`, { signal });
}

export function getInbox(id: string, signal?: AbortSignal) {
  return request<Inbox>(inboxUrl(id), { signal });
}

export function createInbox(inbox: NewInbox) {
  return request<Inbox>('/api/inboxes', { method: 'POST', body: inbox });
}

export function changeInbox(id: string, change: InboxChange) {
  return request<Inbox>(inboxUrl(id), { method: 'PATCH', body: change });
}

export function deleteInbox(id: string) {
  return request<Inbox>(inboxUrl(id), { method: 'DELETE' });
}

function inboxUrl(id: string): string {
  return `/api/inboxes/${encodeURIComponent(id)}`;
}

export function getOverview(signal?: AbortSignal) {
  return request<Overview>('/api/overview', { signal });
}

export function getServer(signal?: AbortSignal) {
  return request<ServerInfo>('/api/server', { signal });
}

/** Really sends one by SMTP to the server itself. */
export function sendTestMessage(to?: string) {
  return request<{ messageId: string }>('/api/test-messages', {
    method: 'POST',
    body: to === undefined ? {} : { to },
  });
}

export function listSessions(
  filter: SessionFilter,
  page: { readonly limit: number; readonly cursor?: string },
  signal?: AbortSignal,
) {
  const search = new URLSearchParams(sessionSearch(filter));
  search.set('limit', String(page.limit));
  if (page.cursor) search.set('cursor', page.cursor);
  return request<SessionPage>(`/api/sessions?${search}`, { signal });
}

export function getSession(id: string, signal?: AbortSignal) {
  return request<SessionDetail>(`/api/sessions/${encodeURIComponent(id)}`, { signal });
}

export function clearSessions() {
  return request<unknown>('/api/sessions', { method: 'DELETE', body: { all: true } });
}

export function listFaults(signal?: AbortSignal) {
  return request<FaultList>('/api/faults', { signal });
}

export function addFault(spec: FaultSpec) {
  return request<Fault>('/api/faults', { method: 'POST', body: spec });
}

export function pauseFault(id: string, paused: boolean) {
  return request<Fault>(faultUrl(id), { method: 'PATCH', body: { paused } });
}

export function removeFault(id: string) {
  return request<unknown>(faultUrl(id), { method: 'DELETE' });
}

export function removeFaults() {
  return request<unknown>('/api/faults', { method: 'DELETE', body: { all: true } });
}

export function listFaultScenarios(signal?: AbortSignal) {
  return request<{ scenarios: readonly FaultScenario[] }>('/api/faults/scenarios', { signal });
}

export function startFaultScenario(name: string) {
  return request<{ faults: readonly Fault[] }>(
    `/api/faults/scenarios/${encodeURIComponent(name)}`,
    { method: 'POST', body: {} },
  );
}

function faultUrl(id: string): string {
  return `/api/faults/${encodeURIComponent(id)}`;
}

export function getMetrics(signal?: AbortSignal) {
  return request<MetricsDocument>('/api/metrics', { signal });
}

export function getMetricsHistory(
  range: { readonly seconds: number; readonly points: number },
  signal?: AbortSignal,
) {
  return request<MetricsHistory>(
    `/api/metrics/history?range=${range.seconds}&points=${range.points}`,
    { signal },
  );
}

/** Of the last so many seconds; 0: since the server started. */
export function getMetricsDistribution(
  metric: DistributionMetric,
  seconds: WindowSeconds | 0,
  signal?: AbortSignal,
) {
  return request<MetricsDistribution>(
    `/api/metrics/distribution?metric=${metric}&seconds=${seconds}`,
    { signal },
  );
}

/** `topics` as the API has them. */
export function eventsUrl(topics: string): string {
  return `/api/events?topics=${topics}`;
}
export const caUrl = '/api/ca.pem';

function messageUrl(id: string): string {
  return `/api/messages/${encodeURIComponent(id)}`;
}

export function rawUrl(id: string, { download = false } = {}): string {
  return `${messageUrl(id)}/raw${download ? '?download=1' : ''}`;
}

export function htmlUrl(id: string, { remote = false } = {}): string {
  return `${messageUrl(id)}/html${remote ? '?remote=1' : ''}`;
}

export function textUrl(id: string): string {
  return `${messageUrl(id)}/text`;
}

export function partUrl(id: string, path: string, { download = false } = {}): string {
  return `${messageUrl(id)}/parts/${encodeURIComponent(path)}${download ? '?download=1' : ''}`;
}

interface RequestOptions {
  readonly method?: string;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

async function request<Answer>(url: string, options: RequestOptions = {}): Promise<Answer> {
  const { method = 'GET', body, signal } = options;
  let response: Response;
  try {
    response = await ((method === 'GET' && takeEarlyAnswer(url)) ||
      fetch(url, {
        method,
        headers: {
          accept: 'application/json',
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        ...(signal && { signal }),
      }));
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ConnectionError(cause);
  }
  if (!response.ok) throw await refusal(response);
  return (await response.json()) as Answer;
}

async function refusal(response: Response): Promise<Error> {
  const answer: unknown = await response.json().catch(() => null);
  if (isProblem(answer)) return new ApiError(answer);
  // A proxy in between says so when the server behind it is gone.
  if (response.status >= 502 && response.status <= 504) return new ConnectionError(response.status);
  return new ApiError({
    status: response.status,
    code: 'unexpected',
    title: `The server answered ${response.status}`,
    detail: 'It gave no reason. Its log may say more.',
  });
}

function isProblem(answer: unknown): answer is ProblemDetailsShape {
  return typeof answer === 'object' && answer !== null && 'detail' in answer && 'title' in answer;
}
