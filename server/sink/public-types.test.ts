/** The names and types that test suites build on. A change here is a change for all of them. */
import { expectTypeOf, test } from 'vitest';
import type {
  Attachment,
  attachSink,
  Fault,
  FaultHit,
  FoundCode,
  FoundLink,
  Inbox,
  Mail,
  MailMatch,
  MailTimeoutError,
  Receiver,
  Session,
  Sink,
  SinkOptions,
  sinkFromEnv,
  startSink,
  Wait,
} from '../index.ts';

test('ways in', () => {
  expectTypeOf<typeof startSink>().toEqualTypeOf<(options?: SinkOptions) => Promise<Sink>>();
  expectTypeOf<typeof attachSink>().parameter(0).toEqualTypeOf<string | URL>();
  expectTypeOf<typeof attachSink>().returns.resolves.toEqualTypeOf<Sink>();
  expectTypeOf<typeof sinkFromEnv>().returns.resolves.toEqualTypeOf<Sink>();
});

test('a sink and an inbox receive in the same words', () => {
  expectTypeOf<Sink>().toExtend<Receiver & AsyncDisposable>();
  expectTypeOf<Inbox>().toExtend<Receiver & AsyncDisposable>();
  expectTypeOf<Receiver['next']>().toEqualTypeOf<
    (match?: MailMatch, wait?: Wait) => Promise<Mail>
  >();
  expectTypeOf<Receiver['nextN']>().returns.resolves.toEqualTypeOf<readonly Mail[]>();
  expectTypeOf<Receiver['none']>().returns.resolves.toEqualTypeOf<void>();
  expectTypeOf<Receiver['stream']>().returns.toExtend<AsyncIterable<Mail>>();
  const during = (receiver: Receiver) => receiver.during(() => 7, { subject: /x/ }, 10);
  expectTypeOf(during).returns.resolves.toEqualTypeOf<{
    readonly value: number;
    readonly mail: Mail;
  }>();
});

test('conditions', () => {
  expectTypeOf({
    to: '@acme.test',
    subject: { is: 'x' },
    attachment: true as const,
  }).toExtend<MailMatch>();
  expectTypeOf({
    header: { 'X-Kind': /a/ },
    where: (mail: Mail) => mail.subject === '',
  }).toExtend<MailMatch>();
  // @ts-expect-error: there is no such condition
  const wrong: MailMatch = { subjekt: 'x' };
  expectTypeOf(wrong).toEqualTypeOf<MailMatch>();
  expectTypeOf<500>().toExtend<Wait>();
});

test('a message', () => {
  expectTypeOf<Mail['link']>().returns.toEqualTypeOf<URL>();
  expectTypeOf<Mail['links']>().returns.toEqualTypeOf<readonly FoundLink[]>();
  expectTypeOf<Mail['code']>().returns.toEqualTypeOf<string>();
  expectTypeOf<Mail['codes']>().returns.toEqualTypeOf<readonly FoundCode[]>();
  expectTypeOf<Mail['attachment']>().returns.toEqualTypeOf<Attachment>();
  expectTypeOf<Mail['raw']>().toEqualTypeOf<Uint8Array>();
  expectTypeOf<Mail['html']>().toEqualTypeOf<string | null>();
  expectTypeOf<Mail>().not.toHaveProperty('seq');
});

test('the rest', () => {
  expectTypeOf<Sink['sessions']['next']>().returns.resolves.toEqualTypeOf<Session>();
  expectTypeOf<Inbox['faults']['add']>().returns.resolves.toEqualTypeOf<Fault>();
  expectTypeOf<Fault['fired']>().returns.resolves.toEqualTypeOf<readonly FaultHit[]>();
  expectTypeOf<MailTimeoutError['code']>().toEqualTypeOf<'MAIL_TIMEOUT'>();
  const options = (sink: Sink) => sink.nodemailer({ pool: true as const });
  expectTypeOf(options).returns.toExtend<{ host: string; port: number; pool: true }>();
});
