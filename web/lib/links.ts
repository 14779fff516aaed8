/** The URL holds what is being looked at: which list, and which message of it. */
export interface ListFilter {
  readonly query: string;
  /** The id of an inbox: `address:…`, `domain:…`, `user:…`, or that of a named one. */
  readonly inbox: string | null;
  readonly recipient: string | null;
  readonly user: string | null;
  readonly tag: string | null;
  readonly unread: boolean;
}

export const everything: ListFilter = {
  query: '',
  inbox: null,
  recipient: null,
  user: null,
  tag: null,
  unread: false,
};

export function parseFilter(search: string): ListFilter {
  const values = new URLSearchParams(search);
  return {
    query: values.get('query') ?? '',
    inbox: values.get('inbox') || null,
    recipient: values.get('recipient'),
    user: values.get('user'),
    tag: values.get('tag'),
    unread: values.get('unread') === 'true',
  };
}

/** `''`, or with its question mark. Keys in one order: equal filters give equal text. */
export function filterSearch(filter: Partial<ListFilter>): string {
  const values = new URLSearchParams();
  if (filter.query) values.set('query', filter.query);
  if (filter.inbox) values.set('inbox', filter.inbox);
  if (filter.recipient) values.set('recipient', filter.recipient);
  if (filter.user) values.set('user', filter.user);
  if (filter.tag) values.set('tag', filter.tag);
  if (filter.unread) values.set('unread', 'true');
  const text = values.toString();
  return text && `?${text}`;
}

export function listPath(filter: Partial<ListFilter> = everything): string {
  return `/${filterSearch(filter)}`;
}

export function messagePath(id: string, filter: Partial<ListFilter> = everything): string {
  return `/messages/${encodeURIComponent(id)}${filterSearch(filter)}`;
}

export const connectPath = '/connect';

export const metricsPath = '/metrics';

export const sessionsPath = '/sessions';

export const faultsPath = '/faults';

/** Names of the API's own parameters; values that it does not know are shown and find nothing. */
export interface SessionFilter {
  readonly query: string;
  readonly outcome: string | null;
  readonly error: string | null;
  /** A reply that was sent: `550`, or `RCPT 550`. */
  readonly reply: string | null;
  readonly peer: string | null;
  readonly user: string | null;
}

export const allSessions: SessionFilter = {
  query: '',
  outcome: null,
  error: null,
  reply: null,
  peer: null,
  user: null,
};

export function parseSessionFilter(search: string): SessionFilter {
  const values = new URLSearchParams(search);
  return {
    query: values.get('query') ?? '',
    outcome: values.get('outcome') || null,
    error: values.get('error') || null,
    reply: values.get('reply') || null,
    peer: values.get('peer') || null,
    user: values.get('user') || null,
  };
}

export function sessionSearch(filter: Partial<SessionFilter>): string {
  const values = new URLSearchParams();
  for (const name of ['query', 'outcome', 'error', 'reply', 'peer', 'user'] as const) {
    const value = filter[name];
    if (value) values.set(name, value);
  }
  const text = values.toString();
  return text && `?${text}`;
}

export function sessionListPath(filter: Partial<SessionFilter> = allSessions): string {
  return `${sessionsPath}${sessionSearch(filter)}`;
}

export function sessionPath(id: string, filter: Partial<SessionFilter> = allSessions): string {
  return `${sessionsPath}/${encodeURIComponent(id)}${sessionSearch(filter)}`;
}

export function isEverything(filter: ListFilter): boolean {
  return filterSearch(filter) === '';
}

/** The filter in the search language, for selections that the API takes as one query. */
export function filterQuery(filter: ListFilter): string {
  const terms = [
    filter.recipient && `recipient:${quoted(filter.recipient)}`,
    filter.user && `user:${quoted(filter.user)}`,
    filter.tag && `tag:${quoted(filter.tag)}`,
    filter.unread && 'is:unread',
    filter.query && `(${filter.query})`,
  ];
  return terms.filter(Boolean).join(' ');
}

function quoted(value: string): string {
  return /^[\w.+@-]+$/.test(value) ? value : `"${value.replaceAll('"', '')}"`;
}
