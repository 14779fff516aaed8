/** Mail leaves the machine here, so refusals come before everything. */
import { describe, expect, it } from 'vitest';
import { request } from '../../testing/http-client.ts';
import { startHttp } from '../../testing/http-fixture.ts';
import { startTestRelay } from '../../testing/relay-fixture.ts';
import { rawText } from '../../testing/smtp-test-server.ts';

const json = { 'Content-Type': 'application/json' };
const raw =
  'From: Ann <ann@example.test>\r\nBcc: secret@example.test\r\nSubject: s\r\n\r\nHello\r\n';
const post = (port: number, id: string, body: unknown) =>
  request(port, `POST /api/messages/${id}/releases`, json, JSON.stringify(body));

describe('releases', () => {
  it('are refused without a relay', async () => {
    await using http = await startHttp();
    const id = await http.deliver(raw);
    const { status, body } = await post(http.port, id, { to: ['bob@example.test'] });
    expect(status).toBe(404);
    expect(JSON.parse(body.toString())).toMatchObject({ code: 'relay_off' });
  });

  it.each([
    [{}, 400, 'invalid_request'],
    [{ to: [] }, 400, 'invalid_request'],
    [{ to: 'bob@example.test' }, 400, 'invalid_request'],
    [{ to: ['bob@example.test'], cc: ['eve@example.test'] }, 400, 'invalid_request'],
    [{ to: ['bob@example.test', 'bob'] }, 400, 'invalid_request'],
    [{ to: ['bob@example.test\r\nRCPT TO:<eve@example.test>'] }, 400, 'invalid_request'],
    [{ to: Array.from({ length: 101 }, (_, i) => `b${i}@example.test`) }, 400, 'invalid_request'],
    [{ to: ['bob@example.test', 'eve@evil.test'] }, 422, 'recipient_not_allowed'],
    [{ to: ['bob@example.test', 'BOSS@example.test'] }, 422, 'recipient_not_allowed'],
  ])('%j sends nothing', async (body, status, code) => {
    await using relay = await startTestRelay({
      allowed: ['*@example.test'],
      blocked: ['boss@*'],
    });
    await using http = await startHttp({ relay: relay.relay });
    const id = await http.deliver(raw);
    const answer = await post(http.port, id, body);
    expect([answer.status, JSON.parse(answer.body.toString()).code]).toEqual([status, code]);
    expect(relay.server.openedCount).toBe(0);
  });

  it('of a message that is gone, or that names no sender', async () => {
    await using relay = await startTestRelay();
    await using http = await startHttp({ relay: relay.relay });
    expect((await post(http.port, 'x', { to: ['bob@example.test'] })).status).toBe(404);
    const id = await http.deliver('Subject: s\r\n\r\n');
    expect((await post(http.port, id, { to: ['bob@example.test'] })).status).toBe(422);
    expect(relay.server.openedCount).toBe(0);
  });

  it('tell what the server said, and the stored message stays as it was', async () => {
    await using relay = await startTestRelay({}, { recipientsMax: 1 });
    await using http = await startHttp({ relay: relay.relay });
    const id = await http.deliver(raw);
    const to = ['Bob <bob@example.test>', 'bob@example.test', 'eve@example.test'];
    const answer = await post(http.port, id, { to });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body.toString())).toEqual({
      accepted: ['bob@example.test'],
      rejected: [{ address: 'eve@example.test', reply: expect.stringMatching(/^452 /) }],
    });
    expect(rawText(relay.server.messages[0])).not.toContain('secret@example.test');
    expect(Buffer.from((await http.storage.raw(id)) ?? []).toString()).toBe(raw);
  });

  it('that nobody took are told with the reason, and not logged as a fault of ours', async () => {
    await using relay = await startTestRelay({}, { messageBytesMax: 10 });
    await using http = await startHttp({ relay: relay.relay });
    const id = await http.deliver(raw);
    const answer = await post(http.port, id, { to: ['bob@example.test'] });
    expect(answer.status).toBe(502);
    expect(JSON.parse(answer.body.toString())).toMatchObject({
      code: 'relay_failed',
      detail: expect.stringMatching(/^Nothing was sent\. .* refused: 552 /),
    });
    expect(http.errors).toEqual([]);
  });
});
