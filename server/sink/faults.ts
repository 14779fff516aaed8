/** Failing on purpose, with the same calls in process and over HTTP. Rules are of `server/faults`. */
import { FaultNotFiredError } from '../faults/errors.ts';
import type { FaultControl, FaultHandle, FaultHit, FaultSpec } from '../faults/types.ts';
import type { FaultDetailShape, FaultHitShape, FaultShape } from '../http/fault-shapes.ts';
import { callerOf, thrownAt } from './caller.ts';
import type { HttpClient } from './http-client.ts';
import { askServer } from './remote-source.ts';
import { printInboxKey, type Scope } from './scope.ts';
import type { Fault, Faults, FaultWhere, WaitOptions } from './types.ts';

/** Of rules, whether they are in this process or not. */
export interface FaultSource {
  add(spec: FaultSpec): Promise<FaultState>;
  scenario(name: string, where: FaultWhere): Promise<readonly FaultState[]>;
  hits(id: string): Promise<FaultState>;
  /** `false`: not in time, or never. */
  wait(id: string, count: number, options: Waiting): Promise<boolean>;
  setPaused(id: string, isPaused: boolean): Promise<void>;
  remove(id: string): Promise<FaultState>;
  clear(): Promise<void>;
}

export interface FaultState {
  readonly id: string;
  readonly spec: FaultSpec;
  /** In a few words. */
  readonly text: string;
  readonly hitCount: number;
  readonly matchCount: number;
  /** The newest 100. */
  readonly hits: readonly FaultHit[];
}

interface Waiting {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export function createFaults(
  source: FaultSource,
  settings: { readonly waitMs: number; readonly ended: AbortSignal; readonly scope: Scope },
): Faults {
  const own = new Set<string>();
  const { scope } = settings;
  const narrowed = (where: FaultWhere = {}): FaultWhere =>
    scope.keys === null ? where : { inbox: scope.keys.map(inboxName), ...where };
  const keep = (state: FaultState): Fault => {
    own.add(state.id);
    return createFault(source, state, { ...settings, forget: (id) => own.delete(id) });
  };
  return {
    add: async (spec) => keep(await source.add({ ...spec, ...whereOf(narrowed(spec.where)) })),
    async scenario(name, where) {
      return (await source.scenario(name, narrowed(where))).map(keep);
    },
    async clear() {
      const ids = [...own];
      for (const id of ids) {
        own.delete(id);
        await source.remove(id);
      }
      return ids.length;
    },
  };
}

function whereOf(where: FaultWhere): { where?: FaultWhere } {
  return Object.keys(where).length === 0 ? {} : { where };
}

/** Rules name a user without more. */
function inboxName(key: Parameters<typeof printInboxKey>[0]): string {
  return key.kind === 'user' ? key.user : printInboxKey(key);
}

function createFault(
  source: FaultSource,
  { id, spec }: FaultState,
  settings: {
    readonly waitMs: number;
    readonly ended: AbortSignal;
    readonly forget: (id: string) => void;
  },
): Fault {
  const fault: Fault = {
    id,
    spec,
    hits: async () => (await source.hits(id)).hits,
    async fired(count = 1, wait = {}) {
      const caller = callerOf(fault.fired);
      const options: WaitOptions = typeof wait === 'number' ? { timeoutMs: wait } : wait;
      const { timeoutMs = settings.waitMs, because } = options;
      const signals = [settings.ended, ...(options.signal === undefined ? [] : [options.signal])];
      const signal = AbortSignal.any(signals);
      const isDone = await source.wait(id, count, { timeoutMs, signal });
      signal.throwIfAborted();
      const state = await source.hits(id);
      if (isDone) return state.hits;
      throw thrownAt(notFired(state, { count, timeoutMs, because }), caller);
    },
    pause: () => source.setPaused(id, true),
    resume: () => source.setPaused(id, false),
    async remove() {
      settings.forget(id);
      await source.remove(id);
    },
    async [Symbol.asyncDispose]() {
      settings.forget(id);
      const state = await source.remove(id);
      if (spec.mustFire === true && state.hitCount === 0) throw notFired(state, { count: 1 });
    },
  };
  return fault;
}

function notFired(
  { id, text, hitCount, matchCount }: FaultState,
  wait: {
    readonly count: number;
    readonly timeoutMs?: number;
    readonly because?: string | undefined;
  },
): FaultNotFiredError {
  const within = wait.timeoutMs === undefined ? '' : ` within ${wait.timeoutMs} ms`;
  const because = wait.because === undefined ? '' : ` (${wait.because})`;
  return new FaultNotFiredError(
    { fault: id, hitCount, wanted: wait.count },
    `Fault ${id} (${text}) fired ${hitCount} of ${wait.count} times${within}${because}; its conditions held ${matchCount} times.`,
  );
}

/** Rules of the engine in this process. */
export function createLocalFaults(control: FaultControl): FaultSource {
  const gone = new Map<string, FaultHandle>();
  const find = (id: string): FaultHandle => {
    const handle = control.get(id) ?? gone.get(id);
    if (handle === undefined) throw new Error(`There is no fault rule ${id}.`);
    return handle;
  };
  const kept = (handle: FaultHandle): FaultState => {
    gone.set(handle.id, handle);
    return stateOf(handle);
  };
  return {
    add: async (spec) => kept(control.add(spec)),
    scenario: async (name, where) => control.scenario(name, where).map(kept),
    hits: async (id) => stateOf(find(id)),
    wait: (id, count, options) => control.waitForHits(id, count, options),
    async setPaused(id, isPaused) {
      if (isPaused) find(id).pause();
      else find(id).resume();
    },
    async remove(id) {
      const handle = find(id);
      control.remove(id);
      return stateOf(handle);
    },
    async clear() {
      control.clear();
      gone.clear();
    },
  };
}

function stateOf({ id, spec, text, hitCount, matchCount, hits }: FaultHandle): FaultState {
  return { id, spec, text, hitCount, matchCount, hits };
}

/** A little less than the server allows. */
const heldMsMax = 50_000;

/** Rules of a server elsewhere. */
export function createRemoteFaults(http: HttpClient): FaultSource {
  const path = (id: string) => `/api/faults/${encodeURIComponent(id)}`;
  return {
    async add(spec) {
      return fromShape(
        (await askServer(http, '/api/faults', { method: 'POST', body: spec })).json(),
      );
    },
    async scenario(name, where) {
      const answer = await askServer(http, `/api/faults/scenarios/${encodeURIComponent(name)}`, {
        method: 'POST',
        body: whereOf(where),
      });
      return answer.json<{ readonly faults: readonly FaultShape[] }>().faults.map(fromShape);
    },
    hits: async (id) => fromShape((await askServer(http, path(id))).json()),
    async wait(id, count, { timeoutMs, signal }) {
      for (let leftMs = timeoutMs; ; leftMs -= heldMsMax) {
        const heldMs = Math.max(1, Math.ceil(Math.min(leftMs, heldMsMax)));
        const query = `count=${count}&timeoutMs=${heldMs}`;
        const answer = await askServer(http, `${path(id)}/hits?${query}`, { signal, isHeld: true });
        if (answer.status < 400) return true;
        if (leftMs <= heldMsMax) return false;
      }
    },
    async setPaused(id, isPaused) {
      await askServer(http, path(id), { method: 'PATCH', body: { paused: isPaused } });
    },
    async remove(id) {
      const answer = await askServer(http, path(id), { method: 'DELETE' });
      return fromShape(answer.json());
    },
    async clear() {
      await askServer(http, '/api/faults', { method: 'DELETE', body: { all: true } });
    },
  };
}

/** What was just added has no hits, and is answered without the list of them. */
function fromShape(shape: FaultShape & Partial<Pick<FaultDetailShape, 'hits'>>): FaultState {
  const { id, spec, text, hitCount, matchCount, hits = [] } = shape;
  return { id, spec: spec as FaultSpec, text, hitCount, matchCount, hits: hits.map(hitFrom) };
}

function hitFrom({ at, ...hit }: FaultHitShape): FaultHit {
  return { ...hit, atMs: Date.parse(at) };
}
