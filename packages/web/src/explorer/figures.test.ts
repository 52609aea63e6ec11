import { describe, expect, test } from "vitest";
import { crossEntropy, entropy, klDivergence } from "xent";
import { focalLoss, softmaxCrossEntropy } from "xent/losses";
import { amount, shown } from "./amount.tsx";
import { firstPair } from "./distribution.ts";
import { lossCurves, probabilitiesOf } from "./loss-curves.ts";
import { pairFigures } from "./pair-figures.ts";
import { softened } from "./softened.ts";
import { ticks } from "./ticks.ts";

test("the figures of two distributions are those of xent, and their terms add up to them", () => {
  const { p, q } = firstPair();
  const figures = pairFigures({ p, q });
  expect(figures.entropy).toBe(entropy(p));
  expect(figures.crossEntropy).toBe(crossEntropy(p, q));
  expect(figures.divergence).toBe(klDivergence(p, q));
  for (const measure of ["entropy", "divergence", "crossEntropy"] as const) {
    expect(figures.terms[measure].reduce((a, b) => a + b)).toBeCloseTo(figures[measure], 14);
  }
});

describe("softened", () => {
  test("has the loss of the label and the gradient softmax − onehot of the divided logits", () => {
    const { probabilities, loss, gradient } = softened([3, 1.5, 0, -1], 2, 1);
    expect(loss).toBeCloseTo(-Math.log(probabilities[1]), 14);
    gradient.forEach((slope, k) => {
      expect(slope).toBeCloseTo(probabilities[k] - (k === 1 ? 1 : 0), 14);
    });
  });

  test("comes to equal probabilities as it gets hot, and to one class as it gets cold", () => {
    expect(softened([3, 1.5, 0, -1], 1e9, 0).entropy).toBeCloseTo(Math.log(4), 8);
    expect(softened([3, 1.5, 0, -1], 0.01, 0).entropy).toBeLessThan(1e-60);
  });
});

test("the curves are the losses of xent, and their gradients are slopes by the label's logit", () => {
  const settings = { weight: 2, smoothing: 0.1, gamma: 2 };
  const margins = [-3, -1e-4, 0, 1e-4, 2];
  const curves = lossCurves(margins, settings);
  const row = { data: Float64Array.of(2, 0), rows: 1, columns: 2 };
  expect(curves.map(({ name, loss }) => [name, loss[4]])).toEqual([
    ["plain", softmaxCrossEntropy(row, [0])[0]],
    ["weighted", softmaxCrossEntropy(row, [0], { weights: [2] })[0]],
    ["smoothed", softmaxCrossEntropy(row, [0], { labelSmoothing: 0.1 })[0]],
    ["focal", focalLoss(row, [0], { gamma: 2 })[0]],
  ]);
  for (const { loss, gradient } of curves) {
    expect(gradient[2]).toBeCloseTo((loss[3] - loss[1]) / 2e-4, 7);
  }
  expect(probabilitiesOf([0])[0]).toBe(0.5);
});

test("numbers are shown with a real minus, no minus before zero, and ∞", () => {
  expect(shown(-0.25, 2)).toBe("−0.25");
  expect(shown(-1e-9)).toBe("0.000");
  expect(shown(Number.POSITIVE_INFINITY)).toBe("∞");
  expect(amount(Math.LN2, "bits")).toBe("1.000");
});

test("ticks are round numbers within the ends", () => {
  expect(ticks(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  expect(ticks(-2.2, 0.6, 4)).toEqual([-2, -1, 0]);
  expect(ticks(0, 600, 4)).toEqual([0, 200, 400, 600]);
  expect(ticks(0.5, 1.005, 6)).toEqual([0.5, 0.6, 0.7, 0.8, 0.9, 1]);
});
