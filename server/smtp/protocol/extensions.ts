/**
 * The EHLO keywords (RFC 5321 §4.1.1.1): one row each, with the condition under which it works here.
 * A keyword is said only when it would be honoured by the very next command.
 */
import type { CapabilityChange } from './gate.ts';
import type { AuthMechanism } from './session-types.ts';

export interface Capabilities {
  readonly messageBytesMax: number;
  readonly recipientsMax: number;
  /** STARTTLS is possible and not done. */
  readonly startTls: boolean;
  /** Empty when AUTH is not offered now. */
  readonly authMechanisms: readonly AuthMechanism[];
  readonly change: Pick<CapabilityChange, 'drop' | 'add'> | null;
}

interface Row {
  readonly keyword: string;
  readonly source: string;
  /** What follows the keyword; `null` when the extension is not offered now. */
  readonly parameters: (capabilities: Capabilities) => string | null;
}

const always = () => '';

export const extensions: readonly Row[] = [
  { keyword: 'PIPELINING', source: 'RFC 2920 §3', parameters: always },
  { keyword: 'SIZE', source: 'RFC 1870 §4', parameters: (c) => String(c.messageBytesMax) },
  { keyword: '8BITMIME', source: 'RFC 6152 §2', parameters: always },
  { keyword: 'SMTPUTF8', source: 'RFC 6531 §3.1', parameters: always },
  { keyword: 'CHUNKING', source: 'RFC 3030 §2', parameters: always },
  { keyword: 'BINARYMIME', source: 'RFC 3030 §3', parameters: always },
  { keyword: 'DSN', source: 'RFC 3461 §4', parameters: always },
  { keyword: 'ENHANCEDSTATUSCODES', source: 'RFC 2034 §3', parameters: always },
  {
    keyword: 'LIMITS',
    source: 'RFC 9422 §3',
    parameters: (c) => `RCPTMAX=${c.recipientsMax}`,
  },
  { keyword: 'STARTTLS', source: 'RFC 3207 §2', parameters: (c) => (c.startTls ? '' : null) },
  {
    keyword: 'AUTH',
    source: 'RFC 4954 §3',
    parameters: (c) => (c.authMechanisms.length > 0 ? c.authMechanisms.join(' ') : null),
  },
  { keyword: 'HELP', source: 'RFC 5321 §4.1.1.8', parameters: always },
];

export function ehloKeywords(capabilities: Capabilities): string[] {
  const { change } = capabilities;
  const lines: string[] = [];
  for (const { keyword, parameters } of extensions) {
    if (change?.drop.includes(keyword)) continue;
    const text = parameters(capabilities);
    if (text !== null) lines.push(text === '' ? keyword : `${keyword} ${text}`);
  }
  return change === null ? lines : [...lines, ...change.add];
}
