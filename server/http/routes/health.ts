import { HttpProblem } from '../errors.ts';
import { type Route, route } from '../route.ts';
import type { RouteDeps } from '../types.ts';

/** Without credentials: probes have none, and the answers tell nothing. */
export function healthRoutes({ storage }: RouteDeps): readonly Route[] {
  const empty = (description: string) => ({ 200: { description, content: {} } });
  return [
    route(
      {
        method: 'get',
        path: '/livez',
        operationId: 'isLive',
        summary: 'Whether the server answers',
        responses: empty('It does'),
      },
      ({ c }) => c.body(null, 200),
    ),
    route(
      {
        method: 'get',
        path: '/readyz',
        operationId: 'isReady',
        summary: 'Whether the mail store can be used',
        responses: empty('It can'),
        problems: ['storage_unavailable'],
      },
      async ({ c }) => {
        await storage.status().catch((cause: unknown) => {
          throw new HttpProblem('storage_unavailable', 'The mail store cannot be used.', { cause });
        });
        return c.body(null, 200);
      },
    ),
  ];
}
