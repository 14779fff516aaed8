/** What sinks of both kinds are told, and what holds where they are not. */
import { SinkError } from './errors.ts';
import type { AttachOptions, SinkOptions } from './types.ts';

export interface Settings {
  readonly waitMs: number;
  readonly inboxDomain: string;
  readonly signal: AbortSignal | undefined;
  stopped(): SinkError;
}

const waitMsDefault = 5_000;
const waitVariable = 'PRIXFIXE_WAIT_MS';

export function settingsOf(options: SinkOptions | AttachOptions): Settings {
  const { waitMs = waitFromEnvironment(), inboxDomain = 'inbox.test', signal } = options;
  if (!(waitMs >= 0) || !Number.isFinite(waitMs)) {
    throw new SinkError(
      'SINK_ARGUMENT',
      `waitMs has to be a number of milliseconds, not ${waitMs}.`,
    );
  }
  return {
    waitMs,
    inboxDomain: inboxDomain.replace(/^@/, ''),
    signal,
    stopped: () =>
      new SinkError('SINK_STOPPED', 'The sink was stopped, so nothing can be waited for.'),
  };
}

function waitFromEnvironment(): number {
  const written = process.env[waitVariable];
  if (written === undefined || written === '') return waitMsDefault;
  const waitMs = Number(written);
  if (/^\d+$/.test(written) && Number.isSafeInteger(waitMs)) return waitMs;
  throw new SinkError(
    'SINK_ARGUMENT',
    `${waitVariable} is "${written}"; it has to be a whole number of milliseconds.`,
  );
}
