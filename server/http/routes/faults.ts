import { z } from 'zod';
import { scenarios } from '../../faults/scenarios.ts';
import type { FaultHandle, FaultSpec, FaultWhere } from '../../faults/types.ts';
import { HttpProblem } from '../errors.ts';
import {
  fault,
  faultChange,
  faultDetail,
  faultHits,
  faultList,
  faultScenarioList,
  faultScenarioStart,
  faultSpec,
  faultsAdded,
  faultsRemoval,
  faultsRemoved,
} from '../fault-shapes.ts';
import {
  presentFault,
  presentFaultDetail,
  presentFaultHit,
  presentSpec,
} from '../present-fault.ts';
import { json, type Route, route } from '../route.ts';
import type { RouteDeps } from '../types.ts';
import { wholeNumber } from '../whole-number.ts';

const idParams = z.object({
  id: z.string().max(64).describe('The id of a rule; `magic` for addresses under fault.test.'),
});

/** Below the time after which a silent connection is closed. */
const waitMsMax = 60_000;
const waitMsDefault = 5_000;

const hitsQuery = z.strictObject({
  count: wholeNumber(1, 1_000_000)
    .optional()
    .describe('Answer once it has fired so often; without it at once.'),
  timeoutMs: wholeNumber(1, waitMsMax)
    .optional()
    .describe(`How long to wait for that; ${waitMsDefault} unless given.`),
});

export function faultsRoutes({ faults }: RouteDeps): readonly Route[] {
  return [...scenarioRoutes(faults), ...ruleRoutes(faults)];
}

function scenarioRoutes(faults: RouteDeps['faults']): readonly Route[] {
  return [
    route(
      {
        method: 'get',
        path: '/api/faults/scenarios',
        operationId: 'listFaultScenarios',
        summary: 'List the troubles that have a name, with their rules',
        responses: { 200: json('All of them', faultScenarioList) },
      },
      ({ c }) =>
        c.json({
          scenarios: scenarios.map((scenario) => ({
            ...scenario,
            rules: scenario.rules.map(presentSpec),
          })),
        }),
    ),

    route(
      {
        method: 'post',
        path: '/api/faults/scenarios/{name}',
        operationId: 'startFaultScenario',
        summary: 'Add the rules of a scenario, all or none',
        params: z.object({ name: z.string().max(80) }),
        body: faultScenarioStart,
        responses: { 201: json('The rules that were added', faultsAdded) },
        problems: ['scenario_not_found', 'too_many_faults'],
      },
      ({ c, params, body }) => {
        if (!scenarios.some(({ name }) => name === params.name)) {
          throw new HttpProblem(
            'scenario_not_found',
            'There is no scenario of this name. GET /api/faults/scenarios lists those there are.',
          );
        }
        const added = faults.scenario(params.name, body.where as FaultWhere | undefined);
        return c.json({ faults: added.map(presentFault) }, 201);
      },
    ),
  ];
}

function ruleRoutes(faults: RouteDeps['faults']): readonly Route[] {
  const find = (id: string): FaultHandle => {
    const found = faults.get(id);
    if (found === null) throw notFound();
    return found;
  };
  return [
    route(
      {
        method: 'get',
        path: '/api/faults',
        operationId: 'listFaults',
        summary: 'List the fault rules, in the order in which they are looked at',
        responses: { 200: json('All of them', faultList) },
      },
      ({ c }) =>
        c.json({
          faults: faults.list().map(presentFault),
          magic: presentFault(faults.magic),
        }),
    ),

    route(
      {
        method: 'post',
        path: '/api/faults',
        operationId: 'addFault',
        summary: 'Add a rule by which SMTP sessions go wrong on purpose',
        description:
          'What is not valid, or could never fire, is refused, with every field that is wrong. Rules are kept until they are removed or the server stops.',
        body: faultSpec,
        responses: { 201: json('The rule, armed', fault) },
        problems: ['too_many_faults'],
      },
      // Whether its parts go together is for the rules themselves to say.
      ({ c, body }) => c.json(presentFault(faults.add(body as FaultSpec)), 201),
    ),

    route(
      {
        method: 'delete',
        path: '/api/faults',
        operationId: 'removeFaults',
        summary: 'Remove all rules',
        body: faultsRemoval,
        responses: { 200: json('How many were removed', faultsRemoved) },
      },
      ({ c }) => c.json({ count: faults.clear() }),
    ),

    route(
      {
        method: 'get',
        path: '/api/faults/{id}',
        operationId: 'getFault',
        summary: 'One rule with its newest hits',
        params: idParams,
        responses: { 200: json('The rule', faultDetail) },
        problems: ['fault_not_found'],
      },
      ({ c, params }) => c.json(presentFaultDetail(find(params.id))),
    ),

    route(
      {
        method: 'patch',
        path: '/api/faults/{id}',
        operationId: 'changeFault',
        summary: 'Pause a rule, or let it go on',
        params: idParams,
        body: faultChange,
        responses: { 200: json('The rule', fault) },
        problems: ['fault_not_found'],
      },
      ({ c, params, body }) => {
        const found = find(params.id);
        if (body.paused) found.pause();
        else found.resume();
        return c.json(presentFault(found));
      },
    ),

    route(
      {
        method: 'delete',
        path: '/api/faults/{id}',
        operationId: 'removeFault',
        summary: 'Remove a rule',
        description: 'Answers with what it was and how often it fired. `magic` can be paused only.',
        params: idParams,
        responses: { 200: json('The rule, as it was', faultDetail) },
        problems: ['fault_not_found'],
      },
      ({ c, params }) => {
        const found = find(params.id);
        if (!faults.remove(params.id)) throw notFound();
        return c.json(presentFaultDetail(found));
      },
    ),

    route(
      {
        method: 'get',
        path: '/api/faults/{id}/hits',
        operationId: 'waitForFaultHits',
        summary: 'The newest hits of a rule; with `count`, as soon as there are so many',
        description: 'The answer is held until then: no polling is needed.',
        params: idParams,
        query: hitsQuery,
        responses: { 200: json('The newest 100 hits, oldest first', faultHits) },
        problems: ['fault_not_found', 'fault_not_fired'],
      },
      async ({ c, params, query }) => {
        const found = find(params.id);
        const { count = 0, timeoutMs = waitMsDefault } = query;
        const { signal } = c.req.raw;
        if (!(await faults.waitForHits(params.id, count, { timeoutMs, signal }))) {
          throw new HttpProblem(
            'fault_not_fired',
            `Fault ${found.id} (${found.text}) fired ${found.hitCount} of ${count} times within ${timeoutMs} ms; its conditions held ${found.matchCount} times; it is ${found.state}.`,
          );
        }
        return c.json({ hitCount: found.hitCount, hits: found.hits.map(presentFaultHit) });
      },
    ),
  ];
}

function notFound(): HttpProblem {
  return new HttpProblem(
    'fault_not_found',
    'There is no fault rule with this id. GET /api/faults lists those there are.',
  );
}
