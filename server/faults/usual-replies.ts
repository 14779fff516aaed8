/**
 * Enhanced status and text of codes for which a rule gives none: what large providers say in such a
 * case (RFC 3463 §3, RFC 5321 §4.2.3). The text says that the reply is injected, because somebody
 * will look for the reason in a log; who needs another words gives them.
 */
import type { FaultPoint } from './types.ts';

interface Usual {
  readonly enhanced: string;
  readonly text: string;
}

const byCode: Readonly<Record<number, Usual>> = {
  421: { enhanced: '4.7.0', text: 'Service not available, try again later' },
  450: { enhanced: '4.2.1', text: 'Mailbox busy, try again later' },
  451: { enhanced: '4.3.0', text: 'Local error in processing, try again later' },
  452: { enhanced: '4.2.2', text: 'Mailbox full, try again later' },
  454: { enhanced: '4.7.0', text: 'Temporarily not available' },
  530: { enhanced: '5.7.0', text: 'Authentication required' },
  535: { enhanced: '5.7.8', text: 'User name or password not accepted' },
  550: { enhanced: '5.1.1', text: 'No such mailbox' },
  552: { enhanced: '5.2.2', text: 'Mailbox full' },
  553: { enhanced: '5.1.3', text: 'Mailbox name not allowed' },
  554: { enhanced: '5.7.1', text: 'Message refused' },
};

/** Where the same code means another thing. */
const byPoint: Readonly<Partial<Record<FaultPoint, Readonly<Record<number, Usual>>>>> = {
  starttls: { 454: { enhanced: '4.7.0', text: 'TLS not available at the moment' } },
  auth: { 454: { enhanced: '4.7.0', text: 'Temporary authentication failure' } },
  mail: {
    530: { enhanced: '5.7.0', text: 'Authentication required' },
    550: { enhanced: '5.7.1', text: 'Sender refused' },
    552: { enhanced: '5.3.4', text: 'Message too large' },
  },
  data: { 550: { enhanced: '5.7.1', text: 'Message refused' } },
  final: {
    550: { enhanced: '5.7.1', text: 'Message refused' },
    552: { enhanced: '5.3.4', text: 'Message too large' },
  },
};

export function usualReply(point: FaultPoint, code: number): Usual {
  const found = byPoint[point]?.[code] ?? byCode[code];
  if (found !== undefined) return found;
  return code < 500
    ? { enhanced: '4.0.0', text: 'Temporary failure, try again later' }
    : { enhanced: '5.0.0', text: 'Refused' };
}
