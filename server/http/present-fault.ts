/** Faults as HTTP shows them: times become RFC 3339, nothing else changes. */
import type { FaultHandle, FaultHit, FaultSpec } from '../faults/types.ts';
import type {
  FaultDetailShape,
  FaultFiredShape,
  FaultHitShape,
  FaultShape,
  FaultSpecShape,
} from './fault-shapes.ts';

export function presentFault(handle: FaultHandle): FaultShape {
  const last = handle.hits.at(-1);
  return {
    id: handle.id,
    spec: presentSpec(handle.spec),
    text: handle.text,
    state: handle.state,
    addedAt: new Date(handle.addedAtMs).toISOString(),
    hitCount: handle.hitCount,
    matchCount: handle.matchCount,
    lastHit: last === undefined ? null : presentFaultHit(last),
  };
}

export function presentFaultDetail(handle: FaultHandle): FaultDetailShape {
  return { ...presentFault(handle), hits: handle.hits.map(presentFaultHit) };
}

export function presentFaultHit({ atMs, recipients, ...hit }: FaultHit): FaultHitShape {
  return { ...hit, at: new Date(atMs).toISOString(), recipients: [...recipients] };
}

export function presentFired(handle: FaultHandle, hits: readonly FaultHit[]): FaultFiredShape {
  return { fault: presentFault(handle), hits: hits.map(presentFaultHit) };
}

/** The same value under a type whose lists may be written to, as those of zod are. */
export function presentSpec(spec: FaultSpec): FaultSpecShape {
  return spec as FaultSpecShape;
}
