import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as xent from "../index.ts";
import { digamma } from "../numerics/digamma.ts";

const {
  binaryEntropy,
  conditionalEntropy,
  crossEntropy,
  entropy,
  entropyFromCounts,
  hellingerDistance,
  jensenShannonDivergence,
  jointEntropy,
  klDivergence,
  mutualInformation,
  perplexity,
  renyiEntropy,
  totalVariationDistance,
  tsallisEntropy,
} = xent;

/** Infinities are strings in the file. */
type Figure = number | "Infinity";
interface Case {
  name: string;
  p: number[];
  q: number[];
  [measure: string]: string | number | number[] | Record<string, Figure>;
}

const golden: Case[] = JSON.parse(
  readFileSync(new URL("../../test/golden/measures.json", import.meta.url), "utf8"),
);

function expectGolden(actual: number, expected: Figure, what: string): void {
  const reference = Number(expected);
  if (reference === 0 || !Number.isFinite(reference)) {
    expect(actual, what).toBe(reference);
    return;
  }
  const tolerance = Math.max(1e-13 * Math.abs(reference), 4e-16);
  expect(Math.abs(actual - reference), `${what}: ${actual} against ${reference}`).toBeLessThanOrEqual(
    tolerance,
  );
}

describe("360-digit arithmetic gives the same to 1e-13", () => {
  const ofTwo = {
    crossEntropy,
    klDivergence,
    jensenShannonDivergence,
    hellingerDistance,
    totalVariationDistance,
  };
  for (const { name, p, q, ...expected } of golden) {
    test(name, () => {
      expectGolden(entropy(p), expected.entropy as Figure, "entropy");
      expectGolden(perplexity(p), expected.perplexity as Figure, "perplexity");
      for (const [measure, of] of Object.entries(ofTwo))
        expectGolden(of(p, q), expected[measure] as Figure, measure);
      for (const [order, value] of Object.entries(expected.renyiEntropy)) {
        expectGolden(renyiEntropy(p, Number(order)), value, `renyiEntropy of order ${order}`);
      }
      for (const [order, value] of Object.entries(expected.tsallisEntropy)) {
        expectGolden(tsallisEntropy(p, Number(order)), value, `tsallisEntropy of order ${order}`);
      }
    });
  }
});

const normalized = (weights: number[]): number[] => {
  const sum = weights.reduce((a, b) => a + b);
  return weights.map((weight) => weight / sum);
};
const weight = fc.oneof(
  { weight: 5, arbitrary: fc.double({ min: 1e-6, max: 1, noNaN: true }) },
  { weight: 1, arbitrary: fc.constant(0) },
);
const weights = (length: number) =>
  fc.array(weight, { minLength: length, maxLength: length }).filter((all) => all.some((x) => x > 0));
const distribution = fc.integer({ min: 1, max: 12 }).chain((length) => weights(length).map(normalized));
const pair = fc
  .integer({ min: 1, max: 12 })
  .chain((length) => fc.tuple(weights(length).map(normalized), weights(length).map(normalized)));
const joint = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }))
  .chain(([rows, columns]) =>
    weights(rows * columns).map((all) => {
      const p = normalized(all);
      return Array.from({ length: rows }, (_, i) => p.slice(i * columns, (i + 1) * columns));
    }),
  );
const always = <T>(values: fc.Arbitrary<T>, holds: (value: T) => void) =>
  fc.assert(fc.property(values, holds), { seed: 20 });

describe("laws", () => {
  test("the divergence is the cross-entropy less the entropy", () => {
    always(pair, ([p, q]) => {
      const difference = crossEntropy(p, q) - entropy(p);
      if (Number.isFinite(difference)) expect(klDivergence(p, q)).toBeCloseTo(difference, 11);
      else expect(klDivergence(p, q)).toBe(Number.POSITIVE_INFINITY);
    });
  });

  test("the divergence is never negative, and 0 from a distribution to itself", () => {
    always(pair, ([p, q]) => {
      expect(klDivergence(p, q)).toBeGreaterThanOrEqual(0);
      expect(klDivergence(p, p)).toBe(0);
    });
  });

  test("the symmetric ones are symmetric and within their ranges", () => {
    for (const [measure, most] of [
      [jensenShannonDivergence, Math.LN2],
      [hellingerDistance, 1],
      [totalVariationDistance, 1],
    ] as const) {
      always(pair, ([p, q]) => {
        expect(measure(p, q)).toBeCloseTo(measure(q, p), 14);
        expect(measure(p, q)).toBeGreaterThanOrEqual(0);
        expect(measure(p, q)).toBeLessThanOrEqual(most);
        expect(measure(p, p)).toBe(0);
      });
    }
  });

  test("Pinsker: 2·TV² is at most the divergence", () => {
    always(pair, ([p, q]) => {
      expect(2 * totalVariationDistance(p, q) ** 2).toBeLessThanOrEqual(klDivergence(p, q) + 1e-12);
    });
  });

  test("entropy is from 0 to ln(classes), and neither order nor empty classes matter", () => {
    always(distribution, (p) => {
      expect(entropy(p)).toBeGreaterThanOrEqual(0);
      expect(entropy(p)).toBeLessThanOrEqual(Math.log(p.length) + 1e-12);
      expect(entropy([...p].reverse())).toBeCloseTo(entropy(p), 14);
      expect(entropy([0, ...p, 0])).toBe(entropy(p));
    });
  });

  test("Rényi entropy does not rise with the order and passes through Shannon's at one", () => {
    always(distribution, (p) => {
      const orders = [0, 0.3, 0.999, 1, 1.001, 1.7, 5, 300, Number.POSITIVE_INFINITY];
      const values = orders.map((order) => renyiEntropy(p, order));
      for (let i = 1; i < values.length; i++) expect(values[i]).toBeLessThanOrEqual(values[i - 1] + 1e-12);
      expect(renyiEntropy(p, 1 + 1e-9)).toBeCloseTo(entropy(p), 6);
      expect(tsallisEntropy(p, 1 - 1e-9)).toBeCloseTo(entropy(p), 6);
    });
  });

  test("chain rule: H(X, Y) = H(X) + H(Y|X), and I = H(Y) − H(Y|X) ≥ 0", () => {
    always(joint, (p) => {
      const x = p.map((row) => row.reduce((a, b) => a + b));
      const y = p[0].map((_, j) => p.reduce((sum, row) => sum + row[j], 0));
      expect(jointEntropy(p)).toBeCloseTo(entropy(x) + conditionalEntropy(p), 12);
      expect(mutualInformation(p)).toBeCloseTo(entropy(y) - conditionalEntropy(p), 12);
      expect(mutualInformation(p)).toBeGreaterThanOrEqual(0);
    });
  });

  test("binaryEntropy is entropy of two classes", () => {
    always(fc.double({ min: 0, max: 1, noNaN: true }), (p) => {
      expect(binaryEntropy(p)).toBeCloseTo(entropy([p, 1 - p]), 14);
    });
  });
});

describe("special values", () => {
  test("entropy is ln(classes) where all are equally likely", () => {
    expect(entropy([0.25, 0.25, 0.25, 0.25])).toBe(Math.log(4));
  });
  test("perplexity is the number of equally likely classes", () => {
    expect(perplexity([0.5, 0.5])).toBeCloseTo(2, 15);
    expect(perplexity([1, 0], [0.25, 0.75])).toBeCloseTo(4, 14);
  });
  test("crossEntropy is infinite where the model excludes what happens, and only there", () => {
    expect(crossEntropy([0.5, 0.5], [1, 0])).toBe(Number.POSITIVE_INFINITY);
    expect(crossEntropy([1, 0], [1, 0])).toBe(0);
    expect(klDivergence([0, 1], [0, 1])).toBe(0);
  });
  test("klDivergence keeps its digits where the two are nearly equal", () => {
    expect(klDivergence([0.5, 0.5], [0.5 + 2 ** -40, 0.5 - 2 ** -40]) / (2 * 2 ** -80)).toBeCloseTo(1, 12);
  });
});

describe("what is no distribution is refused", () => {
  const cases: [string, () => unknown, RegExp][] = [
    [
      "a sum that is not one",
      () => entropy([0.5, 0.4]),
      /entropy: p sums to 0\.9; a distribution sums to 1 within 1e-9/,
    ],
    ["nothing", () => entropy([]), /entropy: p is empty/],
    ["a negative number", () => entropy([1.5, -0.5]), /entropy: p\[1\] is -0\.5/],
    ["NaN", () => crossEntropy([1, 0], [Number.NaN, 1]), /crossEntropy: q\[0\] is NaN/],
    ["another length", () => klDivergence([1], [0.5, 0.5]), /klDivergence: p has 1 classes and q has 2/],
    ["ragged rows", () => jointEntropy([[0.5], [0.25, 0.25]]), /jointEntropy: joint\[1\] has 2 columns/],
    ["an order below zero", () => renyiEntropy([1], -1), /renyiEntropy: order is -1/],
    ["an infinite order", () => tsallisEntropy([1], Number.POSITIVE_INFINITY), /must be finite/],
    ["a probability above one", () => binaryEntropy(1.5), /binaryEntropy: p is 1\.5/],
    ["a count that is no integer", () => entropyFromCounts([1, 0.5]), /counts\[1\] is 0\.5/],
    ["no counts", () => entropyFromCounts([0, 0]), /all counts are zero/],
    [
      "an unknown estimator",
      () => entropyFromCounts([1], { estimator: "nsb" as never }),
      /must be one of plug-in/,
    ],
  ];
  for (const [name, run, message] of cases) {
    test(name, () => {
      expect(run).toThrow(message);
      expect(run).toThrow(xent.XentError);
    });
  }
  test("single precision may be off by 1e-5", () => {
    expect(entropy(Float32Array.of(0.1, 0.2, 0.7))).toBeCloseTo(entropy([0.1, 0.2, 0.7]), 6);
  });
});

describe("entropyFromCounts", () => {
  test("plug-in is the entropy of the shares", () => {
    expect(entropyFromCounts([1, 3, 0])).toBeCloseTo(entropy([0.25, 0.75]), 15);
  });
  test("Miller–Madow adds (m − 1)/(2n)", () => {
    expect(entropyFromCounts([1, 3, 0], { estimator: "miller-madow" })).toBeCloseTo(
      entropy([0.25, 0.75]) + 1 / 8,
      15,
    );
  });
  test("Chao–Shen by hand for counts 2 and 1", () => {
    const [a, b] = [4 / 9, 2 / 9];
    const byHand = (-a * Math.log(a)) / (1 - (1 - a) ** 3) - (b * Math.log(b)) / (1 - (1 - b) ** 3);
    expect(entropyFromCounts([2, 1], { estimator: "chao-shen" })).toBeCloseTo(byHand, 14);
  });
  test("Grassberger by hand: G(1) = −γ − ln 2 and G(2) = 2 − γ − ln 2", () => {
    const gamma = 0.5772156649015329;
    const byHand = Math.log(3) - (2 * (2 - gamma - Math.LN2) + (-gamma - Math.LN2)) / 3;
    expect(entropyFromCounts([2, 1], { estimator: "grassberger" })).toBeCloseTo(byHand, 13);
  });
  test("one class seen n times has entropy 0 for the plug-in, and no estimator is below 0", () => {
    expect(entropyFromCounts([7])).toBe(0);
    for (const estimator of ["miller-madow", "chao-shen", "grassberger"] as const) {
      expect(entropyFromCounts([7], { estimator })).toBeGreaterThanOrEqual(0);
    }
  });
  test("the corrections are less biased than the plug-in: 60 draws from 50 equal classes, 400 times", () => {
    let state = 1;
    const next = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    };
    const estimators = ["plug-in", "miller-madow", "chao-shen", "grassberger"] as const;
    const bias = { "plug-in": 0, "miller-madow": 0, "chao-shen": 0, grassberger: 0 };
    for (let t = 0; t < 400; t++) {
      const counts = new Array(50).fill(0);
      for (let i = 0; i < 60; i++) counts[Math.floor(next() * 50)] += 1;
      for (const estimator of estimators)
        bias[estimator] += (entropyFromCounts(counts, { estimator }) - Math.log(50)) / 400;
    }
    expect(bias["plug-in"]).toBeLessThan(-0.3);
    for (const estimator of estimators.slice(1))
      expect(Math.abs(bias[estimator])).toBeLessThan(0.5 * Math.abs(bias["plug-in"]));
  });
});

test("digamma agrees with 40-digit arithmetic to 1e-14", () => {
  const reference: [number, number][] = [
    [0.5, -1.9635100260214235],
    [1, -0.5772156649015329],
    [1.5, 0.03648997397857652],
    [2, 0.42278433509846713],
    [7, 1.8727843350984672],
    [123.5, 4.812187109433143],
  ];
  for (const [x, value] of reference)
    expect(Math.abs(digamma(x) - value)).toBeLessThan(1e-14 * Math.max(1, Math.abs(value)) * 2);
});
