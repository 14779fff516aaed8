/**
 * The catalogue of every reply this server can send. Each says what happened, why, and what to do.
 * Codes follow RFC 5321 §4.2.3, enhanced status codes RFC 3463 and the RFC of the extension.
 */
import type { StoreRefusal } from '../../../db/types.ts';
import { pathBytesMax } from './limits.ts';
import { type Reply, reply } from './reply.ts';
import type { Verb } from './verb.ts';

const fixed = {
  // Opening and closing (RFC 5321 §3.1, §3.8).
  closing: reply(221, '2.0.0', 'Goodbye, closing the connection'),
  tooManyConnections: reply(
    421,
    '4.7.0',
    'Too many connections are open; try again later or raise --max-connections',
  ),
  tooManyConnectionsFromPeer: reply(
    421,
    '4.7.0',
    'Too many connections from your address; close some or raise --max-connections-per-ip',
  ),
  shuttingDown: reply(421, '4.3.2', 'The server is stopping; try again when it is back'),
  internalError: reply(
    421,
    '4.3.0',
    'The server made an error, see its log; closing the connection',
  ),
  timedOut: reply(421, '4.4.2', 'Nothing arrived in time; closing the connection'),
  tooManyErrors: reply(421, '4.7.0', 'Too many errors in this session; closing the connection'),
  notHttp: reply(
    421,
    '4.7.0',
    'This port speaks SMTP, not HTTP; the web page has a port of its own. Closing',
  ),
  notProxied: reply(
    421,
    '4.7.0',
    'The PROXY protocol is not accepted here; connect without it. Closing',
  ),
  notTls: reply(
    421,
    '4.7.0',
    'A TLS handshake on a plain SMTP port; use STARTTLS here, or the SMTPS port. Closing',
  ),
  endlessLine: reply(421, '4.7.0', 'A command line without end; closing the connection'),

  // Commands that cannot be read (RFC 5321 §4.2.4).
  lineTooLong: reply(500, '5.5.2', 'Command line too long; it was ignored up to its CRLF'),
  bareLf: reply(
    500,
    '5.5.2',
    'A line ended in LF alone; SMTP lines end in CRLF. It was ignored up to the next CRLF',
  ),
  controlCharacter: reply(500, '5.5.2', 'Control character in a command; it was ignored'),
  emptyLine: reply(500, '5.5.2', 'Empty line where a command was expected'),
  notUtf8: reply(500, '5.5.2', 'The command is neither ASCII nor UTF-8; it was ignored'),
  unknownCommand: reply(500, '5.5.1', 'Command not known; HELP lists those that are'),
  xclientRefused: reply(502, '5.5.1', 'XCLIENT and XFORWARD are not accepted here'),
  noArgument: reply(501, '5.5.4', 'This command takes no argument'),
  needHostName: reply(501, '5.5.4', 'Say who you are: EHLO host.example'),
  badHostName: reply(501, '5.5.4', 'The name after EHLO or HELO must be one word'),
  needArgument: reply(501, '5.5.4', 'Say what to look up, for instance: VRFY name'),

  // Order of commands (RFC 5321 §4.1.4).
  needHello: reply(503, '5.5.1', 'Say EHLO or HELO first'),
  needEhlo: reply(503, '5.5.1', 'Say EHLO first; this belongs to an extension'),
  needMail: reply(503, '5.5.1', 'Say MAIL FROM:<address> first'),
  needRecipients: reply(503, '5.5.1', 'No recipients yet; say RCPT TO:<address> first'),
  transactionOpen: reply(503, '5.5.1', 'A mail transaction is open; finish it or say RSET first'),
  chunksOpen: reply(503, '5.5.1', 'Chunks were sent; go on with BDAT, or say RSET first'),
  binaryNeedsBdat: reply(503, '5.5.1', 'A message of BODY=BINARYMIME is sent by BDAT, not DATA'),
  tlsActive: reply(503, '5.5.1', 'TLS is active already'),
  authDone: reply(503, '5.5.1', 'You are authenticated already'),
  notServed: reply(503, '5.5.1', 'No mail is taken at the moment, as the greeting said; say QUIT'),
  needTls: reply(530, '5.7.0', 'Say STARTTLS first; this server wants TLS'),
  needAuth: reply(530, '5.7.0', 'Authentication required; say AUTH first'),

  // The small commands (RFC 5321 §3.5, §4.1.1).
  reset: reply(250, '2.0.0', 'Forgotten; ready for the next message'),
  noop: reply(250, '2.0.0', 'Still here'),
  notVerified: reply(252, '2.0.0', 'Not looked up: every recipient is accepted here, just send'),
  notExpanded: reply(252, '2.0.0', 'Not looked up: there are no lists here, just send'),

  // Envelope.
  badMailSyntax: reply(
    501,
    '5.5.4',
    'Not understood; the form is MAIL FROM:<address> [parameters]',
  ),
  badRcptSyntax: reply(501, '5.5.4', 'Not understood; the form is RCPT TO:<address> [parameters]'),
  reversePathAccepted: reply(250, '2.1.0', 'Sender accepted'),
  forwardPathAccepted: reply(250, '2.1.5', 'Recipient accepted'),
  tooManyRecipients: reply(
    452,
    '4.5.3',
    'Too many recipients for one message; send the rest in another transaction',
  ),
  needSmtpUtf8: reply(
    553,
    '5.6.7',
    'The address is not ASCII; say SMTPUTF8 in MAIL FROM to use such addresses',
  ),
  badBinaryParameters: reply(
    501,
    '5.5.4',
    'BDAT needs a size in octets: BDAT 1024 or BDAT 1024 LAST',
  ),
  chunkSizeUnreadable: reply(
    501,
    '5.5.4',
    'BDAT without a size that can be read; its end cannot be known. Closing',
  ),

  // Message (RFC 5321 §4.1.1.4, RFC 1870 §6, RFC 3030 §2).
  startData: reply(354, null, 'Send the message; end it with a dot on a line of its own'),
  storageFull: reply(452, '4.3.1', 'Not stored: the disk is full. Make room and send it again'),
  storageFailed: reply(451, '4.3.0', 'Not stored: the store failed, see the log. Send it again'),
  congested: reply(452, '4.3.1', 'Not stored: too much is in flight. Send it again in a moment'),

  // STARTTLS (RFC 3207 §4) and AUTH (RFC 4954 §4, §6).
  startTls: reply(220, '2.0.0', 'Ready, start the TLS handshake'),
  noTls: reply(502, '5.5.1', 'TLS is not offered here; go on without it'),
  noAuth: reply(502, '5.5.1', 'AUTH is not offered here; go on without it'),
  badAuthSyntax: reply(
    501,
    '5.5.4',
    'Not understood; the form is AUTH mechanism [initial-response]',
  ),
  unknownMechanism: reply(504, '5.5.4', 'Mechanism not offered; EHLO lists those that are'),
  authCancelled: reply(501, '5.7.0', 'Authentication cancelled, as you asked'),
  authNotBase64: reply(501, '5.5.2', 'The response is not Base64; authentication ended'),
  authMalformed: reply(501, '5.5.2', 'The response lacks a user name or has the wrong form'),
  authNoInitialResponse: reply(501, '5.5.4', 'This mechanism takes no initial response'),
  authLineTooLong: reply(500, '5.5.6', 'The response is too long; authentication ended'),
  authenticated: reply(235, '2.7.0', 'Authenticated'),
  authFailed: reply(535, '5.7.8', 'User name or password not accepted'),
} as const;

/** The form of each command (RFC 5321 §4.1.1 and the RFC of the extension). */
const helpTexts: Readonly<Record<Verb, string>> = {
  EHLO: 'EHLO host - open the session, list the extensions',
  HELO: 'HELO host - open the session without extensions',
  MAIL: 'MAIL FROM:<address> [SIZE= BODY= SMTPUTF8 RET= ENVID= AUTH=] - start a message',
  RCPT: 'RCPT TO:<address> [NOTIFY= ORCPT=] - add a recipient',
  DATA: 'DATA - send the message, a dot on a line of its own ends it',
  BDAT: 'BDAT octets [LAST] - send the message in chunks of known size',
  RSET: 'RSET - forget the message that was begun',
  NOOP: 'NOOP [text] - do nothing',
  VRFY: 'VRFY name - every recipient is accepted, so nothing is looked up',
  EXPN: 'EXPN list - there are no lists here',
  HELP: 'HELP [command] - this text',
  QUIT: 'QUIT - close the session',
  STARTTLS: 'STARTTLS - go on encrypted',
  AUTH: 'AUTH mechanism [initial-response] - say who you are',
};

const helpOverview = reply(
  214,
  '2.0.0',
  'prixfixe-dev catches mail for developers; nothing is delivered. Commands:',
  Object.keys(helpTexts).join(' '),
  'HELP command says more about one',
);

/** What can be wrong with a path (RFC 5321 §4.1.2). */
const pathFaults = {
  emptyRecipient: 'A recipient may not be empty',
  noBrackets: 'The address must stand in angle brackets: <name@host>',
  badSourceRoute: 'The source route is not valid',
  noDomain: 'The address has no domain: <name@host>',
  badDomain: 'The domain of the address is not valid',
  tooLong: `The path is longer than ${pathBytesMax} octets`,
  notFinished: 'The address is not finished: <name@host>',
  noLocalPart: 'The address has no name before @: <name@host>',
  badLocalPart: 'The local part has a character that must be quoted: <"odd name"@host>',
  notClosed: 'The closing bracket is missing: <name@host>',
};
export type PathFault = keyof typeof pathFaults;

/** What can be wrong with the value of a parameter. */
const parameterFaults = {
  notASize: 'the value must be a number of octets',
  notABody: 'the value must be 7BIT, 8BITMIME or BINARYMIME',
  notARet: 'the value must be FULL or HDRS',
  notANotify: 'the value must be NEVER, or a list of SUCCESS, FAILURE and DELAY',
  takesNoValue: 'it takes no value',
  givenTwice: 'it was given twice',
  notXtext: 'the value must be xtext',
  notAnOrcpt: 'the value must be a type and an address: rfc822;name@host',
  tooLong: 'the value is too long',
};
export type ParameterFault = keyof typeof parameterFaults;

/** Names of the replies that never vary. */
export type FixedReply = keyof typeof fixed;

export const replies = {
  ...fixed,

  greeting: (hostname: string) =>
    reply(220, null, `${hostname} ESMTP prixfixe-dev ready; mail is caught here, not delivered`),
  hello: (hostname: string, name: string) => reply(250, null, `${hostname} greets ${name}`),
  ehlo: (hostname: string, name: string, keywords: readonly string[]) =>
    reply(250, null, `${hostname} greets ${name}`, ...keywords),
  help: (verb: Verb | null) =>
    verb === null ? helpOverview : reply(214, '2.0.0', `${helpTexts[verb]}`),
  helpUnknown: (word: string) => reply(504, '5.5.4', `No help on ${word.slice(0, 64)}`),

  badPath: (which: 'reverse' | 'forward', fault: PathFault) =>
    reply(501, which === 'reverse' ? '5.1.7' : '5.1.3', pathFaults[fault]),
  unknownParameter: (keyword: string) =>
    reply(555, '5.5.4', `Parameter ${keyword} is not known here; send without it`),
  badParameter: (keyword: string, fault: ParameterFault) =>
    reply(501, '5.5.4', `${keyword}: ${parameterFaults[fault]}`),
  messageTooLarge: (bytesMax: number) =>
    reply(
      552,
      '5.3.4',
      `Message too large: the limit is ${bytesMax} octets; raise --max-message-size to take it`,
    ),
  stored: (id: string) => reply(250, '2.0.0', `Stored as ${id}`),
  chunkReceived: (bytes: number) => reply(250, '2.0.0', `${bytes} octets received`),
  challenge: (base64: string) => reply(334, null, base64),
};

/** One reply for each way in which a store can decline. */
export const storeRefusals: Readonly<Record<StoreRefusal, Reply>> = {
  storageFull: fixed.storageFull,
  storageFailed: fixed.storageFailed,
  congested: fixed.congested,
};
