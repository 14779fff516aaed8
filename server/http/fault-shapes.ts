/**
 * Fault rules as they cross HTTP. See `shapes.ts` for the manner. What a rule may say is checked
 * twice: its shape here, where the document for clients is made from it, and whether its parts go
 * together by the rules' own `checkSpec`, which everybody else goes through as well.
 */
import { z } from 'zod';
import { delayMsMax, bytesMax as messageBytesMax, stepsMax } from '../faults/check-spec.ts';
import { globCharactersMax } from '../faults/glob.ts';
import { ehloKeywords } from '../faults/points.ts';
import { effectKinds, faultKeys, faultPoints } from '../faults/types.ts';

const time = z.iso.datetime();
const count = z.int().min(0);
const day = 86_400_000;

const globs = oneOrMore(z.string().max(globCharactersMax), 20).describe(
  'Patterns: `*` for any run of characters, `?` for one. Case does not matter; one has to fit.',
);

function oneOrMore<T extends z.ZodType>(item: T, max: number) {
  return z.union([item, z.array(item).min(1).max(max)]);
}

export const faultWhere = z
  .strictObject({
    recipient: globs.optional(),
    domain: globs.optional().describe("The recipient's part behind the @."),
    sender: globs.optional().describe('The empty text is the null reverse-path.'),
    user: globs.optional().describe('Who has logged in by AUTH.'),
    inbox: oneOrMore(z.string().max(globCharactersMax), 20)
      .optional()
      .describe('Literal: an address, `@domain`, or the name of an SMTP user.'),
    peer: globs.optional().describe("The client's IP address."),
    tls: z.boolean().optional(),
  })
  .describe('Every condition must hold; what is not known yet at the point cannot be asked.');

export const faultWhen = z.strictObject({
  forMs: z
    .int()
    .min(1)
    .max(7 * day)
    .optional()
    .describe('Only within this time after it was added.'),
  rateLimit: z
    .strictObject({ max: z.int().min(0), perMs: z.int().min(1).max(day) })
    .optional()
    .describe('Fires on what exceeds `max` within a window.'),
  greylist: z
    .strictObject({
      waitMs: z.int().min(0).max(day),
      forgetMs: z
        .int()
        .min(1)
        .max(30 * day)
        .optional(),
    })
    .optional()
    .describe(
      'Fires on the first attempt of a client, sender and recipient, and until `waitMs` later.',
    ),
  skip: z.int().min(0).optional().describe('The first so many are spared.'),
  every: z.int().min(1).optional().describe('Then each n-th fires.'),
  chance: z.number().min(0).max(1).optional(),
  seed: z
    .int()
    .min(0)
    .max(0xffff_ffff)
    .optional()
    .describe('Of chance and of random delays; one is drawn and told when left out.'),
  times: z.int().min(1).optional().describe('Fires at most so often.'),
  per: z.enum(faultKeys).optional().describe('What is counted by; `rule`: all together.'),
});

const delayMs = z.union([
  z.int().min(0).max(delayMsMax),
  z.tuple([z.int().min(0).max(delayMsMax), z.int().min(0).max(delayMsMax)]),
]);
const afterBytes = z
  .int()
  .min(0)
  .max(messageBytesMax)
  .optional()
  .describe('At `body` octets of the message, elsewhere of the reply, that come before.');
const replyText = {
  code: z.int().min(400).max(599),
  enhanced: z.string().max(11).nullable().optional(),
  text: oneOrMore(z.string().max(450), 20).optional(),
};

const singleEffects = [
  z.strictObject({ kind: z.literal('reply'), ...replyText, delayMs: delayMs.optional() }),
  z.strictObject({ kind: z.literal('delay'), delayMs }),
  z.strictObject({ kind: z.literal('stall'), afterBytes }),
  z.strictObject({ kind: z.literal('reset'), afterBytes, delayMs: delayMs.optional() }),
  z.strictObject({ kind: z.literal('close'), afterBytes, delayMs: delayMs.optional() }),
  z.strictObject({
    kind: z.literal('throttle'),
    bytesPerSecond: z.int().min(1).max(messageBytesMax),
  }),
  z.strictObject({
    kind: z.literal('capabilities'),
    drop: oneOrMore(z.enum(ehloKeywords), 20).optional(),
    add: oneOrMore(z.string().max(200), 20).optional(),
    sizeBytes: z.int().min(1).max(messageBytesMax).optional(),
  }),
  z.strictObject({ kind: z.literal('lose'), delayMs: delayMs.optional() }),
  z.strictObject({
    kind: z.literal('store-then-fail'),
    by: z.union([z.enum(['reset', 'close', 'stall']), z.strictObject(replyText)]).optional(),
    delayMs: delayMs.optional(),
  }),
  z.strictObject({ kind: z.literal('ok') }),
] as const;

export const singleFaultEffect = z.discriminatedUnion('kind', singleEffects);

export const faultEffect = z.discriminatedUnion('kind', [
  ...singleEffects,
  z.strictObject({
    kind: z.literal('sequence'),
    steps: z.array(singleFaultEffect).min(1).max(stepsMax),
    repeat: z.boolean().optional(),
  }),
]);

export const faultSpec = z.strictObject({
  name: z.string().max(80).optional(),
  at: z.enum(faultPoints),
  where: faultWhere.optional(),
  when: faultWhen.optional(),
  effect: faultEffect
    .optional()
    .describe('May be left out with `when.greylist` and `when.rateLimit`.'),
  mustFire: z.boolean().optional(),
});

export const faultHit = z.object({
  fault: z.string(),
  /** Of this rule, from 1. */
  number: count,
  at: time,
  point: z.enum(faultPoints),
  effect: z.enum(effectKinds),
  /** Such as `451 4.7.1`, `reset`, `delay 200 ms`. */
  text: z.string(),
  sessionId: z.string(),
  peerAddress: z.string(),
  user: z.string().nullable(),
  sender: z.string().nullable(),
  /** The first ten. */
  recipients: z.array(z.string()),
});

export const faultState = z.enum(['armed', 'paused', 'spent', 'removed']);

export const fault = z.object({
  id: z.string(),
  /** As given, with a drawn seed filled in. */
  spec: faultSpec,
  /** The rule in a few words. */
  text: z.string(),
  state: faultState,
  addedAt: time,
  hitCount: count,
  /** How often its conditions held, whether or not it then fired. */
  matchCount: count,
  lastHit: faultHit.nullable(),
});

export const faultDetail = fault.extend({
  /** The newest 100, oldest first. */
  hits: z.array(faultHit),
});

export const faultList = z.object({
  /** In the order of adding, which is the order in which they are looked at. */
  faults: z.array(fault),
  /** What addresses under `fault.test` have done, all together. */
  magic: fault,
});

export const faultsAdded = z.object({ faults: z.array(fault) });
export const faultChange = z.strictObject({ paused: z.boolean() });

/** There is no way to mean all by leaving something out. */
export const faultsRemoval = z.strictObject({ all: z.literal(true) });
export const faultsRemoved = z.object({ count });

export const faultHits = z.object({
  hitCount: count,
  hits: z.array(faultHit),
});

export const faultScenario = z.object({
  name: z.string(),
  title: z.string(),
  text: z.string(),
  rules: z.array(faultSpec),
});
export const faultScenarioList = z.object({ scenarios: z.array(faultScenario) });
export const faultScenarioStart = z.strictObject({
  where: faultWhere.optional().describe('Narrows every rule of the scenario.'),
});

/** The data of the `fault` event. */
export const faultFired = z.object({
  fault,
  /** Since the event before; of a flood the newest. */
  hits: z.array(faultHit),
});

export type FaultShape = z.infer<typeof fault>;
export type FaultDetailShape = z.infer<typeof faultDetail>;
export type FaultHitShape = z.infer<typeof faultHit>;
export type FaultListShape = z.infer<typeof faultList>;
export type FaultSpecShape = z.infer<typeof faultSpec>;
export type FaultEffectShape = z.infer<typeof faultEffect>;
export type FaultScenarioShape = z.infer<typeof faultScenario>;
export type FaultFiredShape = z.infer<typeof faultFired>;
export type FaultStateShape = z.infer<typeof faultState>;
