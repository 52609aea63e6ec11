import { expect, test } from "vitest";
import { type FitSummary, renderFit } from "./render-fit.ts";

const options = { width: 80, file: "model.json", next: ["xent predict …"] };

const mlp: FitSummary = {
  model: {
    kind: "mlp",
    label: "y",
    classes: ["a", "b"],
    shape: { inputs: 5, hidden: [8, 4], classes: 2 },
    schema: {
      features: [{ column: "x", type: "number" }],
      dropped: [{ column: "z" }, { column: "pixels", elements: 12 }],
    },
    split: { cluster: "game", seed: 0 },
    data: { rows: 1200, badRows: 3, trainingRows: 1000, validationRows: 200 },
    training: {
      method: "adam",
      converged: true,
      reason: "no improvement",
      message: "the held-out cross-entropy has not improved for 5 epochs",
      crossEntropy: 0.25,
      bestEpoch: 7,
    },
    validation: { crossEntropy: 0.5, standardError: 0.05, baseRate: 0.68 },
  },
  guesses: [],
  warnings: ["look at\u001b[31m this"],
};

test("a perceptron's fit says what was held out, how good it is, and why it ended", () => {
  const text = renderFit(mlp, options);
  expect(text).toContain('1,200 rows: 1,000 to train on, 200 held out by "game"');
  expect(text).toContain("mlp 5-8-4-2");
  expect(text).toContain("note: left out 3 rows that cannot be used");
  expect(text).toContain('note: left out as constant: "z", 12 elements of "pixels"');
  expect(text).toMatch(/held out +0\.500 ± 0\.098 +26\.5 %/);
  expect(text).toMatch(/adam stopped: .* 5 epochs; the\s+parameters of epoch 7 are kept\./);
  expect(text).not.toContain("\u001b");
  expect(text).not.toContain("coefficients");
  for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
});

test("coefficients stand below their class, with as many digits for each unit", () => {
  const row = { class: "b", standardError: 0.5, z: 2, oddsRatioInterval: [1, 2800] as [number, number] };
  const rows = [
    { ...row, feature: "x", coefficient: -0.000123456, oddsRatio: 2796.4 },
    { ...row, feature: "(intercept)", coefficient: 12345.67, oddsRatio: Number.POSITIVE_INFINITY },
  ];
  const coefficients = { reference: "a", errors: "clustered", level: 0.9, rows };
  const text = renderFit({ ...mlp, model: { ...mlp.model, coefficients } }, options);
  expect(text).toContain(`coefficients against "a", in the features' own units`);
  expect(text).toMatch(/90 % interval\nb\n {2}x +−1\.235e−4 +0\.500 +2\.00 +2800 +1\.00 to 2800\n/);
  expect(text).toMatch(/\n {2}\(intercept\) +12350 .* ∞ /);
  expect(text).toContain("Errors are those of clusters (the sandwich).");
});

test("where errors do not hold it says so", () => {
  const rows = [
    {
      ...{ class: "b", feature: "x", coefficient: 1, oddsRatio: Math.E },
      ...{ standardError: null, z: null, oddsRatioInterval: null },
    },
  ];
  const coefficients = { reference: "a", errors: null, level: 0.95, rows };
  const text = renderFit({ ...mlp, model: { ...mlp.model, coefficients } }, options);
  expect(text).toMatch(/coefficient +odds ratio\nb\n {2}x +1\.000 +2\.72\nWithout errors/);
});

test("elements of a long array are not listed one by one", () => {
  const row = {
    ...{ class: "b", coefficient: 1, oddsRatio: 2 },
    ...{ standardError: 1, z: 1, oddsRatioInterval: [1, 2] as [number, number] },
  };
  const rows = [
    ...Array.from({ length: 40 }, (_, i) => ({ ...row, feature: `words[${i}]` })),
    { ...row, feature: "(intercept)" },
  ];
  const schema = { features: [{ column: "words", type: "array" }], dropped: [] };
  const coefficients = { reference: "a", errors: "information", level: 0.95, rows };
  const text = renderFit({ ...mlp, model: { ...mlp.model, schema, coefficients } }, options);
  expect(text).toContain("(intercept)");
  expect(text).not.toContain("words[");
  expect(text).toContain(`The elements of "words" have theirs in the model's file.`);
});
