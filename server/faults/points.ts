/**
 * What can be done at which point, and what is known there. The first table is also in FAULTS.md,
 * which a test compares.
 */
import type { FaultKey, FaultPoint, FaultWhere, SingleEffect } from './types.ts';

const always = ['reply', 'delay', 'stall', 'reset', 'close', 'throttle', 'ok'] as const;

export const effectsAt: Readonly<Record<FaultPoint, readonly SingleEffect['kind'][]>> = {
  accept: always,
  banner: always,
  ehlo: [...always, 'capabilities'],
  starttls: always,
  auth: always,
  mail: always,
  rcpt: always,
  data: always,
  body: always,
  final: [...always, 'lose', 'store-then-fail'],
  idle: always,
};

type Selector = keyof FaultWhere;

const fromStart: readonly Selector[] = ['peer'];
const inSession: readonly Selector[] = [...fromStart, 'tls'];
const withUser: readonly Selector[] = [...inSession, 'user', 'inbox'];
const withSender: readonly Selector[] = [...withUser, 'sender'];
const withRecipients: readonly Selector[] = [...withSender, 'recipient', 'domain'];

/** An inbox that is an address or a domain is known with the recipients only. */
export const selectorsAt: Readonly<Record<FaultPoint, readonly Selector[]>> = {
  accept: fromStart,
  banner: inSession,
  ehlo: inSession,
  starttls: inSession,
  auth: withUser,
  mail: withSender,
  rcpt: withRecipients,
  data: withRecipients,
  body: withRecipients,
  final: withRecipients,
  idle: withRecipients,
};

export const keysAt: Readonly<Record<FaultPoint, readonly FaultKey[]>> = {
  accept: ['rule', 'peer'],
  banner: ['rule', 'connection', 'peer'],
  ehlo: ['rule', 'connection', 'peer'],
  starttls: ['rule', 'connection', 'peer'],
  auth: ['rule', 'connection', 'peer', 'user'],
  mail: ['rule', 'connection', 'peer', 'user', 'message', 'sender'],
  rcpt: ['rule', 'connection', 'peer', 'user', 'message', 'sender', 'recipient'],
  data: ['rule', 'connection', 'peer', 'user', 'message', 'sender', 'recipient'],
  body: ['rule', 'connection', 'peer', 'user', 'message', 'sender', 'recipient'],
  final: ['rule', 'connection', 'peer', 'user', 'message', 'sender', 'recipient'],
  idle: ['rule', 'connection', 'peer', 'user', 'message', 'sender', 'recipient'],
};

/** Where the recipients are known. */
export function knowsRecipients(point: FaultPoint): boolean {
  return selectorsAt[point] === withRecipients;
}

/** What can be hidden; `extensions.ts` of the protocol offers just these. */
export const ehloKeywords = [
  'PIPELINING',
  'SIZE',
  '8BITMIME',
  'SMTPUTF8',
  'CHUNKING',
  'BINARYMIME',
  'DSN',
  'ENHANCEDSTATUSCODES',
  'LIMITS',
  'STARTTLS',
  'AUTH',
  'HELP',
] as const;
