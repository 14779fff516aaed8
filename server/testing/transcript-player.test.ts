import { describe, expect, it } from 'vitest';
import { octetsOf, parseTranscript } from './transcript.ts';
import { playOnSession } from './transcript-player.ts';

const segmentations = ['whole', 'octets', 'pipelined'] as const;

async function mismatch(text: string): Promise<string> {
  const transcript = parseTranscript('sample', text);
  const differences: string[] = [];
  for (const segmentation of segmentations) {
    await playOnSession(transcript, segmentation).catch((error: Error) => {
      differences.push(`${error.name}: ${error.message}`);
    });
  }
  expect(differences.length === 0 || differences.length === segmentations.length).toBe(true);
  return differences[0] ?? '';
}

const opening = 'S: 220\nC: EHLO x\nS* 250\n';
const envelope = 'C: MAIL FROM:<a@b.test>\nS: 250\nC: RCPT TO:<c@d.test>\nS: 250\n';
const message = `${opening}${envelope}C: DATA\nS: 354\nC> x\\r\\n.\\r\\n\nS: 250\n`;

describe('a transcript that is not true fails, in every segmentation', () => {
  it.each([
    ['another reply', 'S: 221', 'sample.smtp:1: S: 221'],
    ['a reply that does not come', 'S: 220\nS: 220', 'no reply came'],
    ['a reply nobody expects', 'S: 220\nC: NOOP\nC: NOOP\nS: 250', 'after the last line came: 250'],
    ['a reply too early', 'S: 220\nC: NOOP\nC: QUIT\nS: 250\nC: NOOP\nS: 250', 'not expected: 221'],
    ['another code', 'S: 220\nC: EHLO x\nS* 251', 'S* 251'],
    ['a keyword that is not there', `${opening}  with FROB`, 'with FROB'],
    ['a keyword that is there', `${opening}  without SIZE`, 'without SIZE'],
    ['nothing stored', `${opening}= stored`, 'nothing was stored'],
    ['another sender', `${message}= stored\n  from: z@b.test`, 'from: "z@b.test"'],
    ['another recipient', `${message}= stored\n  to: c@d.test e@d.test`, 'to: '],
    ['other octets', `${message}= stored\n  raw: x\\n`, 'raw: '],
    ['a field nobody knows', `${message}= stored\n  colour: red`, 'field named colour'],
    ['no handshake', 'S: 220\n= starttls', 'no TLS handshake'],
    ['no error', 'S: 220\nC: NOOP\nS: 250\n= error timeout', 'errors seen'],
    ['no close', 'S: 220\n= closed', 'no reply came'],
    ['words instead of a close', 'S: 220\nC: NOOP\n= closed', 'the server should close'],
  ])('%s', async (_what, text, difference) => {
    expect(await mismatch(text)).toContain(difference);
  });

  it('and one that is true does not', async () => {
    expect(await mismatch(`${message}= stored\n  from: a@b.test\n  raw: x\\r\\n`)).toBe('');
  });
});

describe('the form', () => {
  it.each(['Q: what', '@colour red', '= frob', 'S: 220\n  with SIZE', '  indented'])(
    '%j is refused',
    (text) => {
      expect(() => parseTranscript('sample', text)).toThrow(/^sample:\d+: /);
    },
  );

  it('octets and escapes', () => {
    expect(octetsOf('a\\r\\n\\t\\0\\\\\\xfF é').toString('latin1')).toBe('a\r\n\t\0\\\xff Ã©');
    expect(octetsOf('\\{3*\\r\\n}.').toString()).toBe('\r\n\r\n\r\n.');
    expect(octetsOf('\\{base64 \\0a\\0b}').toString()).toBe('AGEAYg==');
    // RFC 2195 §2 has this very exchange as its example.
    const challenge = Buffer.from('<1896.697170952@postoffice.reston.mci.net>').toString('base64');
    const response = octetsOf('\\{cram tim tanstaaftanstaaf}', challenge).toString();
    expect(Buffer.from(response, 'base64').toString()).toBe('tim b913a602c7eda7a495b4e6e7334d3890');
    expect(() => octetsOf('\\q')).toThrow('No such escape');
    expect(() => octetsOf('\\{frob}')).toThrow('No such escape');
  });

  it('options, comment, and over which sockets it can be played', () => {
    const read = (text: string) => parseTranscript('sample', text);
    expect(
      read('# RFC 5321 §2.4: why\n# and how\n@auth off\n@credentials a:b\nS: 220'),
    ).toMatchObject({
      comment: 'RFC 5321 §2.4: why\nand how',
      options: { auth: 'off', credentials: [{ user: 'a', password: 'b' }], recipientsMax: 1_000 },
      playableOver: { plain: true, tls: true },
    });
    expect(read('S: 220\n! timeout').playableOver).toEqual({ plain: false, tls: false });
    expect(read('S: 220\n! eof').playableOver).toEqual({ plain: true, tls: true });
    expect(read('S: 220\n= starttls').playableOver).toEqual({ plain: true, tls: false });
    expect(read('@tls required\nS: 220').playableOver).toEqual({ plain: true, tls: false });
  });
});
