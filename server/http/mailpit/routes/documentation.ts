/** The list of calls, for programs and for people. */
import type { ServerInfoShape } from '../../shapes.ts';
import { jsonAnswer } from '../answers.ts';
import type { MailpitRoute } from '../router.ts';

export function documentationRoutes(
  routes: () => readonly MailpitRoute[],
  serverInfo: () => ServerInfoShape | Promise<ServerInfoShape>,
): readonly MailpitRoute[] {
  const page: MailpitRoute = {
    method: 'GET',
    path: '/api/v1/',
    summary: 'This list',
    answer: () =>
      new Response(pageHtml(routes()), {
        headers: { 'Content-Type': 'text/html; charset=utf-8' },
      }),
  };
  return [
    {
      method: 'GET',
      path: '/api/v1/swagger.json',
      summary: 'This list for programs (Swagger 2.0)',
      answer: async () => jsonAnswer(swagger(routes(), (await serverInfo()).version)),
    },
    page,
    { ...page, path: '/api/v1' },
  ];
}

function swagger(routes: readonly MailpitRoute[], version: string): unknown {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { method, path, summary } of routes) {
    const operations = paths[path] ?? {};
    operations[method.toLowerCase()] = {
      summary,
      parameters: Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => ({
        name,
        in: 'path',
        required: true,
        type: 'string',
      })),
      responses: {
        200: { description: 'Done' },
        400: { description: 'What was wrong with the call, as text' },
      },
    };
    paths[path] = operations;
  }
  return {
    swagger: '2.0',
    info: {
      title: 'Calls of Mailpit',
      description: 'As clients that were written for Mailpit use them.',
      version: `v${version}`,
    },
    basePath: '/',
    consumes: ['application/json'],
    produces: ['application/json'],
    paths,
  };
}

function pageHtml(routes: readonly MailpitRoute[]): string {
  const rows = routes
    .map(({ method, path, summary }) => `<tr><th>${method}<td>${path}<td>${summary}`)
    .join('\n');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Calls of Mailpit</title>
<h1>Calls of Mailpit</h1>
<p>Clients that were written for Mailpit use these calls. For programs: <a href="swagger.json">swagger.json</a>.
<table>
${rows}
</table>
</html>
`;
}
