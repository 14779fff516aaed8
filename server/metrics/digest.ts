/**
 * Distributions of durations in little memory: t-digests (Dunning and Ertl, "Computing Extremely
 * Accurate Quantiles Using t-Digests", the merging kind).
 *
 * A `Packed` digest is a value: centroids as pairs of mean and weight in ascending order, with the
 * exact least and greatest value beside them. Digests are merged by walking them side by side and
 * fusing neighbours as far as the error bound allows. The bound is finest at both ends, so p99.9
 * stays sharp where p50 need not. A `Digest` takes values one by one: it only notes them, and every
 * few hundred are sorted and merged in, because there are a dozen of them for each message.
 */
export interface Packed {
  readonly count: number;
  readonly min: number;
  readonly max: number;
  /** mean, weight, mean, weight… with ascending means. */
  readonly pairs: Float64Array;
}

/** At most this share of the values in one centroid, four times that at the median. */
const delta = 0.02;
/** Finer, since merged digests are merged again. */
const mergeDelta = 0.01;
/** Values noted before they are merged in. */
const notedMax = 512;

export class Digest {
  #merged: Packed | null = null;
  readonly #noted = new Float64Array(notedMax);
  #notedCount = 0;

  get count(): number {
    return (this.#merged?.count ?? 0) + this.#notedCount;
  }

  add(value: number): void {
    if (!Number.isFinite(value)) return;
    if (this.#notedCount === notedMax) this.#merge();
    this.#noted[this.#notedCount++] = value;
  }

  /** `null` when nothing was added. */
  packed(): Packed | null {
    if (this.#notedCount > 0) this.#merge();
    return this.#merged;
  }

  reset(): void {
    this.#merged = null;
    this.#notedCount = 0;
  }

  #merge(): void {
    const values = this.#noted.slice(0, this.#notedCount).sort();
    this.#notedCount = 0;
    this.#merged = mergePacked([this.#merged, ofSorted(values)]);
  }
}

/** At least one value. */
function ofSorted(values: Float64Array): Packed {
  const count = values.length;
  const pairs = new Float64Array(count * 2).fill(1);
  for (let index = 0; index < count; index++) pairs[index * 2] = at(values, index);
  return { count, min: at(values, 0), max: at(values, count - 1), pairs };
}

export function mergePacked(digests: readonly (Packed | null)[]): Packed | null {
  const present = digests.filter((digest) => digest !== null);
  const [first] = present;
  if (first === undefined) return null;
  if (present.length === 1) return first;
  // Two by two, so that every pair is moved log(n) times.
  let layers = present.map(({ pairs }) => pairs);
  while (layers.length > 1) {
    const next: Float64Array[] = [];
    for (let index = 0; index < layers.length; index += 2) {
      const [one, other] = [layers[index], layers[index + 1]];
      if (one !== undefined) next.push(other === undefined ? one : interleave(one, other));
    }
    layers = next;
  }
  const count = present.reduce((sum, digest) => sum + digest.count, 0);
  return {
    count,
    min: Math.min(...present.map(({ min }) => min)),
    max: Math.max(...present.map(({ max }) => max)),
    pairs: fuse(layers[0] ?? new Float64Array(0), count),
  };
}

/** Two lists of pairs into one, ascending. */
function interleave(one: Float64Array, other: Float64Array): Float64Array {
  const merged = new Float64Array(one.length + other.length);
  let i = 0;
  let j = 0;
  for (let out = 0; out < merged.length; out += 2) {
    const takeOne = j >= other.length || (i < one.length && at(one, i) <= at(other, j));
    const from = takeOne ? one : other;
    const index = takeOne ? i : j;
    merged[out] = at(from, index);
    merged[out + 1] = at(from, index + 1);
    if (takeOne) i += 2;
    else j += 2;
  }
  return merged;
}

/** Joins neighbours while a centroid of theirs keeps within the bound for its place. */
function fuse(pairs: Float64Array, count: number): Float64Array {
  const fused = new Float64Array(pairs.length);
  let end = 0;
  let before = 0;
  let mean = at(pairs, 0);
  let weight = at(pairs, 1);
  for (let index = 2; index < pairs.length; index += 2) {
    const nextMean = at(pairs, index);
    const nextWeight = at(pairs, index + 1);
    const joined = weight + nextWeight;
    const q = (before + joined / 2) / count;
    if (nextMean === mean || joined <= 4 * count * mergeDelta * q * (1 - q)) {
      mean += ((nextMean - mean) * nextWeight) / joined;
      weight = joined;
      continue;
    }
    fused[end++] = mean;
    fused[end++] = weight;
    before += weight;
    mean = nextMean;
    weight = nextWeight;
  }
  fused[end++] = mean;
  fused[end++] = weight;
  return fused.slice(0, end);
}

/**
 * The value below which the share `q` of all values lies. Each centroid is taken to lie in the
 * middle of its values, with straight lines between; towards the ends the exact extremes are the
 * neighbours. A centroid heavier than the bound allows is one value that came often, and a step.
 */
export function quantile(digest: Packed, q: number): number {
  return quantiles(digest, [q])[0] ?? digest.max;
}

/** The same for several shares, which have to ascend, in one walk. */
export function quantiles(digest: Packed, shares: readonly number[]): readonly number[] {
  const { pairs, count, min, max } = digest;
  const found: number[] = [];
  let [fromRank, fromValue] = [0, min];
  let [toRank, toValue] = [0, min];
  let before = 0;
  let index = 0;
  const advance = () => {
    [fromRank, fromValue] = [toRank, toValue];
    if (index >= pairs.length) {
      [toRank, toValue] = [count, max];
      return;
    }
    const mean = at(pairs, index);
    const weight = at(pairs, index + 1);
    const q = (before + weight / 2) / count;
    const isStep = weight > 1 + 4 * count * delta * q * (1 - q);
    if (isStep && toValue !== mean) {
      // Up to where the step begins, perhaps straight up; the next call goes along it.
      [toRank, toValue] = [before, mean];
      return;
    }
    [toRank, toValue] = [before + (isStep ? weight : weight / 2), mean];
    before += weight;
    index += 2;
  };
  for (const share of shares) {
    const wanted = Math.min(Math.max(share, 0), 1) * count;
    while (wanted > toRank && toRank < count) advance();
    const part = toRank > fromRank ? (wanted - fromRank) / (toRank - fromRank) : 1;
    found.push(fromValue + (toValue - fromValue) * Math.min(1, part));
  }
  return found;
}

/** Reading beyond the end would be a fault of ours; typed arrays have no holes. */
function at(numbers: Float64Array, index: number): number {
  return numbers[index] ?? Number.NaN;
}
