/** The errors of waiting: what happened, why, and what to do. */
import { thrownAt } from '../caller.ts';
import { MailTimeoutError, UnexpectedMailError } from '../errors.ts';
import type { Explain, FailedWait } from '../receiver.ts';
import { presentSession } from '../session.ts';
import { type Cause, causesOf } from './causes.ts';
import { distanceOf, type Evidence, gather, type Story } from './evidence.ts';
import { plural, render, showMatch } from './render.ts';

export function createExplain(evidence: Evidence): Explain {
  return {
    async timeout(wait, caller) {
      const story = await gather(evidence, wait);
      const causes = causesOf(story);
      const error = timeoutError(story, causes);
      // Whoever shows the error a moment later shows this too.
      void wait.lateArrival().then((lateByMs) => {
        if (lateByMs === null) return;
        error.lateByMs = lateByMs;
        error.message = render({ ...story, lateByMs }, [lateCause(lateByMs, wait), ...causes]);
        thrownAt(error, caller);
      });
      return thrownAt(error, caller);
    },
    async unexpected({ scope, match, mails }, caller) {
      const shown = mails.slice(0, 10).map((mail) => {
        const { receivedAt, envelope, subject } = mail;
        return `  ${receivedAt.toISOString()}  to ${envelope.to.join(', ')}  "${subject}"`;
      });
      const lines = [
        `${plural(mails.length, 'message')} for ${scope.name}, where none was to be.`,
        '',
        `Looked for   ${showMatch(match)}`,
        ...shown,
        ...(mails.length > shown.length ? [`  and ${mails.length - shown.length} more`] : []),
      ];
      return thrownAt(new UnexpectedMailError(lines.join('\n'), mails), caller);
    },
  };
}

function timeoutError(story: Story, causes: readonly Cause[]): MailTimeoutError {
  const { wait, server, arrived, sessions, hits } = story;
  const nearest = arrived.find(
    (miss) => miss.isOurs && miss.claimedBy === null && distanceOf(miss) > 0,
  );
  const conditions = nearest?.conditions ?? [];
  // Where a condition holds, both sides read the same, so that a diff shows only what does not.
  const expected = conditions.map(({ name, holds, wanted, found }) => [
    name,
    holds ? found : wanted,
  ]);
  const actual = conditions.map(({ name, found }) => [name, found]);
  return new MailTimeoutError(render(story, causes), {
    match: wait.match,
    timeoutMs: wait.timeoutMs,
    candidates: arrived.map(({ mail, conditions: held }) => ({ mail, conditions: held })),
    sessions: sessions.map((session) => presentSession(session, server.webUrl)),
    faults: hits,
    causes,
    webUrl: server.webUrl,
    ...(nearest === undefined
      ? {}
      : { expected: Object.fromEntries(expected), actual: Object.fromEntries(actual) }),
  });
}

function lateCause(lateByMs: number, { timeoutMs }: FailedWait): Cause {
  return {
    kind: 'late',
    text: `The message came ${lateByMs} ms after the ${timeoutMs} ms were over. Wait longer.`,
    sessionId: null,
  };
}
