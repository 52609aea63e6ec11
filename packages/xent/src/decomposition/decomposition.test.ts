import { describe, expect, test } from "vitest";
import { evaluate } from "../index.ts";
import { foldOf } from "../statistics/fold-of.ts";
import { decompositionOf, type HeldOutSums } from "./decomposition-statistics.ts";

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
  for (let i = 0; i < 60; i++) {
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
    [2500, 3, 1.5, 4, 0],
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

describe("the intervals of a decomposition hold the truth as often as they say", () => {
  // Labels follow softmax(z) and predictions say softmax(z·sharpness): the truth is known from many rows.
  const normal = (next: () => number) => 2.5 * (next() + next() + next() + next() - 2);
  function truthOf(sharpness: number) {
    const next = random(99);
    const rows = 50_000;
    let refinement = 0;
    let loss = 0;
    for (let i = 0; i < rows; i++) {
      const z = normal(next);
      const [p, q] = [softmax([0, z]), softmax([0, z * sharpness])];
      for (const k of [0, 1]) {
        refinement -= (p[k] * Math.log(p[k])) / rows;
        loss -= (p[k] * Math.log(q[k])) / rows;
      }
    }
    return { refinement, calibrationLoss: loss - refinement, temperature: sharpness };
  }

  for (const [name, sharpness, perCluster] of [
    ["twice too sharp", 2, 1],
    ["a little too sharp", 1.15, 1],
    ["calibrated, where the gain vanishes to first order", 1, 1],
    ["too dull, in clusters of three", 0.6, 3],
  ] as const) {
    test(name, () => {
      const truth = truthOf(sharpness);
      const covered = { refinement: 0, calibrationLoss: 0, temperature: 0 };
      const next = random(7 + sharpness);
      const trials = 150;
      for (let trial = 0; trial < trials; trial++) {
        const logits: number[][] = [];
        const labels: number[] = [];
        const clusters: number[] = [];
        for (let cluster = 0; cluster < 120; cluster++) {
          const z = normal(next);
          const label = next() < softmax([0, z])[1] ? 1 : 0;
          for (let i = 0; i < perCluster; i++) {
            logits.push([0, z * sharpness]);
            labels.push(label);
            clusters.push(cluster);
          }
        }
        const { decomposition } = evaluate(logits, labels, { form: "logits", clusters, decompose: true })
          .models[0];
        for (const figure of ["refinement", "calibrationLoss", "temperature"] as const) {
          const [low, high] = decomposition?.[figure]?.interval ?? [Number.NaN, Number.NaN];
          covered[figure] += Number(low <= truth[figure] && truth[figure] <= high);
        }
      }
      // Three standard errors of a count of 150 are 5.3 %; the gain's interval is too long rather than too short.
      for (const [figure, count] of Object.entries(covered))
        expect(count / trials, figure).toBeGreaterThan(0.89);
      expect(covered.refinement / trials).toBeLessThan(0.99);
      expect(covered.temperature / trials).toBeLessThan(0.995);
    });
  }
});

describe("the decomposition", () => {
  const { labels, logits } = sharpened(200, 3, 2, 5);
  const of = (options: Parameters<typeof evaluate>[2], z = logits, y: typeof labels = labels) =>
    evaluate(z, y, { form: "logits", decompose: true, ...options }).models[0];

  test("refinement and calibration loss add up to the cross-entropy, whatever the weights and clusters", () => {
    const weights = labels.map((_, i) => 0.5 + (i % 4));
    const clusters = labels.map((_, i) => i % 17);
    for (const options of [{}, { weights }, { clusters }, { weights, clusters }]) {
      const { crossEntropy, decomposition } = of(options);
      const sum =
        (decomposition?.refinement?.estimate ?? 0) + (decomposition?.calibrationLoss?.estimate ?? 0);
      expect(sum).toBeCloseTo(crossEntropy.estimate, 13);
    }
  });

  test("weights of two count as rows that stand there twice, as one cluster", () => {
    const weights = labels.map((_, i) => 1 + (i % 2));
    const twice = labels.flatMap((_, i) => (i % 2 === 0 ? [i] : [i, i]));
    const clusters = labels.map((_, i) => `row ${i}`);
    const weighted = of({ weights, clusters }).decomposition;
    const repeated = of(
      { clusters: twice.map((i) => clusters[i]) },
      twice.map((i) => logits[i]),
      twice.map((i) => labels[i]),
    ).decomposition;
    for (const figure of ["refinement", "calibrationLoss", "temperature"] as const) {
      expect(weighted?.[figure]?.estimate).toBeCloseTo(repeated?.[figure]?.estimate ?? 0, 10);
      expect(weighted?.[figure]?.standardError).toBeCloseTo(repeated?.[figure]?.standardError ?? 0, 10);
    }
  });

  test("logits that are divided by two are at twice the temperature's half: the refinement stays", () => {
    const [whole, half] = [
      of({}),
      of(
        {},
        logits.map((z) => z.map((x) => x / 2)),
      ),
    ].map(({ decomposition }) => decomposition);
    expect((whole?.temperature?.estimate ?? 0) / (half?.temperature?.estimate ?? 1)).toBeCloseTo(2, 7);
    expect(whole?.refinement?.estimate).toBeCloseTo(half?.refinement?.estimate ?? 0, 9);
  });

  test("a label of probability zero is left out, and its row does not count", () => {
    const { decomposition, zeroProbabilities, crossEntropyFinite } = of(
      {},
      [[0, Number.NEGATIVE_INFINITY, 0], ...logits],
      [1, ...labels],
    );
    expect(zeroProbabilities).toBe(1);
    expect(decomposition?.rows).toBe(200);
    const sum = (decomposition?.refinement?.estimate ?? 0) + (decomposition?.calibrationLoss?.estimate ?? 0);
    expect(sum).toBeCloseTo(crossEntropyFinite.estimate, 13);
  });

  test("another seed gives other folds and about the same figures", () => {
    const [first, second] = [of({ seed: 0 }), of({ seed: 1 })].map(({ decomposition }) => decomposition);
    expect(first?.refinement?.estimate).not.toBe(second?.refinement?.estimate);
    expect(first?.temperature?.estimate).toBeCloseTo(second?.temperature?.estimate ?? 0, 7);
    expect(first?.refinement?.estimate).toBeCloseTo(second?.refinement?.estimate ?? 0, 1);
  });

  test("folds outside 2 to 100 and seeds that are no whole numbers are refused", () => {
    expect(() => of({ folds: 1 })).toThrow(/folds is 1; it must be a whole number from 2 to 100/);
    expect(() => of({ folds: 2.5 })).toThrow(/folds is 2.5/);
    expect(() => of({ seed: -1 })).toThrow(/seed is -1/);
  });
});

test("squares are about the mean, wherever the pass was centred", () => {
  const optimum = { beta: 1, loss: 0, weight: 6, curvature: 1, kind: "inside" } as const;
  const fit = { rows: 6, all: optimum, without: [optimum], converged: true };
  // Three clusters with the weights and the sums of losses of weight one: mean 2, Σ (Σw·(x − 2))² = 1 + 1 + 4.
  const clusters = [
    { weight: 1, sum: 3 },
    { weight: 2, sum: 5 },
    { weight: 3, sum: 4 },
  ];
  const sumsAbout = (centre: number): HeldOutSums => {
    const parts = clusters.map(({ weight, sum }) => ({ weight, u: sum - weight * centre }));
    const total = (of: (part: (typeof parts)[number]) => number) =>
      parts.reduce((all, part) => all + of(part), 0);
    const loss = {
      sum: total(({ u }) => u),
      square: total(({ u }) => u * u),
      product: total(({ u, weight }) => u * weight),
    };
    const none = { sum: 0, square: 0, product: 0 };
    const shared = { fold: 0, rows: 6, weight: 6, curvature: 1, clusters: 3, weightSquare: 14 };
    return { ...shared, loss, gain: none, slope: none };
  };
  for (const centre of [0, 1.5, 2, 7]) {
    const options = { folds: 1, seed: 0 };
    const { squares, byFold } = decompositionOf(fit, options, { loss: centre, gain: 0 }, [sumsAbout(centre)]);
    expect(squares.refinement.square).toBeCloseTo(6, 12);
    expect(byFold[0].loss).toBeCloseTo(12, 12);
  }
});
