import { describe, expect, it } from 'vitest';
import { request } from '../../testing/http-client.ts';
import { startHttp } from '../../testing/http-fixture.ts';

const json = { 'Content-Type': 'application/json' };

describe('test messages', () => {
  it('go where they are told, or to an address of our own', async () => {
    const asked: (string | null)[] = [];
    await using http = await startHttp({
      sendTestMessage: async (to) => {
        asked.push(to);
        return { messageId: '<1@example.test>' };
      },
    });
    for (const body of ['{}', '{"to":"a@example.test"}']) {
      const answer = await request(http.port, 'POST /api/test-messages', json, body);
      expect(answer.status).toBe(202);
      expect(JSON.parse(answer.body.toString())).toEqual({ messageId: '<1@example.test>' });
    }
    expect(asked).toEqual([null, 'a@example.test']);
  });

  it.each([
    '',
    'null',
    '{"to":""}',
    '{"to":1}',
    '{"to":null}',
    '{"to":"a@x.test\\r\\nRCPT TO:<b@x.test>"}',
    `{"to":"${'a'.repeat(255)}"}`,
    '{"to":"a@x.test","cc":"b@x.test"}',
  ])('%s sends nothing', async (body) => {
    let count = 0;
    await using http = await startHttp({
      sendTestMessage: async () => {
        count += 1;
        return { messageId: '' };
      },
    });
    const answer = await request(http.port, 'POST /api/test-messages', json, body);
    expect([answer.status, count]).toEqual([400, 0]);
  });

  it('a refusal by SMTP is told with its reason', async () => {
    await using http = await startHttp({
      sendTestMessage: () => Promise.reject(new Error('452 4.3.1 The disk is full')),
    });
    const answer = await request(http.port, 'POST /api/test-messages', json, '{}');
    expect(answer.status).toBe(502);
    expect(JSON.parse(answer.body.toString())).toMatchObject({
      code: 'test_message_not_sent',
      detail: expect.stringContaining('452 4.3.1 The disk is full'),
    });
  });
});
