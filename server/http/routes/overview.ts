import { presentOverview } from '../present.ts';
import { json, type Route, route } from '../route.ts';
import { overview } from '../shapes.ts';
import type { RouteDeps } from '../types.ts';

export function overviewRoutes({ storage }: RouteDeps): readonly Route[] {
  return [
    route(
      {
        method: 'get',
        path: '/api/overview',
        operationId: 'getOverview',
        summary: 'Counts by recipient, SMTP user and tag',
        responses: { 200: json('The counts', overview) },
      },
      async ({ c }) => c.json(presentOverview(await storage.overview())),
    ),
  ];
}
