import { randomBytes } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/**
 * A new message id: 22 characters of [0-9A-Za-z], 8 of time and 14 of chance (83 bits).
 *
 * Ids ascend with time so that the unique index grows at its end, and stay unguessable. Digits
 * sort before letters and upper before lower case, as SQLite compares them.
 */
export function newMessageId(nowMs: number): string {
  let time = '';
  for (let rest = nowMs, i = 0; i < 8; i++) {
    time = alphabet.charAt(rest % 62) + time;
    rest = Math.floor(rest / 62);
  }
  let chance = '';
  // 248 = 4 × 62: larger octets are dropped so that every character is equally likely.
  while (chance.length < 14) {
    for (const octet of randomBytes(20)) {
      if (octet < 248 && chance.length < 14) chance += alphabet.charAt(octet % 62);
    }
  }
  return time + chance;
}
