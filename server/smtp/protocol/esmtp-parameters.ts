/**
 * The parameters of MAIL and RCPT (RFC 5321 §4.1.2 esmtp-param): one row for each we understand.
 * A row says on which verb it stands and what is wrong with a value, or that nothing is. Values are
 * recorded as sent; only SIZE and BODY have an effect on how the message is received.
 */
import type { EsmtpParameters } from '../../../db/types.ts';
import { envidCharactersMax, orcptCharactersMax } from './limits.ts';
import { type ParameterFault, replies } from './replies.ts';
import type { Reply } from './reply.ts';

/** What is offered decides which parameters are known. */
export interface ParameterOffer {
  readonly auth: boolean;
}

interface Row {
  readonly verb: 'MAIL' | 'RCPT';
  /** The EHLO keyword that stands for it. */
  readonly keyword: string;
  /** Only with AUTH on offer. */
  readonly needsAuth?: true;
  /** What is wrong with the value, or `null`. */
  readonly complaint: (value: string | true) => ParameterFault | null;
}

const rows: ReadonlyMap<string, Row> = new Map<string, Row>([
  // RFC 1870 §4: 1*20DIGIT.
  ['SIZE', { verb: 'MAIL', keyword: 'SIZE', complaint: matches(/^\d{1,20}$/, 'notASize') }],
  // RFC 6152 §2, RFC 3030 §3.
  [
    'BODY',
    {
      verb: 'MAIL',
      keyword: '8BITMIME',
      complaint: matches(/^(7BIT|8BITMIME|BINARYMIME)$/i, 'notABody'),
    },
  ],
  // RFC 6531 §3.4.
  [
    'SMTPUTF8',
    {
      verb: 'MAIL',
      keyword: 'SMTPUTF8',
      complaint: (value) => (value === true ? null : 'takesNoValue'),
    },
  ],
  // RFC 3461 §4.3, §4.4.
  ['RET', { verb: 'MAIL', keyword: 'DSN', complaint: matches(/^(FULL|HDRS)$/i, 'notARet') }],
  ['ENVID', { verb: 'MAIL', keyword: 'DSN', complaint: envid }],
  // RFC 4954 §5.
  ['AUTH', { verb: 'MAIL', keyword: 'AUTH', needsAuth: true, complaint: authIdentity }],
  // RFC 3461 §4.1, §4.2.
  [
    'NOTIFY',
    {
      verb: 'RCPT',
      keyword: 'DSN',
      complaint: matches(
        /^(NEVER|(SUCCESS|FAILURE|DELAY)(,(SUCCESS|FAILURE|DELAY))*)$/i,
        'notANotify',
      ),
    },
  ],
  ['ORCPT', { verb: 'RCPT', keyword: 'DSN', complaint: orcpt }],
]);

/** The first parameter of an extension that EHLO has not mentioned, or `null`. */
export function hiddenParameter(
  parameters: EsmtpParameters,
  hidden: readonly string[],
): string | null {
  const isBinary = String(parameters.BODY).toUpperCase() === 'BINARYMIME';
  const found = Object.keys(parameters).find(
    (name) =>
      hidden.includes(rows.get(name)?.keyword ?? '') ||
      (name === 'BODY' && isBinary && hidden.includes('BINARYMIME')),
  );
  return found ?? null;
}

export type ParametersResult =
  | { readonly kind: 'parameters'; readonly parameters: EsmtpParameters }
  | { readonly kind: 'refused'; readonly reply: Reply };

/** `text` from `at` on is empty or begins with the space before the first parameter. */
export function parseParameters(
  verb: 'MAIL' | 'RCPT',
  text: string,
  at: number,
  offer: ParameterOffer,
): ParametersResult {
  const parameters: Record<string, string | true> = {};
  for (const word of text.slice(at).split(' ')) {
    if (word === '') continue;
    const equals = word.indexOf('=');
    const keyword = (equals === -1 ? word : word.slice(0, equals)).toUpperCase();
    // esmtp-keyword: the test comes first, so that nothing else is ever echoed.
    if (!/^[A-Z0-9][A-Z0-9-]*$/.test(keyword)) return malformed(verb);
    const row = rows.get(keyword);
    if (row === undefined || row.verb !== verb || (row.needsAuth && !offer.auth)) {
      return { kind: 'refused', reply: replies.unknownParameter(keyword.slice(0, 64)) };
    }
    if (Object.hasOwn(parameters, keyword)) return complain(keyword, 'givenTwice');
    const value = equals === -1 ? true : word.slice(equals + 1);
    const complaint = row.complaint(value);
    if (complaint !== null) return complain(keyword, complaint);
    parameters[keyword] = value;
  }
  return { kind: 'parameters', parameters };
}

function malformed(verb: 'MAIL' | 'RCPT'): ParametersResult {
  return {
    kind: 'refused',
    reply: verb === 'MAIL' ? replies.badMailSyntax : replies.badRcptSyntax,
  };
}

function complain(keyword: string, fault: ParameterFault): ParametersResult {
  return { kind: 'refused', reply: replies.badParameter(keyword, fault) };
}

function matches(
  pattern: RegExp,
  fault: ParameterFault,
): (value: string | true) => ParameterFault | null {
  return (value) => (value !== true && pattern.test(value) ? null : fault);
}

/** xtext (RFC 3461 §4): "+" begins two hexadecimal digits, "=" is not allowed. */
const xtext = /^(?:[\x21-\x2a\x2c-\x3c\x3e-\x7e]|\+[0-9A-F]{2})*$/;

function envid(value: string | true): ParameterFault | null {
  if (value === true || value === '' || !xtext.test(value)) return 'notXtext';
  return value.length > envidCharactersMax ? 'tooLong' : null;
}

/** `<>` is written as it stands; anything else is a mailbox in xtext. We record it and trust it not. */
function authIdentity(value: string | true): ParameterFault | null {
  return value !== true && value !== '' && xtext.test(value) ? null : 'notXtext';
}

/** addr-type ";" xtext; `utf-8` addresses may hold UTF-8 itself (RFC 6533 §3). */
function orcpt(value: string | true): ParameterFault | null {
  const form: ParameterFault = 'notAnOrcpt';
  if (value === true) return form;
  if (value.length > orcptCharactersMax) return 'tooLong';
  const semicolon = value.indexOf(';');
  const type = value.slice(0, Math.max(semicolon, 0));
  const address = value.slice(semicolon + 1);
  if (!/^[A-Za-z0-9-]+$/.test(type) || address === '') return form;
  if (type.toLowerCase() === 'utf-8') return /^[^\s=]+$/.test(address) ? null : form;
  return xtext.test(address) ? null : form;
}
