import type { ProbabilityTable } from "./calibrator.ts";

/** Rows with one prediction: where they stand, Σ weights, and the weighted mean of what is to be predicted. */
interface Block {
  first: number;
  last: number;
  weight: number;
  mean: number;
}

/** Probabilities that differ by less are one: they went through logarithms, whose last digits are another engine's. */
const same = 1e-12;

/**
 * The non-decreasing function of x that is nearest to y: pool adjacent violators, equal x pooled first.
 *
 *     min Σ wᵢ·(f(xᵢ) − yᵢ)²   with f(x) ≤ f(x′) where x ≤ x′
 *
 * @returns a table with the two ends of each block; between blocks it is straight.
 * @see Barlow, Bartholomew, Bremner & Brunk, Statistical Inference under Order Restrictions (1972), section 1.2.
 */
export function isotonicTable(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  weights: ArrayLike<number>,
): ProbabilityTable {
  const order = Int32Array.from({ length: x.length }, (_, i) => i).sort((i, j) => x[i] - x[j]);
  const blocks: Block[] = [];
  let at = 0;
  while (at < order.length) {
    const block: Block = { first: x[order[at]], last: x[order[at]], weight: 0, mean: 0 };
    for (; at < order.length && x[order[at]] <= block.first * (1 + same); at++) {
      block.last = x[order[at]];
      pool(block, y[order[at]], weights[order[at]]);
    }
    for (let below = blocks.at(-1); below && below.mean >= block.mean; below = blocks.at(-1)) {
      pool(block, below.mean, below.weight);
      block.first = below.first;
      blocks.pop();
    }
    blocks.push(block);
  }
  const inputs: number[] = [];
  const outputs: number[] = [];
  blocks.forEach((block, b) => {
    const { first, last } = withHair(blocks, b);
    for (const end of first === last ? [first] : [first, last]) {
      inputs.push(end);
      outputs.push(Math.min(Math.max(block.mean, 0), 1)); // a mean of ones can round to more
    }
  });
  return { inputs, outputs };
}

/** Exact zeros and ones, whose logarithms differ from their neighbours' without end, reach a hair beyond their rows. */
function withHair(blocks: Block[], b: number): { first: number; last: number } {
  const { first, last, mean } = blocks[b];
  const [below, above] = [blocks[b - 1], blocks[b + 1]];
  return {
    first: mean >= 1 && below ? first - Math.min(first * same, (first - below.last) / 2) : first,
    last: mean <= 0 && above ? last + Math.min(last * same, (above.first - last) / 2) : last,
  };
}

function pool(block: Block, mean: number, weight: number): void {
  block.weight += weight;
  block.mean += ((mean - block.mean) * weight) / block.weight;
}
