/** Rules and effects in few words: for transcripts, error messages and lists. */
import type {
  DelayMs,
  FaultEffect,
  FaultSpec,
  FaultWhen,
  FaultWhere,
  ReplyText,
  SingleEffect,
} from './types.ts';

export interface DescribedFiring {
  readonly effect: SingleEffect;
  /** As drawn. */
  readonly delayMs: number;
}

export function describeFiring({ effect, delayMs }: DescribedFiring): string {
  if (!('delayMs' in effect)) return describeEffect(effect);
  return describeEffect({ ...effect, delayMs });
}

/** `451 4.7.1`, `reset after 1000 octets`, `451, 451, ok`. */
export function describeEffect(effect: FaultEffect): string {
  switch (effect.kind) {
    case 'reply':
      return delayed(describeReply(effect), effect.delayMs);
    case 'delay':
      return `delay ${describeDelay(effect.delayMs)}`;
    case 'stall':
    case 'reset':
    case 'close':
      return delayed(
        effect.afterBytes === undefined
          ? effect.kind
          : `${effect.kind} after ${effect.afterBytes} octets`,
        'delayMs' in effect ? effect.delayMs : undefined,
      );
    case 'throttle':
      return `throttle to ${effect.bytesPerSecond} octets/s`;
    case 'capabilities': {
      const { drop = [], add = [], sizeBytes } = effect;
      const parts = [
        ...(drop.length > 0 ? [`hide ${drop.join(' ')}`] : []),
        ...(add.length > 0 ? [`add ${add.join(', ')}`] : []),
        ...(sizeBytes === undefined ? [] : [`SIZE ${sizeBytes}`]),
      ];
      return parts.join('; ');
    }
    case 'lose':
      return delayed('lose', effect.delayMs);
    case 'store-then-fail': {
      const { by = 'reset' } = effect;
      const how = typeof by === 'string' ? by : describeReply(by);
      return delayed(`store, then ${how}`, effect.delayMs);
    }
    case 'ok':
      return 'ok';
    case 'sequence':
      return effect.steps.map(describeEffect).join(', ') + (effect.repeat ? ', and again' : '');
  }
}

function describeReply({ code, enhanced }: ReplyText): string {
  return enhanced === undefined || enhanced === null ? String(code) : `${code} ${enhanced}`;
}

function describeDelay(delayMs: DelayMs): string {
  return typeof delayMs === 'number' ? `${delayMs} ms` : `${delayMs[0]} to ${delayMs[1]} ms`;
}

function delayed(text: string, delayMs: DelayMs | undefined): string {
  return delayMs === undefined ? text : `${text} after ${describeDelay(delayMs)}`;
}

/** `rcpt: 452 4.2.2, recipient *@full.test, 2 times`. */
export function describeSpec(spec: FaultSpec & { readonly effect: FaultEffect }): string {
  const parts = [
    describeEffect(spec.effect),
    ...describeWhere(spec.where),
    ...describeWhen(spec.when),
  ];
  return `${spec.at}: ${parts.join(', ')}`;
}

function describeWhere(where: FaultWhere = {}): readonly string[] {
  return Object.entries(where).map(([name, wanted]) => {
    if (name === 'tls') return wanted === true ? 'in TLS' : 'without TLS';
    return `${name} ${[wanted].flat().join(' or ')}`;
  });
}

function describeWhen(when: FaultWhen = {}): readonly string[] {
  const { rateLimit, greylist, skip, every, chance, times, forMs, per } = when;
  const parts: (string | null)[] = [
    rateLimit === undefined ? null : `beyond ${rateLimit.max} in ${rateLimit.perMs} ms`,
    greylist === undefined ? null : `greylisted for ${greylist.waitMs} ms`,
    skip === undefined ? null : `after ${skip}`,
    every === undefined ? null : `every ${every}.`,
    chance === undefined ? null : `chance ${chance}`,
    times === undefined ? null : times === 1 ? 'once' : `${times} times`,
    forMs === undefined ? null : `for ${forMs} ms`,
    per === undefined || per === 'rule' ? null : `per ${per}`,
  ];
  return parts.filter((part) => part !== null);
}
