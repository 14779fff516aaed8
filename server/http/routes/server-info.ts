import { contentDisposition } from '../content-disposition.ts';
import { HttpProblem } from '../errors.ts';
import { json, type Route, route } from '../route.ts';
import { serverInfo } from '../shapes.ts';
import type { RouteDeps } from '../types.ts';

export function serverInfoRoutes(deps: RouteDeps): readonly Route[] {
  return [
    route(
      {
        method: 'get',
        path: '/api/server',
        operationId: 'getServer',
        summary: 'How the server is set up and how to reach it',
        responses: { 200: json('The server', serverInfo) },
      },
      async ({ c }) => c.json(await deps.serverInfo()),
    ),

    route(
      {
        method: 'get',
        path: '/api/ca.pem',
        operationId: 'getCertificateAuthority',
        summary: 'The certificate to trust, when the server made its own',
        responses: {
          200: { description: 'In PEM', content: { 'application/x-pem-file': 'text' } },
        },
        problems: ['ca_not_found'],
      },
      ({ c }) => {
        const pem = deps.caPem();
        if (pem === null) {
          throw new HttpProblem(
            'ca_not_found',
            'This server made no certificate of its own: TLS is off, or the certificate came from a file.',
          );
        }
        return c.body(pem, 200, {
          'Content-Type': 'application/x-pem-file',
          'Content-Disposition': contentDisposition('attachment', 'prixfixe-dev-ca.pem'),
        });
      },
    ),
  ];
}
