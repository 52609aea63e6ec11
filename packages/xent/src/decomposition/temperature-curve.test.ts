import { describe, expect, test } from "vitest";
import { evaluate } from "../analysis/evaluate.ts";
import { seededRandom } from "../numerics/seeded-random.ts";

const softmax = (z: number[]): number[] => {
  const parts = z.map((x) => Math.exp(x - Math.max(...z)));
  const sum = parts.reduce((a, b) => a + b);
  return parts.map((part) => part / sum);
};

/** Labels that follow softmax(z / temperature). */
function sharp(rows: number, temperature: number) {
  const random = seededRandom(rows);
  const logits = Array.from({ length: rows }, () => [0, 0, 0].map(() => 2 * random.normal()));
  const labels = logits.map((z) => {
    let left = random.uniform();
    return Math.max(
      softmax(z.map((x) => x / temperature)).findIndex((p) => {
        left -= p;
        return left < 0;
      }),
      0,
    );
  });
  return { logits, labels };
}

const curveOf = (logits: number[][], labels: number[], options = {}) => {
  const [model] = evaluate(logits, labels, { form: "logits", decompose: true, ...options }).models;
  return { ...model, curve: model.decomposition?.curve ?? [] };
};

for (const [rows, temperature, tolerance] of [
  [1500, 2, 2e-6],
  [1500, 0.3, 2e-5],
  [20_000, 2, 0.02],
]) {
  test(`${rows} rows with the best temperature near ${temperature}: the curve is the loss within ${tolerance} of it`, () => {
    const { logits, labels } = sharp(rows, temperature);
    const { curve, crossEntropy, decomposition } = curveOf(logits, labels);
    for (const point of curve) {
      const losses = logits.map((z, i) => -Math.log(softmax(z.map((x) => x / point.temperature))[labels[i]]));
      const loss = losses.reduce((a, b) => a + b) / rows;
      expect(Math.abs(point.crossEntropy / loss - 1), `at ${point.temperature}`).toBeLessThan(tolerance);
    }
    const best = decomposition?.temperature?.estimate ?? 0;
    expect(curve[0].temperature).toBeLessThan(Math.min(1, best) / 3.5);
    expect(curve[curve.length - 1].temperature).toBeGreaterThan(Math.max(1, best) * 3.5);
    expect(curve.length).toBeGreaterThan(32);
    expect(curve.length).toBeLessThan(70);

    const at = (T: number) => curve.find((point) => Math.abs(point.temperature / T - 1) < 1e-12);
    expect(at(1)?.crossEntropy).toBeCloseTo(crossEntropy.estimate, 13);
    expect(at(best)?.crossEntropy).toBeCloseTo(decomposition?.crossEntropyAtTemperature as number, 13);
  });

  test(`${rows} rows with the best temperature near ${temperature}: the curve falls to its optimum and rises from there`, () => {
    const { logits, labels } = sharp(rows, temperature);
    const { curve, decomposition } = curveOf(logits, labels);
    const best = decomposition?.temperature?.estimate ?? 0;
    curve.slice(1).forEach((point, i) => {
      const falls = point.temperature <= best;
      expect(point.crossEntropy < curve[i].crossEntropy, `at ${point.temperature}`).toBe(falls);
    });
  });
}

describe("the curve where there is no optimum", () => {
  const labels = Array.from({ length: 60 }, (_, i) => i % 2);

  test("falls to small temperatures where each label has the highest probability", () => {
    const { curve, decomposition } = curveOf(
      labels.map((label) => [1 - label, label]),
      labels,
    );
    expect(decomposition?.temperature).toBeNull();
    expect(curve[0].crossEntropy).toBeCloseTo(Math.log1p(Math.exp(-1 / curve[0].temperature)), 12);
    curve.slice(1).forEach((point, i) => {
      expect(point.crossEntropy).toBeGreaterThanOrEqual(0);
      expect(point.crossEntropy).toBeGreaterThan(curve[i].crossEntropy - 1e-7);
    });
  });

  test("falls to large ones where predictions point the wrong way", () => {
    const { curve } = curveOf(
      labels.map((label) => [label, 1 - label]),
      labels,
    );
    const losses = curve.map((point) => point.crossEntropy);
    expect(losses).toEqual([...losses].sort((a, b) => b - a));
    expect(losses[losses.length - 1]).toBeGreaterThan(Math.LN2);
  });

  test("is left out where no temperature changes anything", () => {
    const uniform = labels.map(() => [0, 0]);
    expect(curveOf(uniform, labels).decomposition?.curve).toBeUndefined();
  });
});

test("rows of probability zero are not in the curve, and a floor does not change it", () => {
  const { logits, labels } = sharp(400, 1.5);
  const kept = [...logits.keys()].slice(1);
  const withZero = [
    [0, 0, 0].map((_, k) => (k === labels[0] ? Number.NEGATIVE_INFINITY : 0)),
    ...logits.slice(1),
  ];
  const form = "log-probabilities";
  const logs = withZero.map((z) => softmax(z).map(Math.log));
  const all = curveOf(logs, labels, { form, floor: 0.05 });
  const finite = curveOf(
    kept.map((i) => logs[i]),
    kept.map((i) => labels[i]),
    { form },
  );
  expect(all.curve.length).toBe(finite.curve.length);
  all.curve.forEach((point, i) => {
    expect(point.crossEntropy).toBeCloseTo(finite.curve[i].crossEntropy, 12);
  });
});
