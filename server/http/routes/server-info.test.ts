import { describe, expect, it } from 'vitest';
import { request } from '../../testing/http-client.ts';
import { startHttp } from '../../testing/http-fixture.ts';
import { serverInfo } from '../shapes.ts';

describe('the server', () => {
  it('tells how it is set up', async () => {
    await using http = await startHttp();
    const { status, body } = await request(http.port, 'GET /api/server');
    expect(status).toBe(200);
    expect(serverInfo.parse(JSON.parse(body.toString()))).toMatchObject({ name: 'prixfixe-dev' });
  });

  it('gives out the certificate of its CA, when it has one', async () => {
    const pem = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
    await using http = await startHttp({ caPem: pem });
    const { status, headers, body } = await request(http.port, 'GET /api/ca.pem');
    expect([status, body.toString()]).toEqual([200, pem]);
    expect(headers).toMatchObject({
      'content-type': 'application/x-pem-file',
      'content-disposition': 'attachment; filename="prixfixe-dev-ca.pem"',
    });
    await using without = await startHttp();
    const none = await request(without.port, 'GET /api/ca.pem');
    expect([none.status, JSON.parse(none.body.toString()).code]).toEqual([404, 'ca_not_found']);
  });
});
