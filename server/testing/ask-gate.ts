/** A session of the faults' gate, without SMTP: asked as the protocol would ask. */
import type { FaultEngine } from '../faults/fault-control.ts';
import type { GatePoint, GateQuestion, SessionGate, Verdict } from '../smtp/protocol/gate.ts';

export interface AskedGate {
  readonly gate: SessionGate;
  ask(point: GatePoint, about?: Partial<GateQuestion>): Verdict | null;
  /** What came of it, in a word: `452 4.2.2`, `reset`, `-` for nothing. */
  say(point: GatePoint, about?: Partial<GateQuestion>): string;
}

export function askGate(
  control: FaultEngine,
  session: { readonly id?: string; readonly peerAddress?: string } = {},
): AskedGate {
  const gate = control.openGate({
    id: session.id ?? 's1',
    listener: 'smtp',
    peerAddress: session.peerAddress ?? '127.0.0.1',
    peerPort: 50_000,
  });
  const ask = (point: GatePoint, about: Partial<GateQuestion> = {}) => {
    const [recipient = 'to@example.test'] = about.recipients ?? [];
    if (!gate.watches(point, recipient)) return null;
    return gate.ask({
      point,
      tls: false,
      user: null,
      sender: 'from@example.test',
      recipients: ['to@example.test'],
      transaction: 1,
      messageBytes: 0,
      ...about,
    });
  };
  return { gate, ask, say: (point, about) => word(ask(point, about)) };
}

function word(verdict: Verdict | null): string {
  if (verdict === null) return '-';
  const { outcome } = verdict;
  if (outcome.kind !== 'reply') return outcome.kind;
  return outcome.enhanced === null ? `${outcome.code}` : `${outcome.code} ${outcome.enhanced}`;
}
