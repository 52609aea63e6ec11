import { expect, test } from "vitest";
import { evaluate, toNats } from "xent";
import { inNats, inUnit } from "./in-unit.ts";

const labels = [0, 1, 2, 1, 0, 1, 1, 2, 0, 2, 1, 0];
const near = (wrongEach: number, certain: number) =>
  labels.map((label, i) =>
    [0, 1, 2].map((k) => (k === (label + Number(i % wrongEach === 0)) % 3 ? certain : (1 - certain) / 2)),
  );
const each = <T>(value: (i: number) => T) => labels.map((_, i) => value(i));
const options = {
  decompose: true,
  clusters: each((i) => i >> 1),
  bytes: each((i) => i + 1),
  slices: { half: each((i) => (i < 6 ? "first" : "second")) },
};
const analyses = [
  evaluate({ a: near(3, 0.5), b: near(5, 1) }, labels, options),
  evaluate({ a: near(3, 0.5), b: near(5, 0.8) }, labels),
  evaluate(near(3, 0.5), { data: near(4, 0.8).flat(), rows: 12, columns: 3 }),
];

/** Every number by its path, without the indices of arrays. */
function numbersOf(value: unknown, path = ""): [path: string, number][] {
  if (typeof value === "number") return Number.isFinite(value) && value !== 0 ? [[path, value]] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) =>
    numbersOf(
      one,
      Array.isArray(value) ? path : `${path}.${key}`.replace(/^\.|\.(estimate|standardError|interval)$/g, ""),
    ),
  );
}

test("inUnit converts losses, these and no other figures", () => {
  const converted = new Set<string>();
  const kept = new Set<string>();
  for (const analysis of analyses) {
    const bits = numbersOf(inUnit(analysis, "bits"));
    numbersOf(analysis).forEach(([path, nats], i) => {
      expect(bits[i][0]).toBe(path);
      if (bits[i][1] === nats) kept.add(path);
      else {
        expect(toNats(bits[i][1], "bits") / nats, path).toBeCloseTo(1, 14);
        converted.add(path);
      }
    });
  }
  expect([...converted].filter((path) => kept.has(path))).toEqual([]);
  const losses = (path: string) => path.replace(/^models\./, "");
  expect([...converted].map(losses).sort()).toEqual([
    "comparisons.difference",
    "comparisons.differenceFinite",
    "costliest.added",
    "costliest.crossEntropy",
    "crossEntropy",
    "crossEntropyFinite",
    "decomposition.calibrationLoss",
    "decomposition.crossEntropyAtTemperature",
    "decomposition.curve.crossEntropy",
    "decomposition.refinement",
    "excess",
    "floorCurve.crossEntropy",
    "klDivergence",
    "macroCrossEntropy",
    "perClass.crossEntropy",
    "perClass.excessLoss",
    "predictedEntropy",
    "priorEntropy",
    "slices.crossEntropy",
    "targetEntropy",
    "uniformEntropy",
  ]);
});

test("inNats gives what inUnit was given, but for the last digits", () => {
  for (const analysis of analyses) {
    const back = numbersOf(inNats(inUnit(analysis, "bits"), "bits"));
    numbersOf(analysis).forEach(([path, nats], i) => {
      expect(Math.abs(back[i][1] / nats - 1), path).toBeLessThan(4e-16);
    });
    expect(inUnit(analysis, "nats")).toBe(analysis);
    expect(inNats(analysis, "nats")).toBe(analysis);
  }
});
