/**
 * Whether the parts of a rule go together: an effect that cannot happen at the point, or a condition
 * on what is not known there, would make a rule that never fires.
 */
import type { SpecProblem } from './errors.ts';
import { effectsAt, keysAt, knowsRecipients, selectorsAt } from './points.ts';
import {
  type FaultEffect,
  type FaultPoint,
  type FaultSpec,
  type FaultWhen,
  type FaultWhere,
  faultPoints,
  type SingleEffect,
} from './types.ts';

export function contradictionsOf(spec: FaultSpec): readonly SpecProblem[] {
  const { at, where = {}, when = {}, effect } = spec;
  const problems: SpecProblem[] = [];
  const wrong = (path: string, detail: string) => problems.push({ path, detail });

  if (effect === undefined && when.greylist === undefined && when.rateLimit === undefined) {
    wrong('effect', 'is missing');
  }
  const steps = effect?.kind === 'sequence' ? effect.steps : effect === undefined ? [] : [effect];
  steps.forEach((step, index) => {
    const path = effect?.kind === 'sequence' ? `effect.steps.${index}` : 'effect';
    const problem = effectProblem(at, step);
    if (problem !== null) wrong(path, problem);
  });

  for (const selector of Object.keys(where) as (keyof FaultWhere)[]) {
    if (!selectorsAt[at].includes(selector))
      wrong(`where.${selector}`, unknownAt(at, `a ${selector}`));
  }
  for (const inbox of [where.inbox ?? []].flat()) {
    const isUser = !inbox.includes('@');
    if (isUser || knowsRecipients(at) || !selectorsAt[at].includes('inbox')) continue;
    wrong('where.inbox', unknownAt(at, `the recipient ${inbox}`));
  }

  if (when.per !== undefined && !keysAt[at].includes(when.per)) {
    wrong('when.per', unknownAt(at, `a ${when.per} of its own`));
  }
  if (when.greylist !== undefined && !knowsRecipients(at)) {
    wrong('when.greylist', unknownAt(at, 'a recipient'));
  }
  if (when.seed !== undefined && when.chance === undefined && !steps.some(isRandom)) {
    wrong('when.seed', 'is of use with a chance or a random delay only');
  }
  if (when.per !== undefined && !countsByKey(when, effect)) {
    wrong('when.per', 'is of use with rateLimit, skip, every, times or a sequence only');
  }
  return problems;
}

function effectProblem(at: FaultPoint, effect: SingleEffect): string | null {
  if (!effectsAt[at].includes(effect.kind)) {
    const points = faultPoints.filter((point) => effectsAt[point].includes(effect.kind));
    return `"${effect.kind}" cannot happen at ${at}; it can at ${points.join(', ')}`;
  }
  if ('afterBytes' in effect && effect.afterBytes !== undefined) {
    const problem = afterBytesProblem(at, effect.afterBytes);
    if (problem !== null) return problem;
  }
  if (effect.kind === 'reply' && at === 'idle' && effect.code !== 421) {
    return 'at idle nobody has asked: the only reply that may come is 421 (RFC 5321 §3.8)';
  }
  return null;
}

/** At `body` octets of the message are counted, elsewhere those of the reply. */
function afterBytesProblem(at: FaultPoint, afterBytes: number): string | null {
  if (at === 'accept' || at === 'idle') {
    const instead = at === 'accept' ? 'banner' : 'final';
    return `breaks off a reply after so many octets, and nothing is said at ${at}; see ${instead}`;
  }
  if (at !== 'body' && afterBytes === 0) {
    return 'breaks off a reply after so many octets, so afterBytes is 1 or more; leave it out to say nothing';
  }
  return null;
}

function unknownAt(at: FaultPoint, what: string): string {
  return `asks for ${what}, which is not known at ${at}; such a rule would never fire`;
}

export function isRandom(effect: SingleEffect): boolean {
  return 'delayMs' in effect && Array.isArray(effect.delayMs);
}

function countsByKey(when: FaultWhen, effect: FaultEffect | undefined): boolean {
  const { rateLimit, skip, every, times } = when;
  return (
    [rateLimit, skip, every, times].some((part) => part !== undefined) ||
    effect?.kind === 'sequence'
  );
}
