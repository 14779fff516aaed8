/**
 * Sizes of RFC 5321 §4.5.3 and ours, each with its unit and its source. A limit named here is a
 * ceiling on what is buffered: what exceeds it is answered once and discarded.
 */

/**
 * Command line with CRLF. RFC 5321 §4.5.3.1.4 asks for 512; the extensions we offer add to MAIL and
 * RCPT: SIZE 26 (RFC 1870 §3), BODY 17 (RFC 6152 §2), AUTH= 500 (RFC 4954 §3), RET and ENVID 112 and
 * NOTIFY and ORCPT 528 (RFC 3461 §4), SMTPUTF8 10 (RFC 6531 §3.1). 2,048 is above every sum.
 */
export const commandLineBytesMax = 2_048;

/** AUTH with an initial response, and each response line, with CRLF (RFC 4954 §4). */
export const authLineBytesMax = 12_290;

/** What is thrown away of one overlong line before the session is ended. Ours. */
export const discardedLineBytesMax = 1_048_576;

/**
 * A path with its punctuation. RFC 5321 §4.5.3.1.3 requires 256 to be accepted and §4.5.3.1 asks for
 * no limit where possible; real mail carries longer ones (VERP), so ours is wider.
 */
export const pathBytesMax = 1_024;

/** RFC 5321 §4.5.3.1.2. No longer name exists in the DNS (RFC 1035 §2.3.4). */
export const domainBytesMax = 255;

/** RFC 1035 §2.3.4. */
export const domainLabelBytesMax = 63;

/** Argument of EHLO and HELO that is kept. RFC 5321 §4.5.3.1.2. */
export const ehloNameBytesMax = 255;

/** Reply line with CRLF (RFC 5321 §4.5.3.1.5). */
export const replyLineBytesMax = 512;

/** RFC 3461 §4.4, in characters, decoded or not. */
export const envidCharactersMax = 100;

/** RFC 3461 §4.2, in characters. */
export const orcptCharactersMax = 500;

/** A user name, in octets (RFC 4616 §2). */
export const authUserBytesMax = 255;

/** Lines of the dialogue kept from the opening of the session, and of one transaction. Ours. */
export const preambleLinesMax = 60;
export const transactionFirstLinesMax = 100;
export const transactionLastLinesMax = 40;

/**
 * Command lines taken in one step. Ours. One read can bring thousands, and other sessions must not
 * wait for all of them; nor may their replies pile up for a client that reads none.
 */
export const linesPerStepMax = 32;

/** Characters kept of one line of the dialogue. Ours. */
export const dialogueLineCharactersMax = 1_000;

/** Pieces of a message below this many octets are copied together. Ours; see message-body.ts. */
export const pieceBytesMin = 1_024;
