/**
 * Chaos: three triggers with a code and a chance each, as rules of the fault engine. So they show
 * up where every fault does, and whoever takes them away there has taken them away here too.
 */
import type { FaultControl, FaultHandle, FaultPoint } from '../../../faults/types.ts';
import { badRequest, jsonAnswer } from '../answers.ts';
import type { MailpitContext } from '../context.ts';
import type { JsonObject } from '../json-object.ts';
import type { MailpitRoute } from '../router.ts';

const triggers = {
  Sender: { at: 'mail', code: 451 },
  Recipient: { at: 'rcpt', code: 451 },
  Authentication: { at: 'auth', code: 535 },
} as const satisfies Record<string, { readonly at: FaultPoint; readonly code: number }>;

type TriggerName = keyof typeof triggers;
const names = Object.keys(triggers) as readonly TriggerName[];

interface Trigger {
  readonly ErrorCode: number;
  /** Per cent. */
  readonly Probability: number;
}

type Triggers = Readonly<Record<TriggerName, Trigger>>;

const path = '/api/v1/chaos';
const summary = 'Faults on purpose, by chance, at MAIL, RCPT and AUTH';

export function chaosRoutes({ faults, options }: MailpitContext): readonly MailpitRoute[] {
  if (options.chaosEnabled !== true) {
    const answer = () => {
      throw badRequest('Chaos is not enabled');
    };
    return (['GET', 'PUT'] as const).map((method) => ({ method, path, summary, answer }));
  }
  const chaos = createChaos(faults);
  return [
    { method: 'GET', path, summary, answer: () => jsonAnswer(chaos.read()) },
    {
      method: 'PUT',
      path,
      summary,
      async answer({ json }) {
        chaos.set(readTriggers(await json()));
        return jsonAnswer(chaos.read());
      },
    },
  ];
}

function createChaos(faults: Pick<FaultControl, 'add'>) {
  const rules = new Map<TriggerName, FaultHandle>();
  const codes = new Map<TriggerName, number>();
  return {
    read(): Triggers {
      const shown = names.map((name) => {
        const rule = rules.get(name);
        const chance = rule?.state === 'armed' ? (rule.spec.when?.chance ?? 0) : 0;
        const code = codes.get(name) ?? triggers[name].code;
        return [name, { ErrorCode: code, Probability: Math.round(chance * 100) }];
      });
      return Object.fromEntries(shown) as Triggers;
    },
    set(wanted: Triggers): void {
      for (const name of names) {
        const { ErrorCode: code, Probability } = wanted[name];
        rules.get(name)?.remove();
        rules.delete(name);
        codes.set(name, code);
        if (Probability === 0) continue;
        const rule = faults.add({
          name: `Chaos: ${name}`,
          at: triggers[name].at,
          when: { chance: Probability / 100 },
          effect: { kind: 'reply', code, text: `Chaos ${name.toLowerCase()} error` },
        });
        rules.set(name, rule);
      }
    },
  };
}

/** Without one, and without a code, it is as at the start. All are checked before any is set. */
function readTriggers(body: JsonObject): Triggers {
  const read = names.map((name) => {
    const given = body.object(name);
    const code = given?.wholeNumber('ErrorCode') ?? 0;
    const trigger: Trigger = {
      ErrorCode: code === 0 ? triggers[name].code : code,
      Probability: given?.wholeNumber('Probability') ?? 0,
    };
    if (trigger.ErrorCode < 400 || trigger.ErrorCode > 599) {
      throw badRequest('error code must be between 400 and 599');
    }
    if (trigger.Probability < 0 || trigger.Probability > 100) {
      throw badRequest('probability must be between 0 and 100');
    }
    return [name, trigger];
  });
  return Object.fromEntries(read) as Triggers;
}
