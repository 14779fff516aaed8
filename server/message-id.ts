import { randomInt } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/**
 * A new message id: 22 characters of [0-9A-Za-z], 8 of time and 14 of chance (83 bits).
 *
 * Ids ascend with time so that the unique index grows at its end, and stay unguessable. Digits
 * sort before letters and upper before lower case, as SQLite compares them.
 */
export function newMessageId(nowMs: number): string {
  // `randomInt` draws from a store of chance and takes numbers below 2 ** 48, which is 8 characters.
  return base62(nowMs, 8) + base62(randomInt(62 ** 7), 7) + base62(randomInt(62 ** 7), 7);
}

function base62(number: number, characters: number): string {
  let text = '';
  for (let rest = number; text.length < characters; rest = Math.floor(rest / 62)) {
    text = alphabet.charAt(rest % 62) + text;
  }
  return text;
}
