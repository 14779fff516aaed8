/** Problems that show while the tree of parts is built: structure broken, or beyond a limit. */
import { limits } from './limits.ts';
import type { Problem } from './types.ts';

const catalogue = {
  'too-many-parts': {
    severity: 'warning',
    text: `The message has more than ${limits.partsMax} parts; the rest is shown as one part.`,
    source: 'RFC 2046 §5.1',
  },
  'nested-too-deeply': {
    severity: 'warning',
    text: `Multiparts are nested more than ${limits.nestingLevelsMax} levels deep; what lies deeper is shown as one part.`,
    source: 'RFC 2046 §5.1',
  },
  'header-too-large': {
    severity: 'warning',
    text: `The header is larger than ${limits.headerBytesMax / 1024 / 1024} MiB or has more than ${limits.headerFieldsMax} fields; the rest of its fields is left out.`,
    source: 'RFC 5322 §2.1.1',
  },
  'missing-boundary': {
    severity: 'error',
    text: 'A multipart has no boundary parameter, so its parts cannot be told apart; readers show it as text or not at all.',
    source: 'RFC 2046 §5.1.1',
  },
  'boundary-not-found': {
    severity: 'error',
    text: 'The boundary of a multipart never occurs in its body, so many readers show an empty message.',
    source: 'RFC 2046 §5.1.1',
  },
  'unclosed-multipart': {
    severity: 'warning',
    text: 'A multipart has no closing delimiter; readers cannot tell whether the message was cut off.',
    source: 'RFC 2046 §5.1.1',
  },
} as const satisfies Record<string, Omit<Problem, 'code' | 'where'>>;

export type StructuralProblemCode = keyof typeof catalogue;

export function structuralProblem(code: StructuralProblemCode, path: string): Problem {
  return { code, ...catalogue[code], where: path === '' ? null : `part ${path}` };
}
