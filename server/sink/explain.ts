/** The errors of waiting. */
import { MailTimeoutError, UnexpectedMailError } from './errors.ts';
import { show } from './mail-match.ts';
import type { Explain } from './receiver.ts';
import type { MailMatch } from './types.ts';

export function createExplain(): Explain {
  return {
    async timeout({ scope, match, count, found, timeoutMs, because }) {
      const what = count === 1 ? 'No matching mail' : `Only ${found.length} of ${count} mails`;
      const why = because === null ? '' : ` (${because})`;
      return new MailTimeoutError(
        `${what} for ${scope.name} within ${timeoutMs} ms${why}.\nLooked for: ${showMatch(match)}`,
        { match, timeoutMs },
      );
    },
    async unexpected({ scope, match, mails }) {
      const list = mails.map(({ id, subject }) => `  ${id}  "${subject}"`);
      const lines = [
        `${mails.length} unexpected for ${scope.name}.`,
        `Looked for: ${showMatch(match)}`,
        ...list,
      ];
      return new UnexpectedMailError(lines.join('\n'), mails);
    },
  };
}

function showMatch(match: MailMatch): string {
  const conditions = Object.entries(match).map(([name, wanted]) => `${name} ${show(wanted)}`);
  return conditions.length === 0 ? 'any message' : conditions.join(', ');
}
