import type { Context } from 'hono';
import { z } from 'zod';
import { prometheusContentType, renderPrometheus } from '../../metrics/render-prometheus.ts';
import { type Route, route } from '../route.ts';
import type { HttpEnv, RouteDeps } from '../types.ts';
import { measuring } from './metrics.ts';

/** The page has a view at the same path: browsers, which ask for HTML, get that. */
export function prometheusRoutes(
  { metrics }: RouteDeps,
  page: (c: Context<HttpEnv>) => Promise<Response>,
): readonly Route[] {
  return [
    route(
      {
        method: 'get',
        path: '/metrics',
        operationId: 'scrapeMetrics',
        summary: 'The metrics for Prometheus',
        query: z.looseObject({}),
        responses: { 200: { description: 'Text format 0.0.4', content: { 'text/plain': 'text' } } },
        problems: ['metrics_off'],
      },
      async ({ c }) => {
        if (/\btext\/html\b/.test(c.req.header('accept') ?? '')) {
          const response = await page(c);
          response.headers.append('Vary', 'Accept');
          return response;
        }
        return c.body(renderPrometheus(measuring(metrics).document()), 200, {
          'Content-Type': prometheusContentType,
          Vary: 'Accept',
        });
      },
    ),
  ];
}
