import { describe, expect, test } from "vitest";
import {
  firstSettings,
  lastStep,
  makeToy,
  resultInParts,
  stepOf,
  type Toy,
  type ToyResult,
  train,
} from "./toy.ts";

function resultOf(toy: Toy): ToyResult {
  const job = resultInParts(toy);
  for (;;) {
    const { done, value } = job.next();
    if (done) return value;
  }
}

const trained = (seed: number): ToyResult => {
  const toy = makeToy({ ...firstSettings, seed });
  while (stepOf(toy) < lastStep) train(toy, 100);
  return resultOf(toy);
};
const accuracyOf = ({ accuracy }: ToyResult["free"]): number => accuracy?.estimate ?? Number.NaN;
const errorOf = ({ calibration }: ToyResult["free"]): number =>
  calibration?.expectedCalibrationError.estimate ?? Number.NaN;

describe("the toy", () => {
  const results = Array.from({ length: 12 }, (_, i) => trained(i + 1));
  const share = (holds: (result: ToyResult) => boolean) => results.filter(holds).length / results.length;

  test("for most seeds both models are right equally often, within a point", () => {
    expect(
      share(({ free, penalised }) => Math.abs(accuracyOf(free) - accuracyOf(penalised)) <= 0.01),
    ).toBeGreaterThan(0.5);
    expect(
      share(({ free, penalised }) => Math.abs(accuracyOf(free) - accuracyOf(penalised)) <= 0.03),
    ).toBeGreaterThan(0.9);
  });

  test("for every seed the model without a penalty is the dearer by half at least, and wants a temperature above 1.5", () => {
    expect(
      share(({ free, penalised }) => free.crossEntropy.estimate > 1.5 * penalised.crossEntropy.estimate),
    ).toBe(1);
    expect(share(({ temperatures }) => temperatures.free > 1.5)).toBe(1);
  });

  test("the temperature takes away most of what is too much, and changes no decision", () => {
    for (const { free, penalised, repaired } of results) {
      const excess = free.crossEntropy.estimate - penalised.crossEntropy.estimate;
      expect(repaired.crossEntropy.estimate - penalised.crossEntropy.estimate).toBeLessThan(0.4 * excess);
      expect(accuracyOf(repaired)).toBe(accuracyOf(free));
    }
    expect(share(({ free, repaired }) => errorOf(repaired) < errorOf(free))).toBeGreaterThan(0.75);
  });

  test("the seed that comes first shows it all", () => {
    const [{ free, penalised, repaired }] = results;
    expect(Math.abs(accuracyOf(free) - accuracyOf(penalised))).toBeLessThan(0.01);
    expect(errorOf(repaired)).toBeLessThan(errorOf(free));
  });
});

test("training in small parts is training at once, and the same seed gives the same", () => {
  const [parts, whole] = [makeToy(firstSettings), makeToy(firstSettings)];
  for (let i = 0; i < 10; i++) train(parts, 5);
  train(whole, 50);
  expect(parts.learners.map(({ state }) => state.parameters)).toEqual(
    whole.learners.map(({ state }) => state.parameters),
  );
  expect(stepOf(parts)).toBe(50);
  expect(parts.learners[0].curve.map(({ step }) => step)).toEqual([0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50]);
});

test("training ends at the last step", () => {
  const toy = makeToy({ ...firstSettings, rows: 40 });
  train(toy, lastStep + 100);
  expect(stepOf(toy)).toBe(lastStep);
});
