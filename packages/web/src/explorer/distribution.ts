import { softmax } from "xent/losses";

/** A truth p and a model q over the same outcomes. */
export interface Pair {
  p: number[];
  q: number[];
}

export const outcomes = ["sun", "cloud", "rain", "snow", "fog", "storm"];

/** A distribution in which outcome k has the probability asked for and the others keep their ratios. */
export function withProbability(p: readonly number[], k: number, probability: number): number[] {
  const own = Math.min(Math.max(probability, 0), 1);
  const others = p.reduce((sum, x, j) => (j === k ? sum : sum + x), 0);
  return p.map((x, j) => {
    if (j === k) return own;
    // Where all others are zero there is no ratio to keep: they share alike.
    return others > 0 ? (x / others) * (1 - own) : (1 - own) / (p.length - 1);
  });
}

/** The distribution over more or fewer outcomes: a new one gets an equal share, one that goes leaves its to the others. */
export function withOutcomes(p: readonly number[], count: number): number[] {
  let next = [...p];
  while (next.length > count) next = withProbability(next, next.length - 1, 0).slice(0, -1);
  while (next.length < count) next = withProbability([...next, 0], next.length, 1 / (next.length + 1));
  return next;
}

/** Falling probabilities: K, K − 1, …, 1 over their sum. */
const falling = (count: number): number[] =>
  Array.from({ length: count }, (_, k) => (2 * (count - k)) / (count * (count + 1)));
const equal = (count: number): number[] => new Array(count).fill(1 / count);
const certain = (count: number): number[] => equal(count).map((_, k) => (k === 0 ? 1 : 0));

/** The model that claims more than it knows: the truth at temperature 0.4. */
const sharpened = (p: number[]): number[] => {
  const logits = { data: Float64Array.from(p, (x) => Math.log(x) / 0.4), rows: 1, columns: p.length };
  return Array.from(softmax(logits).data);
};

/** Pairs worth a look, by the name of their button. */
export const presets: [name: string, of: (now: Pair) => Pair][] = [
  ["both equal", ({ p }) => ({ p: equal(p.length), q: equal(p.length) })],
  ["one-hot label", ({ p }) => ({ p: certain(p.length), q: withProbability(falling(p.length), 0, 0.6) })],
  ["q = p", ({ p }) => ({ p, q: [...p] })],
  ["overconfident", ({ p }) => ({ p: falling(p.length), q: sharpened(falling(p.length)) })],
  ["a zero", ({ p }) => ({ p: falling(p.length), q: withProbability(falling(p.length), p.length - 1, 0) })],
];

export const firstPair = (): Pair => ({ p: falling(4), q: [0.25, 0.45, 0.1, 0.2] });
