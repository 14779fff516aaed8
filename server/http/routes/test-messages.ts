import { HttpProblem } from '../errors.ts';
import { json, type Route, route } from '../route.ts';
import { testMessage, testMessageRequest } from '../shapes.ts';
import type { RouteDeps } from '../types.ts';

export function testMessagesRoutes({ sendTestMessage }: RouteDeps): readonly Route[] {
  return [
    route(
      {
        method: 'post',
        path: '/api/test-messages',
        operationId: 'sendTestMessage',
        summary: 'Send a test message to this server by SMTP',
        body: testMessageRequest,
        responses: { 202: json('Accepted by SMTP', testMessage) },
        problems: ['test_message_not_sent'],
      },
      async ({ c, body }) => {
        const { messageId } = await sendTestMessage(body.to ?? null).catch((cause: unknown) => {
          const why = cause instanceof Error ? cause.message : String(cause);
          throw new HttpProblem(
            'test_message_not_sent',
            `The test message was not accepted by SMTP: ${why.slice(0, 500)}`,
            { cause },
          );
        });
        return c.json({ messageId }, 202);
      },
    ),
  ];
}
