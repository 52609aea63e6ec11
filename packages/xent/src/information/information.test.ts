import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { between } from "../../test/loss-cases.ts";
import * as xent from "../index.ts";

const {
  binaryEntropy,
  conditionalEntropy,
  crossEntropy,
  crossEntropyTerms,
  entropy,
  hellingerDistance,
  jensenShannonDivergence,
  jointEntropy,
  klDivergence,
  klDivergenceTerms,
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
  const measures = {
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
      for (const [measure, of] of Object.entries(measures))
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
  // All alike, and of all magnitudes: near one half a wrong factor is seen, far from it a lost digit.
  { weight: 3, arbitrary: between(0.01, 1) },
  { weight: 2, arbitrary: fc.double({ min: 1e-6, max: 1, noNaN: true }) },
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

const ofTwo = [klDivergence, jensenShannonDivergence, hellingerDistance, totalVariationDistance];
const asFigure = (value: number): Figure => (value === Number.POSITIVE_INFINITY ? "Infinity" : value);

describe("laws", () => {
  test("the divergence is the cross-entropy less the entropy", () => {
    always(pair, ([p, q]) => {
      const difference = crossEntropy(p, q) - entropy(p);
      if (Number.isFinite(difference)) expect(klDivergence(p, q)).toBeCloseTo(difference, 11);
      else expect(klDivergence(p, q)).toBe(Number.POSITIVE_INFINITY);
    });
  });

  test("the terms of entropy, cross-entropy and divergence are these in sum, also where they are infinite", () => {
    const sum = (terms: Float64Array) => terms.reduce((a, b) => a + b, 0);
    always(pair, ([p, q]) => {
      for (const [terms, measure] of [
        [crossEntropyTerms(p), entropy(p)],
        [crossEntropyTerms(p, q), crossEntropy(p, q)],
        [klDivergenceTerms(p, q), klDivergence(p, q)],
      ] as const) {
        expect(terms.length).toBe(p.length);
        if (Number.isFinite(measure)) expect(sum(terms)).toBeCloseTo(measure, 12);
        else expect(sum(terms)).toBe(measure);
      }
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

  test("every measure of two is 0 only from a distribution to itself", () => {
    always(pair, ([p, q]) => {
      fc.pre(p.some((_, k) => Math.abs(p[k] - q[k]) > 1e-6));
      for (const measure of ofTwo) expect(measure(p, q)).toBeGreaterThan(0);
    });
  });

  test("neither the order of the classes nor a class that neither has matters to a measure of two", () => {
    always(pair, ([p, q]) => {
      for (const measure of ofTwo) {
        const expected = measure(p, q);
        expectGolden(measure([...p].reverse(), [...q].reverse()), asFigure(expected), measure.name);
        expect(measure([0, ...p, 0], [0, ...q, 0])).toBe(expected);
      }
    });
  });

  test("neither the order of the classes nor an empty class matters to Rényi and Tsallis entropy", () => {
    always(distribution, (p) => {
      for (const order of [0, 0.5, 0.999, 1.2, 2, 40]) {
        for (const measure of [renyiEntropy, tsallisEntropy]) {
          expect(measure([...p].reverse(), order)).toBeCloseTo(measure(p, order), 13);
          expect(measure([0, ...p, 0], order)).toBeCloseTo(measure(p, order), 14);
        }
      }
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
    always(fc.oneof(between(0, 1), fc.double({ min: 0, max: 1, noNaN: true })), (p) => {
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
  test("a term is 0 where p is 0, infinite where only q is, and below zero in a divergence where q is above p", () => {
    const p = [0, 0.5, 0.25, 0.25];
    const q = [0, 0, 0.75, 0.25];
    expect([...crossEntropyTerms(p, q)]).toEqual([
      0,
      Number.POSITIVE_INFINITY,
      -0.25 * Math.log(0.75),
      0.25 * Math.log(4),
    ]);
    expect([...klDivergenceTerms(p, q)]).toEqual([
      0,
      Number.POSITIVE_INFINITY,
      0.25 * (Math.log(0.25) - Math.log(0.75)),
      0,
    ]);
    expect([...crossEntropyTerms([1, 0])]).toEqual([0, 0]);
  });
  test("klDivergence keeps its digits where the two are nearly equal", () => {
    expect(klDivergence([0.5, 0.5], [0.5 + 2 ** -40, 0.5 - 2 ** -40]) / (2 * 2 ** -80)).toBeCloseTo(1, 12);
  });
  test("jensenShannonDivergence and hellingerDistance keep theirs: to second order JS = h² = Σ (q − p)²/(8p)", () => {
    const p = [0.3, 0.7];
    const q = [0.3 + 1e-12, 0.7 - 1e-12];
    const secondOrder = ((q[0] - p[0]) ** 2 / p[0] + (q[1] - p[1]) ** 2 / p[1]) / 8;
    expect(jensenShannonDivergence(p, q) / secondOrder).toBeCloseTo(1, 10);
    expect(hellingerDistance(p, q) ** 2 / secondOrder).toBeCloseTo(1, 10);
  });
  test("jensenShannonDivergence of equals is 0 even where halving a probability underflows", () => {
    expect(jensenShannonDivergence([5e-324, 1], [5e-324, 1])).toBe(0);
    expect(jensenShannonDivergence([5e-324, 1], [0, 1])).toBeLessThan(1e-323);
  });
  test("mutualInformation is finite where a product of margins underflows: x·ln(1/x) for a cell of x", () => {
    const diagonal = [
      [1e-200, 0],
      [0, 1],
    ];
    expect(mutualInformation(diagonal) / (1e-200 * Math.log(1e200))).toBeCloseTo(1, 13);
  });
  test("mutualInformation is 0 for independent variables, to rounding", () => {
    const share = Array.from({ length: 300 }, (_, i) => 1 / (i + 1));
    const p = normalized(share);
    expect(mutualInformation(p.map((a) => p.map((b) => a * b)))).toBeLessThan(1e-15);
  });
  test("renyiEntropy keeps its digits near zero: order 2 of 1 − 1e-5 and 1e-5", () => {
    // 50-digit arithmetic of the two doubles.
    expect(renyiEntropy([1 - 1e-5, 1e-5], 2) / 1.9999999998575624e-5).toBeCloseTo(1, 14);
  });
  test("renyiEntropy of a huge order is the min-entropy", () => {
    expect(renyiEntropy([0.1, 0.2, 0.7], 1e308)).toBeCloseTo(-Math.log(0.7), 15);
    expect(renyiEntropy(new Array(10).fill(0.1), 1e308)).toBeCloseTo(Math.log(10), 14);
  });
  test("renyiEntropy and tsallisEntropy of order 0 count the possible classes, however unlikely", () => {
    expect(renyiEntropy([5e-324, 1, 0], 0)).toBeCloseTo(Math.LN2, 15);
    expect(tsallisEntropy([5e-324, 1, 0], 0)).toBe(1);
  });
  test("renyiEntropy and tsallisEntropy are continuous at order 1: a step of 1e-9 moves them by about 1e-9", () => {
    const p = [0.6, 0.3, 0.1];
    for (const order of [1 - 1e-9, 1 + 1e-9, 1 - 1e-12, 1 + 1e-12]) {
      for (const measure of [renyiEntropy, tsallisEntropy])
        expect(Math.abs(measure(p, order) - entropy(p))).toBeLessThan(Math.abs(order - 1));
    }
  });
  test("conditionalEntropy is of the columns where the rows are known", () => {
    const joint = [
      [0.25, 0.25],
      [0.5, 0],
    ];
    expect(conditionalEntropy(joint)).toBeCloseTo(0.5 * Math.LN2, 15);
    expect(jointEntropy(joint)).toBeCloseTo(1.5 * Math.LN2, 15);
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
    [
      "a sum that is not one, for terms",
      () => crossEntropyTerms([1, 0], [1, 1]),
      /crossEntropyTerms: q sums/,
    ],
    ["another length, for terms", () => klDivergenceTerms([1], [0.5, 0.5]), /klDivergenceTerms: p has 1/],
    ["another length", () => klDivergence([1], [0.5, 0.5]), /klDivergence: p has 1 classes and q has 2/],
    [
      "NaN in a cell",
      () => mutualInformation([[0.5], [Number.NaN]]),
      /mutualInformation: joint\[1\]\[0\] is NaN/,
    ],
    ["no rows", () => jointEntropy([]), /jointEntropy: joint is empty/],
    ["an order that is NaN", () => renyiEntropy([1], Number.NaN), /renyiEntropy: order is NaN/],
    ["ragged rows", () => jointEntropy([[0.5], [0.25, 0.25]]), /jointEntropy: joint\[1\] has 2 columns/],
    ["an order below zero", () => renyiEntropy([1], -1), /renyiEntropy: order is -1/],
    ["an infinite order", () => tsallisEntropy([1], Number.POSITIVE_INFINITY), /must be finite/],
    ["a probability above one", () => binaryEntropy(1.5), /binaryEntropy: p is 1\.5/],
  ];
  for (const [name, run, message] of cases) {
    test(name, () => {
      expect(run).toThrow(message);
      expect(run).toThrow(xent.XentError);
    });
  }
  test("single precision may be off by 1e-5", () => {
    expect(entropy(Float32Array.of(0.1, 0.2, 0.7))).toBeCloseTo(entropy([0.1, 0.2, 0.7]), 6);
    const joint = [Float32Array.of(0.1, 0.2), Float32Array.of(0.3, 0.4)];
    expect(jointEntropy(joint)).toBeCloseTo(entropy([0.1, 0.2, 0.3, 0.4]), 6);
  });
});
