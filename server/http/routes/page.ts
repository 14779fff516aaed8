/** Everything that is not the API: the built page. Its own router works with any path. */
import type { Context } from 'hono';
import { HttpProblem } from '../errors.ts';
import { pagePolicy } from '../security/headers.ts';
import { createStaticFiles, type StaticFile } from '../static-files.ts';
import type { HttpEnv } from '../types.ts';

/** Answers paths that no route has. */
export function createPage(directory: string): (c: Context<HttpEnv>) => Promise<Response> {
  const files = createStaticFiles(directory);

  return async (c) => {
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') {
      throw new HttpProblem('method_not_allowed', 'Only GET and HEAD are answered here.', {
        headers: { Allow: 'GET, HEAD' },
      });
    }
    const { path } = c.req;
    const acceptEncoding = c.req.header('accept-encoding') ?? '';
    const file = path === '/' ? null : await files.read(path, acceptEncoding);
    if (file !== null) return fileResponse(file);

    const wantsPage = path === '/' || /\btext\/html\b/.test(c.req.header('accept') ?? '');
    if (!wantsPage || path.startsWith('/assets/')) {
      throw new HttpProblem('not_found', 'There is nothing at this path. The API is under /api/.');
    }
    const index = await files.read('/index.html', acceptEncoding);
    return index === null ? notBuilt() : fileResponse(index);
  };
}

function fileResponse(file: StaticFile): Response {
  return new Response(file.octets, {
    headers: {
      'Content-Type': file.mediaType,
      'Cache-Control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
      'Content-Security-Policy': pagePolicy,
      ...(file.encoding === null ? {} : { 'Content-Encoding': file.encoding }),
      Vary: 'Accept-Encoding',
    },
  });
}

function notBuilt(): Response {
  return new Response(
    'The page is not built yet. In a clone of the project run "npm run build" (or "npm start", which does), then reload.\nMail is caught all the same, and the API answers: GET /api/messages\n',
    { status: 404, headers: { 'Content-Type': 'text/plain; charset=utf-8' } },
  );
}
