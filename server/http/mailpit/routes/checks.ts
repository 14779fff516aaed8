/** The checks, in the words of Mailpit's clients. */
import type { HtmlFinding, SupportShares } from '../../../checks/html/types.ts';
import type { LinkStatus } from '../../../checks/links/types.ts';
import { SpamCheckError, type SpamReport } from '../../../checks/spam/types.ts';
import type { MessageDetail } from '../../../storage/types.ts';
import { shownPictureTypes } from '../../shown-pictures.ts';
import { badRequest, jsonAnswer, notFound } from '../answers.ts';
import { findId, type MailpitContext, markRead } from '../context.ts';
import type { MailpitRequest, MailpitRoute } from '../router.ts';

export function checksRoutes(context: MailpitContext): readonly MailpitRoute[] {
  const { storage, checks, tasks } = context;
  const find = async (request: MailpitRequest): Promise<MessageDetail> => {
    const message = await storage.detail(await findId(context, request));
    if (message === null) throw notFound();
    return message;
  };
  return [
    {
      method: 'GET',
      path: '/api/v1/message/{id}/html-check',
      summary: 'Which mail programs do not know the HTML and CSS of a message',
      async answer(request) {
        const { html, root } = await find(request);
        if (html === null) throw badRequest('message does not contain HTML');
        const pictureTypes = shownPictureTypes(html, root);
        const report = await tasks.run('checkHtml', { html, pictureTypes });
        return jsonAnswer({
          Warnings: report.findings.map(presentFinding),
          Platforms: report.platforms,
          Total: {
            Tests: report.testCount,
            Nodes: report.elementCount,
            ...presentShares(report.score),
          },
        });
      },
    },
    {
      method: 'GET',
      path: '/api/v1/message/{id}/link-check',
      summary: 'Whether the links of a message lead somewhere; marks it read',
      async answer(request) {
        const message = await find(request);
        await markRead(context, message.id);
        const follow = request.query.get('follow') ?? '';
        const links = await checks.links.check(message, {
          followRedirects: follow === 'true' || follow === '1',
          signal: request.c.req.raw.signal,
        });
        const shown = links.map(presentLink);
        const isWrong = (code: number) => code === 0 || code >= 400;
        return jsonAnswer({
          Errors: shown.filter(({ StatusCode }) => isWrong(StatusCode)).length,
          Links: shown,
        });
      },
    },
    ...spamRoutes(context),
  ];
}

/** Where there is no SpamAssassin there is no such call. */
function spamRoutes(context: MailpitContext): readonly MailpitRoute[] {
  const { spam } = context.checks;
  if (spam === null) return [];
  return [
    {
      method: 'GET',
      path: '/api/v1/message/{id}/sa-check',
      summary: 'What SpamAssassin thinks of a message',
      async answer(request) {
        const raw = await context.storage.raw(await findId(context, request));
        if (raw === null) throw notFound();
        // That it could not be asked is an answer too.
        return jsonAnswer(await spam.check(raw).then(presentSpam, presentFailure));
      },
    },
  ];
}

function presentFinding(finding: HtmlFinding) {
  return {
    Slug: finding.slug,
    Title: finding.title,
    Description: finding.description,
    URL: finding.url,
    Category: finding.category,
    Tags: finding.tags,
    Keywords: '',
    Results: finding.programs.map((program) => ({
      Name: program.name,
      Platform: program.platform,
      Family: program.family,
      Version: program.version,
      Support: program.support,
      NoteNumber: program.notes.at(-1) ?? '',
    })),
    NotesByNumber: finding.notes,
    Score: { Found: finding.found, ...presentShares(finding.score) },
  };
}

function presentShares({ supported, partial, unsupported }: SupportShares) {
  return { Supported: supported, Partial: partial, Unsupported: unsupported };
}

function presentLink({ url, status, blocked, text }: LinkStatus) {
  return { URL: url, StatusCode: blocked ? 451 : (status ?? 0), Status: text };
}

function presentSpam({ isSpam, score, rules }: SpamReport) {
  return {
    IsSpam: isSpam,
    Error: '',
    Score: score,
    Rules: rules.map((rule) => ({
      Score: rule.score,
      Name: rule.name,
      Description: rule.description,
    })),
  };
}

function presentFailure(error: unknown) {
  if (!(error instanceof SpamCheckError)) throw error;
  return { IsSpam: false, Error: error.message, Score: 0, Rules: [] };
}
