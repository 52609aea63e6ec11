import { describe, expect, test } from "vitest";
import { evaluate } from "../index.ts";
import { foldOf } from "../statistics/fold-of.ts";

/** A small generator with a seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function softmax(logits: number[]): number[] {
  const max = Math.max(...logits);
  const parts = logits.map((z) => Math.exp(z - max));
  const sum = parts.reduce((a, b) => a + b);
  return parts.map((part) => part / sum);
}

/** Labels that follow softmax(z), and predictions that say softmax(z·sharpness): the best temperature is `sharpness`. */
function sharpened(rows: number, classes: number, sharpness: number, seed: number) {
  const next = random(seed);
  const normal = () => next() + next() + next() + next() - 2;
  const logits = Array.from({ length: rows }, () => Array.from({ length: classes }, () => 3 * normal()));
  const labels = logits.map((z) => {
    const u = next();
    let sum = 0;
    const label = softmax(z).findIndex((p) => {
      sum += p;
      return u < sum;
    });
    return Math.max(label, 0);
  });
  return { labels, logits: logits.map((z) => z.map((x) => x * sharpness)) };
}

const lossAt = (z: number[], label: number, beta: number) =>
  -Math.log(softmax(z.map((x) => x * beta))[label]);

/** The minimum of a convex function, by thirds. */
function minimum(f: (x: number) => number, low: number, high: number): number {
  let [a, b] = [low, high];
  for (let i = 0; i < 200; i++) {
    const [left, right] = [a + (b - a) / 3, b - (b - a) / 3];
    if (f(left) < f(right)) b = right;
    else a = left;
  }
  return (a + b) / 2;
}

describe("the decomposition is what a plain search over each fold's others finds", () => {
  for (const [rows, classes, sharpness, folds, seed] of [
    [300, 4, 2, 5, 0],
    [80, 3, 0.3, 7, 3],
    [60, 2, 9, 3, 1],
    [6000, 3, 1.5, 4, 0],
  ]) {
    test(`${rows} rows, ${classes} classes, predictions ${sharpness} times too sharp, ${folds} folds`, () => {
      const { labels, logits } = sharpened(rows, classes, sharpness, rows);
      const [model] = evaluate(logits, labels, { form: "logits", decompose: true, folds, seed }).models;
      const fold = labels.map((_, i) => foldOf(String(i + 1), folds, seed));
      const mean = (of: (i: number) => number) => labels.reduce((sum, _, i) => sum + of(i), 0) / rows;
      const optimum = (isIn: (i: number) => boolean) =>
        Math.exp(
          minimum((log) => mean((i) => (isIn(i) ? lossAt(logits[i], labels[i], Math.exp(log)) : 0)), -5, 5),
        );
      const all = optimum(() => true);
      const without = Array.from({ length: folds }, (_, k) => optimum((i) => fold[i] !== k));
      const refinement = mean((i) => lossAt(logits[i], labels[i], without[fold[i]]));
      const { decomposition } = model;
      expect(decomposition?.note).toBeUndefined();
      // A search by values finds the optimum to the root of a double's rounding.
      expect((decomposition?.temperature?.estimate ?? 0) * all).toBeCloseTo(1, 6);
      expect(decomposition?.crossEntropyAtTemperature).toBeCloseTo(
        mean((i) => lossAt(logits[i], labels[i], all)),
        12,
      );
      expect(decomposition?.refinement?.estimate).toBeCloseTo(refinement, 8);
      expect(decomposition?.calibrationLoss?.estimate).toBeCloseTo(
        model.crossEntropy.estimate - refinement,
        8,
      );
    });
  }
});
