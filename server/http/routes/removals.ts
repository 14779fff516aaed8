import { z } from 'zod';
import { HttpProblem } from '../errors.ts';
import { json, type Route, route } from '../route.ts';
import { changedMessages } from '../shapes.ts';
import type { RouteDeps } from '../types.ts';

export function removalsRoutes({ storage }: RouteDeps): readonly Route[] {
  return [
    route(
      {
        method: 'delete',
        path: '/api/removals/{id}',
        operationId: 'undoRemoval',
        summary: 'Take back a deletion',
        params: z.object({ id: z.string().max(64).describe('`id` of the removal.') }),
        responses: { 200: json('The messages that are there again', changedMessages) },
        problems: ['removal_not_found'],
      },
      async ({ c, params }) => {
        const ids = await storage.undoRemoval(params.id);
        if (ids !== null && ids.length === 0) {
          throw new HttpProblem(
            'removal_not_found',
            'There is nothing to take back under this id: the time for it is over, or it was taken back already.',
          );
        }
        return c.json({ ids });
      },
    ),
  ];
}
