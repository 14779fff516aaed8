/**
 * Text whose words are as unequal as in any language: a few in every line, thousands now and then
 * (Zipf's law, exponent 1). What a full-text index has to do depends on how many different words a
 * message has, and some ten kilobytes of a real letter have five to six hundred; a small vocabulary
 * would flatter it. The words are made up, so that no search hits by accident.
 */
const vocabularySize = 6_000;
const shortWords = 40;
const onsets = 'b d f g h k l m n p r s t v w br dr gr kl pr st tr'.split(' ');
const ends = 'a e i o u ai en or as il'.split(' ');

export class Prose {
  /** Most frequent first. */
  readonly words: readonly string[] = makeWords();
  readonly #cumulated: Float64Array;

  constructor() {
    this.#cumulated = new Float64Array(vocabularySize);
    let total = 0;
    for (let rank = 0; rank < vocabularySize; rank++) {
      total += 1 / (rank + 1);
      this.#cumulated[rank] = total;
    }
  }

  /** `random` gives numbers from 0 to below 1. */
  word(random: () => number): string {
    const target = random() * (this.#cumulated[vocabularySize - 1] ?? 0);
    let low = 0;
    let high = vocabularySize - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#cumulated[middle] ?? 0) <= target) low = middle + 1;
      else high = middle;
    }
    return this.words[low] ?? '';
  }
}

/** Short ones first, as in languages; each is spelled by its rank and so different. */
function makeWords(): readonly string[] {
  return Array.from({ length: vocabularySize }, (_, rank) => {
    const syllable = (number: number) =>
      `${onsets[number % onsets.length]}${ends[Math.floor(number / onsets.length) % ends.length]}`;
    const perSyllable = onsets.length * ends.length;
    if (rank < shortWords) return syllable(rank);
    const word = `${syllable(rank)}${syllable(Math.floor(rank / perSyllable) * 7 + 3)}`;
    return rank < shortWords * 3 ? word : `${word}${syllable(rank * 3)}`;
  });
}
