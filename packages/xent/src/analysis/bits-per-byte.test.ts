import { describe, expect, test } from "vitest";
import { evaluate, statisticsOf, XentError } from "../index.ts";

const losses = [40.5, 12, 80, 10, 22, 31];
const logProbabilities = losses.map((loss) => -loss);
const bytes = [30, 7, 44, 3, 15, 20];
const clusters = [1, 1, 2, 2, 3, 4];
const form = "label-log-probabilities";

/** The ratio estimator by hand: R = Σa/Σb over documents, SE² = Σ(a − R·b)²/((D − 1)·D·b̄²). */
function ratio(documents: [loss: number, bytes: number][]) {
  const [a, b] = [0, 1].map((j) => documents.reduce((sum, one) => sum + one[j], 0));
  const square = documents.reduce((sum, one) => sum + (one[0] - (a / b) * one[1]) ** 2, 0);
  const count = documents.length;
  return {
    estimate: a / b / Math.LN2,
    standardError: Math.sqrt(square / ((count - 1) * count * (b / count) ** 2)) / Math.LN2,
  };
}

describe("bits per byte", () => {
  test("is all loss by all bytes, whatever the length of each row, with the standard error of a ratio", () => {
    const [model] = evaluate(logProbabilities, null, { form, bytes }).models;
    const expected = ratio(losses.map((loss, i) => [loss, bytes[i]]));
    expect(model.bytes).toBe(119);
    expect(model.bitsPerByte?.estimate).toBeCloseTo(expected.estimate, 14);
    expect(model.bitsPerByte?.standardError).toBeCloseTo(expected.standardError, 14);
    const t = 2.570581835636314; // 0.975 quantile, 5 degrees of freedom
    expect(model.bitsPerByte?.interval?.[1]).toBeCloseTo(expected.estimate + t * expected.standardError, 12);
  });

  test("has the error of documents where rows are clustered by document", () => {
    const [model] = evaluate(logProbabilities, null, { form, bytes, clusters }).models;
    const expected = ratio([
      [52.5, 37],
      [90, 47],
      [22, 15],
      [31, 20],
    ]);
    expect(model.bitsPerByte?.estimate).toBeCloseTo(expected.estimate, 14);
    expect(model.bitsPerByte?.standardError).toBeCloseTo(expected.standardError, 14);
  });

  test("is the same by document and by its parts, where cross-entropy is not", () => {
    const parts = evaluate(logProbabilities, null, { form, bytes, clusters }).models[0];
    const whole = evaluate([-52.5, -90, -22, -31], null, { form, bytes: [37, 47, 15, 20] }).models[0];
    expect(whole.bitsPerByte?.estimate).toBeCloseTo(parts.bitsPerByte?.estimate ?? 0, 14);
    expect(whole.bitsPerByte?.standardError).toBeCloseTo(parts.bitsPerByte?.standardError ?? 0, 14);
    expect(whole.crossEntropy.estimate).not.toBeCloseTo(parts.crossEntropy.estimate, 0);
  });

  test("counts a row of weight 2 as two rows", () => {
    const weighted = evaluate([-4, -9], null, { form, bytes: [2, 3], weights: [2, 1] }).models[0];
    expect(weighted.bytes).toBe(7);
    expect(weighted.bitsPerByte?.estimate).toBeCloseTo(17 / 7 / Math.LN2, 14);
  });

  test("of a slice is of its own bytes; a slice without a byte has none", () => {
    const slices = { language: ["en", "en", "de", "de", "–", "–"] };
    const [{ slices: found }] = evaluate(logProbabilities, null, {
      form,
      bytes: [30, 7, 44, 3, 0, 0],
      slices,
    }).models;
    const of = (value: string) => found?.find((one) => one.value === value)?.bitsPerByte;
    const expected = ratio([
      [40.5, 30],
      [12, 7],
    ]);
    expect(of("en")?.estimate).toBeCloseTo(expected.estimate, 14);
    expect(of("en")?.standardError).toBeCloseTo(expected.standardError, 14);
    expect(of("–")).toBeNull();
  });

  test("is infinite where a label has probability zero", () => {
    const [model] = evaluate([Number.NEGATIVE_INFINITY, -1], null, { form, bytes: [1, 1] }).models;
    expect(model.bitsPerByte).toEqual({
      estimate: Number.POSITIVE_INFINITY,
      standardError: null,
      interval: null,
    });
  });

  test("of predictions of all classes is that of their labels; no other figure changes", () => {
    const predictions = [
      [0.5, 0.25, 0.25],
      [0.125, 0.75, 0.125],
    ];
    const { bytes: sum, bitsPerByte, ...model } = evaluate(predictions, [1, 0], { bytes: [1, 3] }).models[0];
    expect(sum).toBe(4);
    expect(bitsPerByte?.estimate).toBeCloseTo((2 + 3) / 4, 15);
    expect(model).toEqual(evaluate(predictions, [1, 0]).models[0]);
  });

  test("covers the true ratio of documents of random length as often as it says", () => {
    let state = 7;
    const next = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return (state + 0.5) / 2 ** 32;
    };
    let covered = 0;
    const trials = 600;
    for (let trial = 0; trial < trials; trial++) {
      const own = { lp: [] as number[], bytes: [] as number[], documents: [] as number[] };
      for (let document = 0; document < 80; document++) {
        const length = 1 + Math.floor(40 * next() ** 2);
        const rate = 1.5 + 0.6 * (next() - 0.5); // nats a byte of this document, 1.5 in the mean
        for (let i = 0; i < 3; i++) {
          own.lp.push(-length * rate);
          own.bytes.push(length);
          own.documents.push(document);
        }
      }
      const [model] = evaluate(own.lp, null, { form, bytes: own.bytes, clusters: own.documents }).models;
      const [low, high] = model.bitsPerByte?.interval ?? [0, 0];
      covered += Number(low <= 1.5 / Math.LN2 && 1.5 / Math.LN2 <= high);
    }
    // Three standard errors of a count of 600 are 2.7 %; asymptotic intervals lose a little more.
    expect(covered / trials).toBeGreaterThan(0.915);
    expect(covered / trials).toBeLessThan(0.98);
  });
});

describe("only the label's own log-probability", () => {
  test("gives cross-entropy and perplexity and nothing that needs the other classes", () => {
    const analysis = evaluate({ a: [-1, -3], b: [-2, -1] }, null, { form });
    expect(analysis.task).toBe("label-only");
    expect(analysis.models[0].crossEntropy.estimate).toBe(2);
    expect(analysis.models[0].perplexity.estimate).toBeCloseTo(Math.exp(2), 14);
    for (const figure of ["skill", "accuracy", "calibration", "perClass", "priorEntropy"] as const)
      expect(analysis.models[0][figure]).toBeUndefined();
    expect(analysis.comparisons[0].difference?.estimate).toBe(0.5);
  });

  test("that rounding has left just above zero is a loss of zero's decade", () => {
    const statistics = statisticsOf([1e-10, -1], null, { form });
    expect(statistics.models[0].decades[0].weight).toBe(2);
  });

  const refusals: [string, () => unknown, string, RegExp][] = [
    ["labels beside it", () => evaluate([-1], [0], { form }), "option", /labels must be null there/],
    ["no labels in another form", () => evaluate([0.5], null), "option", /labels are null; only where/],
    ["arrays", () => evaluate([[-1, -1]], null, { form }), "shape", /model has arrays; .* one number a row/],
    [
      "NaN",
      () => evaluate([-1, Number.NaN], null, { form }),
      "probability",
      /model\[1\] is NaN; .* at most 0/,
    ],
    ["a value above 0", () => evaluate([0.5], null, { form }), "probability", /model\[0\] is 0\.5/],
    ["no rows", () => evaluate([], null, { form }), "shape", /no rows/],
    [
      "negative bytes",
      () => evaluate([-1, -1], null, { form, bytes: [3, -1] }),
      "option",
      /bytes\[1\] is -1; a number of bytes is finite and not negative/,
    ],
    ["NaN bytes", () => evaluate([-1], null, { form, bytes: [Number.NaN] }), "option", /bytes\[0\] is NaN/],
    [
      "no byte in all",
      () => evaluate([-1, -1], null, { form, bytes: [0, 0] }),
      "option",
      /all bytes are zero/,
    ],
    [
      "as many bytes as there are not rows",
      () => evaluate([-1, -1], null, { form, bytes: [1] }),
      "shape",
      /bytes has 1 values for 2 rows/,
    ],
  ];
  for (const [what, run, code, message] of refusals) {
    test(`${what} is refused`, () => {
      expect(run).toThrow(message);
      expect(run).toThrow(expect.objectContaining({ code }));
      expect(run).toThrow(XentError);
    });
  }
});
