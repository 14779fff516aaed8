/**
 * Addresses that carry their fault with them, under `fault.test` and nowhere else: `.test` belongs to
 * nobody (RFC 6761 §6.2), so no real address can ever mean one.
 *
 *   any+WORD+WORD@anything.fault.test      each word a fault
 *   EFFECT@POINT.fault.test                one fault, the point named by the host
 *
 *   WORD    [TIMES-][POINT-]EFFECT   or   [POINT-]TIMES-EFFECT
 *   TIMES   once | twice | times-N         of this address, then as usual
 *   POINT   rcpt | data | body | final | idle
 *   EFFECT  see effect-words.ts; also greylist-MS
 *
 * Recipients only. A word that cannot be read is not skipped: the address is refused, with the reason.
 */
import { checkSpec } from './check-spec.ts';
import { parseEffectWord, usualPointOf } from './effect-words.ts';
import { FaultSpecError } from './errors.ts';
import type { FaultPoint, FaultSpec } from './types.ts';

const points = ['rcpt', 'data', 'body', 'final', 'idle'] as const;
type MagicPoint = (typeof points)[number];

/** More words make no sense, and none is a matter of course. */
const wordsMax = 8;

/** `null`: an address like any other. */
export function readMagicAddress(address: string): readonly FaultSpec[] | null {
  const lower = address.toLowerCase();
  if (!isMagicDomain(lower)) return null;
  const at = lower.lastIndexOf('@');
  const local = lower.slice(0, at);
  const [firstLabel = ''] = lower.slice(at + 1).split('.');
  const pointOfHost = points.find((point) => point === firstLabel);
  const words = local.split('+').slice(1);
  if (words.length === 0 && pointOfHost === undefined) return null;
  if (words.length === 0) return [readWord(local, pointOfHost ?? null)];
  if (words.length > wordsMax) return [refusal(`at most ${wordsMax} words can be read`)];
  return words.map((word) => readWord(word, pointOfHost ?? null));
}

/** Cheap: asked for every recipient. */
export function isMagicDomain(lowerCaseAddress: string): boolean {
  return lowerCaseAddress.endsWith('.fault.test') || lowerCaseAddress.endsWith('@fault.test');
}

function readWord(word: string, pointOfHost: MagicPoint | null): FaultSpec {
  const outer = takeTimes(word);
  const { point, rest } = takePoint(outer.rest);
  const inner = takeTimes(rest);
  const times = outer.times ?? inner.times;
  const at = point ?? pointOfHost;
  const when = times === null ? {} : { when: { times } };
  const greylist = /^greylist-(\d{1,8})$/.exec(inner.rest);
  if (greylist !== null) {
    return checked(word, { at: at ?? 'rcpt', when: { greylist: { waitMs: Number(greylist[1]) } } });
  }
  const effect = parseEffectWord(inner.rest);
  if (effect === null || (outer.times !== null && inner.times !== null)) {
    return refusal(`"${shown(word)}" is not understood`);
  }
  return checked(word, { at: at ?? usualPointOf(effect), ...when, effect });
}

/** The same sense in which a rule must be valid. */
function checked(word: string, spec: FaultSpec): FaultSpec {
  try {
    const valid = checkSpec(spec);
    if (points.some((point) => point === valid.at)) return valid;
    return refusal(`"${shown(word)}" happens before there is an address`);
  } catch (error) {
    if (!(error instanceof FaultSpecError)) throw error;
    return refusal(`"${shown(word)}": ${error.problems[0]?.detail ?? 'not valid'}`);
  }
}

function takeTimes(word: string): { readonly times: number | null; readonly rest: string } {
  const match = /^(?:(once)|(twice)|times-([1-9]\d{0,5}))-(.+)$/.exec(word);
  if (match === null) return { times: null, rest: word };
  const [, once, twice, number, rest = ''] = match;
  return { times: once ? 1 : twice ? 2 : Number(number), rest };
}

function takePoint(word: string): { readonly point: FaultPoint | null; readonly rest: string } {
  const point = points.find((name) => word.startsWith(`${name}-`)) ?? null;
  return { point, rest: point === null ? word : word.slice(point.length + 1) };
}

function refusal(reason: string): FaultSpec {
  return {
    at: 'rcpt',
    effect: {
      kind: 'reply',
      code: 553,
      enhanced: '5.1.3',
      text: `Magic address: ${reason}; see FAULTS.md`.replace(/[^\x20-\x7e]/g, '?').slice(0, 400),
    },
  };
}

function shown(word: string): string {
  return word.length > 40 ? `${word.slice(0, 39)}~` : word;
}
