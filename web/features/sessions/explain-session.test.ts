import { describe, expect, it } from 'vitest';
import type { ServerInfo } from '../../lib/api.ts';
import { type Explained, explainSession } from './explain-session.ts';

const smtp: ServerInfo['smtp'] = {
  host: '127.0.0.1',
  port: 1025,
  smtpsPort: null,
  hostname: 'localhost',
  tls: 'offered',
  auth: 'offered',
  authAcceptsAny: false,
  messageBytesMax: 1,
  recipientsMax: 1,
  connectionsMax: 1,
  listenBacklog: 1,
};

function session(part: Partial<Explained>): Explained {
  return {
    outcome: 'nothing',
    listener: 'smtp',
    errors: [],
    tlsFailure: null,
    lines: [],
    lastReply: null,
    messageCount: 0,
    ehloName: 'app',
    ...part,
  };
}

describe('a handshake that failed', () => {
  // The server's own sentences, and OpenSSL's names where it has none.
  it.each([
    ['the client does not trust the certificate; it has to trust the local CA', /not trust/, 'CA'],
    ['the handshake failed (ERR_SSL_TLSV1_ALERT_UNKNOWN_CA)', /not trust/, 'CA'],
    [
      'the client offers no TLS version as high as the minimum (--tls-min-version)',
      /too old/,
      '--tls-min-version',
    ],
    ['client and server have no cipher in common', /cipher/, 'ciphers'],
    ['the client spoke HTTP where a TLS handshake was expected', /HTTP/, 'address of this page'],
    ['the client did not finish the handshake in time', /in time/, '220'],
    ['the client closed the connection during the handshake', /closed/, 'error message'],
    ['the handshake failed (ERR_SSL_SOMETHING_NEW)', /handshake failed/, 'error message'],
  ])('“%s” is told in words, with a way out', (tlsFailure, title, way) => {
    const explanation = explainSession(session({ outcome: 'tls-failed', tlsFailure }), smtp);
    expect(explanation?.title).toMatch(title);
    expect(explanation?.wayOut.join(' ')).toContain(way);
  });

  it('sends whoever does not trust the CA to where it can be had', () => {
    const tlsFailure = 'the client does not trust the certificate';
    const explanation = explainSession(session({ outcome: 'tls-failed', tlsFailure }), smtp);
    expect(explanation?.link).toBe('certificate');
  });

  it('tells plain text on the TLS port from garbage after STARTTLS', () => {
    const failed = {
      outcome: 'tls-failed',
      tlsFailure: 'the client sent something else than a TLS handshake',
    } as const;
    const onSmtps = explainSession(session({ ...failed, listener: 'smtps' }), smtp);
    expect(onSmtps?.title).toBe('Plain text on the TLS port');
    expect(onSmtps?.wayOut.join(' ')).toContain('port 1025');
    const afterStartTls = explainSession(session(failed), smtp);
    expect(afterStartTls?.title).toBe('No TLS after STARTTLS');
  });
});

describe('another protocol on the mail port', () => {
  const hello = { atMs: 0, from: 'client', text: 'a TLS ClientHello' } as const;
  const spoken: Partial<Explained> = {
    outcome: 'protocol-error',
    errors: ['parse_error'],
    lines: [hello],
  };

  it('a ClientHello is sent to STARTTLS, or to the TLS port when there is one', () => {
    const without = explainSession(session(spoken), smtp);
    expect(without?.wayOut.join(' ')).toMatch(/STARTTLS.*--smtps-port/);
    const withPort = { ...smtp, smtpsPort: 1465 };
    const explanation = explainSession(session(spoken), withPort);
    expect(explanation?.wayOut.join(' ')).toContain('port 1465');
  });

  it('HTTP is sent to the page', () => {
    const errors = ['http_request'];
    const explanation = explainSession(session({ outcome: 'protocol-error', errors }), smtp);
    expect(explanation?.title).toMatch(/HTTP request on the mail port/);
  });
});

describe('other ends', () => {
  it('a login that was refused names the option that says who may log in', () => {
    const explanation = explainSession(session({ outcome: 'auth-failed' }), smtp);
    expect(explanation?.wayOut.join(' ')).toContain('--auth');
  });

  it('a rejection repeats the refusal, not the goodbye after it', () => {
    const lines = [
      { atMs: 1, from: 'server', text: '501 5.5.4 Not understood' },
      { atMs: 2, from: 'server', text: '221 2.0.0 Goodbye' },
    ] as const;
    const explanation = explainSession(session({ outcome: 'rejected', lines: [...lines] }), smtp);
    expect(explanation?.why).toContain('501 5.5.4 Not understood');
  });

  it('says nothing of what went well', () => {
    expect(explainSession(session({ outcome: 'delivered', messageCount: 1 }), smtp)).toBeNull();
    expect(explainSession(session({ outcome: 'nothing' }), smtp)).toBeNull();
  });

  it('recognises a port check by its silence', () => {
    const explanation = explainSession(session({ outcome: 'nothing', ehloName: '' }), smtp);
    expect(explanation?.title).toBe('Connected and left');
  });
});
