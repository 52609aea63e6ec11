import { describe, expect, test } from "vitest";
import type { Calibrator, CalibratorStep } from "xent/fit/calibrators";
import { describeCalibrator } from "./describe-calibrator.ts";

const words = (steps: CalibratorStep[], own: Partial<Calibrator> = {}) =>
  describeCalibrator({
    version: 1,
    method: "vector",
    classes: ["a", "b"],
    steps,
    fitted: { rows: 9 },
    ...own,
  });

describe("describeCalibrator says what a person would do by hand", () => {
  test("a temperature, with its interval, and whether the model is too sure", () => {
    const temperature = (estimate: number, interval: [number, number] | null): string[] =>
      words([{ kind: "affine", scale: 1 / estimate, bias: [0, 0] }], {
        method: "temperature",
        fitted: { rows: 9, temperature: { estimate, standardError: null, interval } },
      }).sentences;
    expect(temperature(2, [1.5, 2.5])).toEqual([
      "divide logits by 2.000 (1.500 to 2.500): the model is overconfident",
    ]);
    expect(temperature(0.5, [0.4, 0.6])[0]).toContain("underconfident");
    expect(temperature(1.1, [0.9, 1.3])[0]).toContain("may be as sure as it should be");
    expect(temperature(Math.exp(-10), null)[0]).toMatch(
      /^divide logits by 4\.54e-5: the model is underconfident/,
    );
  });

  test("two classes by the probability of the second", () => {
    expect(words([{ kind: "affine", scale: 0.5, bias: [1, 0.25] }]).sentences).toEqual([
      'the probability p of "b" becomes q: logit q = 0.5000 × logit p − 0.7500',
    ]);
    expect(words([{ kind: "affine", scale: [2, 3], bias: [0, 0.5] }]).sentences).toEqual([
      'the probability p of "b" becomes q: logit q = 3.0000 × ln p − 2.0000 × ln (1 − p) + 0.5000',
    ]);
  });

  test("a matrix by its diagonal and its largest weight between two classes", () => {
    const scale = [
      [1, 0.25],
      [-0.5, 2],
    ];
    const { sentences, rows } = words([{ kind: "affine", scale, bias: [0, 1] }]);
    expect(sentences[0]).toContain('the largest weight between two classes is −0.5000, from "a" to "b"');
    expect(rows).toEqual([
      ["a", "1.0000", "0.0000"],
      ["b", "2.0000", "1.0000"],
    ]);
  });

  test("other base rates by the factor of each class's odds", () => {
    const { head, rows } = words([{ kind: "affine", scale: 1, bias: [Math.log(0.5), Math.log(2)] }], {
      method: "prior-correction",
      fitted: { rows: 0, from: [0.5, 0.5], to: [0.2, 0.8] },
    });
    expect(head).toEqual(["class", "base rate before", "now", "× odds"]);
    expect(rows).toEqual([
      ["a", "50.00 %", "20.00 %", "0.2500"],
      ["b", "50.00 %", "80.00 %", "1.0000"],
    ]);
  });

  test("tables by their points, and the base rate that is mixed in last", () => {
    const table = { inputs: [0, 1], outputs: [0, 1] };
    const mixture = { kind: "mixture" as const, weight: 0.1, distribution: [0.5, 0.5] };
    const steps: CalibratorStep[] = [
      mixture,
      { kind: "table", interpolation: "linear", tables: [table, table] },
      mixture,
    ];
    expect(words(steps, { method: "isotonic" }).sentences).toEqual([
      "each class's probability is read off a rising curve of 2 points, and rows are divided by their sums",
      "one part in 10 of the base rate is mixed in, so that no class is impossible",
    ]);
  });

  test("of many classes the first twelve, and how many more there are", () => {
    const classes = Array.from({ length: 20 }, (_, k) => `class ${k}`);
    const { rows } = words([{ kind: "affine", scale: classes.map(() => 1), bias: classes.map(() => 0) }], {
      classes,
    });
    expect(rows).toHaveLength(13);
    expect(rows?.at(-1)).toEqual(["… and 8 more", "", ""]);
  });
});
