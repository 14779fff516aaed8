import { describe, expect, it } from 'vitest';
import type { MessageDetailShape } from '../../../server/http/shapes.ts';
import { comparable, compareAddresses } from './compare-addresses.ts';

type Message = Parameters<typeof compareAddresses>[0];
type Mailbox = MessageDetailShape['to'][number];

const mailbox = (address: string, name = ''): Mailbox => ({ name, address });

function message(changes: {
  reversePath?: string;
  recipients?: string[];
  from?: Mailbox | null;
  to?: Mailbox[];
  cc?: Mailbox[];
  bcc?: Mailbox[];
  headerFields?: MessageDetailShape['headerFields'];
  state?: MessageDetailShape['state'];
}): Message {
  return {
    envelope: {
      reversePath: changes.reversePath ?? 'a@x.test',
      forwardPaths: (changes.recipients ?? []).map((address) => ({ address, parameters: {} })),
      parameters: {},
    },
    from: changes.from === undefined ? mailbox('a@x.test') : changes.from,
    to: changes.to ?? [],
    cc: changes.cc ?? [],
    bcc: changes.bcc ?? [],
    replyTo: [],
    headerFields: changes.headerFields ?? [],
    state: changes.state ?? 'ready',
  };
}

describe('the sender', () => {
  it.each([
    ['the same address', {}, 'same'],
    ['another case', { reversePath: 'A@X.TEST' }, 'same'],
    ['a bounce address', { reversePath: 'bounce+1@x.test' }, 'differs'],
    ['the null reverse-path', { reversePath: '' }, 'nullReversePath'],
    ['no From field', { from: null }, 'noFrom'],
    ['a message not read yet', { from: null, state: 'pending' as const }, 'unknown'],
  ])('%s', (_name, changes, mark) => {
    expect(compareAddresses(message(changes)).sender).toBe(mark);
  });
});

describe('recipients', () => {
  it('marks what only the envelope has as Bcc, and what only the header has as not delivered', () => {
    const { recipients, bccCount, notInEnvelopeCount } = compareAddresses(
      message({
        recipients: ['to@x.test', 'CC@x.test', 'hidden@x.test'],
        to: [mailbox('to@x.test', 'Tora'), mailbox('forgotten@x.test')],
        cc: [mailbox('cc@x.test')],
      }),
    );
    expect(recipients.map((row) => [row.envelope, row.header?.field ?? null, row.mark])).toEqual([
      ['to@x.test', 'To', 'same'],
      ['CC@x.test', 'Cc', 'same'],
      ['hidden@x.test', null, 'bcc'],
      [null, 'To', 'notInEnvelope'],
    ]);
    expect([bccCount, notInEnvelopeCount]).toEqual([1, 1]);
  });

  it('marks a recipient named by a Bcc field as Bcc too', () => {
    const { recipients } = compareAddresses(
      message({ recipients: ['b@x.test'], bcc: [mailbox('b@x.test')] }),
    );
    expect(recipients).toEqual([
      {
        envelope: 'b@x.test',
        header: { field: 'Bcc', name: '', address: 'b@x.test' },
        mark: 'bcc',
      },
    ]);
  });

  it('shows an address once however often it is named', () => {
    const { recipients } = compareAddresses(
      message({
        recipients: ['b@x.test', 'b@x.test'],
        to: [mailbox('b@x.test')],
        cc: [mailbox('b@x.test')],
      }),
    );
    expect(recipients).toHaveLength(1);
  });

  it('claims nothing about a message that is not read', () => {
    const { recipients, bccCount } = compareAddresses(
      message({ recipients: ['b@x.test'], state: 'unreadable' }),
    );
    expect(recipients.map((row) => row.mark)).toEqual(['unknown']);
    expect(bccCount).toBe(0);
  });

  it('finds a recipient after the twentieth in the header field itself', () => {
    const all = Array.from({ length: 25 }, (_, n) => `user${n}@x.test`);
    const { recipients } = compareAddresses(
      message({
        recipients: [...all, 'ser21@x.test'],
        to: all.slice(0, 20).map((address) => mailbox(address)),
        headerFields: [
          { name: 'to', value: '', rawValue: all.map((address) => `U <${address}>`).join(', ') },
        ],
      }),
    );
    const bcc = recipients.filter((row) => row.mark === 'bcc').map((row) => row.envelope);
    expect(bcc).toEqual(['ser21@x.test']);
  });
});

describe('comparable', () => {
  it.each([
    ['Ä@MÜNCHEN.test', 'ä@xn--mnchen-3ya.test'],
    ['"a@b"@X.test', '"a@b"@x.test'],
    ['a@[IPv6:2001:DB8::1]', 'a@[ipv6:2001:db8::1]'],
    ['postmaster', 'postmaster'],
    ['a@ü space', 'a@ü space'],
  ])('%s', (address, form) => {
    expect(comparable(address)).toBe(form);
  });
});
