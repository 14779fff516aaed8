/**
 * Messages by number. The same plan and number give the same octets in any process and at any time,
 * so that what was stored can be compared with what was sent without keeping either. Each message
 * has a Message-ID of its own; bodies repeat after a few, because making them costs time that the
 * generator has better uses for.
 */
import { Prose } from './prose.ts';
import type { MessagePlan } from './types.ts';

export interface LoadMessage {
  readonly recipient: string;
  /** Header section with its empty line. */
  readonly header: Buffer;
  /** Dot-stuffed (RFC 5321 §4.5.2), with the line of the final dot. */
  readonly wireBody: Buffer;
  /** As it should be stored. */
  readonly storedBytes: number;
}

type Random = () => number;

interface Body {
  readonly stored: Buffer;
  readonly wire: Buffer;
}

const vocabulary = (
  'account address amount answer april archive balance booking branch budget calendar cancel card ' +
  'change claim client code confirm contract copy customer date delivery department detail discount ' +
  'document draft email evening event example expiry export figure folder forward friday goods guest ' +
  'harbour import invoice issue item journey july kitchen label language last letter library link ' +
  'meeting member message minute monday month morning network notice number office offer order ' +
  'package page parcel partner password payment people period phone picture plan please postage ' +
  'price print product profile project question quick quiet receipt record reference refund region ' +
  'reminder renew report request reset return review room sample schedule season second seller ' +
  'service session shipment shop signature simple station status storage street summary supplier ' +
  'support system table team thank ticket today tomorrow total transfer travel update upload user ' +
  'value version visit voucher warehouse water website week welcome window winter work world yellow'
).split(' ');

const fieldsOf = {
  text: 'Content-Type: text/plain; charset=us-ascii\r\n',
  prose: 'Content-Type: text/plain; charset=us-ascii\r\n',
  base64: 'Content-Type: multipart/mixed; boundary="load-boundary"\r\n',
  parts: 'Content-Type: multipart/mixed; boundary="load-boundary"\r\n',
};

export class MessageSource {
  readonly #name: string;
  readonly #plan: MessagePlan;
  readonly #bodies: readonly Body[];

  constructor(name: string, plan: MessagePlan) {
    this.#name = name;
    this.#plan = plan;
    const headerBytes = this.#header(0).length;
    const bodyBytes = plan.sizeBytes - headerBytes;
    if (bodyBytes < 64) throw new Error(`A message needs at least ${headerBytes + 64} octets.`);
    const count = plan.bodies ?? (plan.sizeBytes > 1_000_000 ? 2 : 16);
    const nextWord = plan.body === 'prose' ? proseWords() : anyWord;
    this.#bodies = Array.from({ length: count }, (_, seed) =>
      bodyOf(makeBody(plan, bodyBytes, { random: randomNumbers(seed + 1), nextWord })),
    );
  }

  at(index: number): LoadMessage {
    const header = this.#header(index);
    const body = this.#body(index);
    return {
      recipient: recipientOf(index),
      header,
      wireBody: body.wire,
      storedBytes: header.length + body.stored.length,
    };
  }

  /** What the server should have kept, octet for octet. */
  stored(index: number): Buffer {
    return Buffer.concat([this.#header(index), this.#body(index).stored]);
  }

  messageId(index: number): string {
    // Of one width, so that every header has the same size.
    return `${this.#name}-${String(index).padStart(8, '0')}@load.test`;
  }

  #header(index: number): Buffer {
    const id = this.messageId(index);
    return Buffer.from(
      'From: Load Generator <load@load.test>\r\n' +
        `To: <${recipientOf(index)}>\r\n` +
        `Subject: Order ${String(index).padStart(8, '0')} is on its way\r\n` +
        'Date: Thu, 01 Jan 2026 12:00:00 +0000\r\n' +
        `Message-ID: <${id}>\r\n` +
        'MIME-Version: 1.0\r\n' +
        `${fieldsOf[this.#plan.body]}\r\n`,
      'latin1',
    );
  }

  #body(index: number): Body {
    const body = this.#bodies[index % this.#bodies.length];
    if (body === undefined) throw new Error('there is always a body');
    return body;
  }
}

function recipientOf(index: number): string {
  return `inbox-${String(index % 50).padStart(2, '0')}@load.test`;
}

interface Words {
  readonly random: Random;
  readonly nextWord: (random: Random) => string;
}

function makeBody(plan: MessagePlan, bytes: number, { random, nextWord }: Words): string {
  if (plan.body === 'base64') return attachment(bytes, random);
  if (plan.body === 'parts') return manyParts(bytes, plan.parts ?? 1, random);
  return lines(bytes, () => nextWord(random));
}

function proseWords(): Words['nextWord'] {
  const prose = new Prose();
  return (random) => prose.word(random);
}

function bodyOf(text: string): Body {
  const stored = Buffer.from(text, 'latin1');
  const wire = Buffer.from(`${text.replaceAll(/(^|\n)\./g, '$1..')}.\r\n`, 'latin1');
  return { stored, wire };
}

/** Exactly so many octets of short lines; one of them begins with a dot, which has to be stuffed. */
function lines(bytes: number, nextWord: () => string): string {
  const lines = ['.hidden files begin with a dot'];
  let size = (lines[0]?.length ?? 0) + 2;
  let line = '';
  while (size < bytes) {
    const word = nextWord();
    if (line.length + word.length > 70) {
      lines.push(line);
      size += line.length + 2;
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return exactly(`${lines.join('\r\n')}\r\n`, bytes);
}

function anyWord(random: Random): string {
  return vocabulary[Math.floor(random() * vocabulary.length)] ?? '';
}

function attachment(bytes: number, random: Random): string {
  const start =
    '--load-boundary\r\nContent-Type: text/plain\r\n\r\n' +
    `${lines(200, () => anyWord(random))}` +
    '--load-boundary\r\nContent-Type: application/octet-stream; name="load.bin"\r\n' +
    'Content-Disposition: attachment; filename="load.bin"\r\n' +
    'Content-Transfer-Encoding: base64\r\n\r\n';
  const end = '--load-boundary--\r\n';
  const encodedBytes = bytes - start.length - end.length;
  if (encodedBytes < 80) throw new Error('An attachment needs a larger message.');
  const lineCount = Math.floor(encodedBytes / 78);
  const octets = Buffer.alloc(lineCount * 57);
  for (let at = 0; at < octets.length; at++) octets[at] = Math.floor(random() * 256);
  const encoded = octets.toString('base64').replaceAll(/.{76}/g, '$&\r\n');
  // The rest becomes an epilogue, which readers ignore (RFC 2046 §5.1.1).
  return exactly(`${start}${encoded}${end}`, bytes);
}

function manyParts(bytes: number, count: number, random: Random): string {
  const head = '--load-boundary\r\nContent-Type: text/plain\r\n\r\n';
  const end = '--load-boundary--\r\n';
  const partBytes = Math.floor((bytes - end.length) / count) - head.length;
  if (partBytes < 40) throw new Error('So many parts need a larger message.');
  const part = `${head}${lines(partBytes, () => anyWord(random))}`;
  return exactly(`${part.repeat(count)}${end}`, bytes);
}

/** Cut or filled to a size, with a CRLF at the end and none halved. */
function exactly(text: string, bytes: number): string {
  const cut = text.slice(0, bytes - 2).replace(/\r$/, ' ');
  return `${cut.padEnd(bytes - 2, 'x')}\r\n`;
}

/** A linear congruential generator: the same numbers everywhere, and good enough for words. */
function randomNumbers(seed: number): Random {
  let state = (seed * 2_654_435_761) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
