import { describe, expect, test } from "vitest";
import { analyse, evaluate, statisticsOf } from "../index.ts";

// A label's probability, the row's three probabilities, and what the model said, by hand.
const predictions = [
  [0.5, 0.25, 0.25],
  [0.25, 0.75, 0],
  [0.05, 0.9, 0.05],
  [0.05, 0.75, 0.2],
  [0, 1, 0],
  [0, 0, 1],
];
const labels = [0, 0, 0, 2, 2, 2];
const losses = [Math.LN2, 2 * Math.LN2, Math.log(20), Math.log(5), Number.POSITIVE_INFINITY, 0];
const finite = losses.filter(Number.isFinite);
const sum = finite.reduce((a, b) => a + b);
const [model] = evaluate(predictions, labels).models;

describe("surprisals", () => {
  test("are shares of the rows and of the finite loss by decade of the label's probability, zeros last", () => {
    expect(model.surprisals).toEqual([
      { lower: 0.1, upper: 1, share: 4 / 6, lossShare: expect.closeTo(1 - Math.log(20) / sum, 14) },
      { lower: 0.01, upper: 0.1, share: 1 / 6, lossShare: expect.closeTo(Math.log(20) / sum, 14) },
      { lower: 0, upper: 0, share: 1 / 6, lossShare: null },
    ]);
  });

  test("have no band of zeros where there is none, keep an empty one between others, and are weighted", () => {
    const weights = [1, 2, 1];
    const { surprisals } = evaluate([0.5, 0.5, 0.001234], [1, 0, 1], { weights }).models[0];
    expect(surprisals?.map(({ upper, share }) => [upper, share])).toEqual([
      [1, 0.75],
      [0.1, 0],
      [0.01, 0.25],
    ]);
  });

  test("end in a band that is open below", () => {
    const { surprisals } = evaluate([1e-300, 0.5], [1, 1]).models[0];
    expect(surprisals?.at(-1)).toMatchObject({ lower: 0, upper: 1e-19, share: 0.5 });
  });

  test("share nothing where there is no loss", () => {
    const { surprisals } = evaluate([[1, 0]], [0]).models[0];
    expect(surprisals).toEqual([{ lower: 0.1, upper: 1, share: 1, lossShare: 0 }]);
  });
});

describe("costliest", () => {
  test("are the mistakes by what they add to the finite loss, those with zeros first", () => {
    const { costliest } = model;
    expect(costliest?.map(({ label, predicted }) => `${label} ${predicted}`)).toEqual(["2 1", "0 1"]);
    expect(costliest?.[0]).toEqual({
      label: "2",
      predicted: "1",
      rows: 2,
      crossEntropy: Math.log(5),
      added: expect.closeTo(Math.log(5) / 5, 15),
      zeroProbabilities: 1,
    });
    expect(costliest?.[1]).toMatchObject({
      rows: 2,
      crossEntropy: expect.closeTo((Math.log(4) + Math.log(20)) / 2, 14),
      added: expect.closeTo((Math.log(4) + Math.log(20)) / 5, 14),
      zeroProbabilities: 0,
    });
  });

  test("have no cross-entropy where all their rows are infinite", () => {
    const { costliest } = evaluate([[0, 1]], [0]).models[0];
    expect(costliest).toEqual([
      { label: "0", predicted: "1", rows: 1, crossEntropy: null, added: 0, zeroProbabilities: 1 },
    ]);
  });

  test("and the right answers make up the finite cross-entropy", () => {
    const { confusion, byClass } = statisticsOf(predictions, labels).models[0];
    const total = confusion.reduce((all, cell) => all + cell.surprisal, 0);
    expect(total).toBeCloseTo(sum, 14);
    expect(confusion.reduce((all, cell) => all + cell.finiteWeight, 0)).toBe(5);
    expect(confusion.reduce((all, cell) => all + cell.rows, 0)).toBe(
      byClass.reduce((all, rows) => all + rows.rows, 0),
    );
  });
});

describe("excessLoss", () => {
  test("is share · (crossEntropy of the class − crossEntropy), over finite rows; null without one", () => {
    const excess = model.perClass?.map((one) => one.excessLoss) ?? [];
    const mean = sum / 5;
    expect(excess[0]).toBeCloseTo((3 / 5) * ((losses[0] + losses[1] + losses[2]) / 3 - mean), 14);
    expect(excess[1]).toBeNull();
    expect(excess[2]).toBeCloseTo((2 / 5) * (Math.log(5) / 2 - mean), 14);
    expect((excess[0] as number) + (excess[2] as number)).toBeCloseTo(0, 14);
  });

  test("is null where labels are soft", () => {
    const targets = { data: [0.5, 0.5, 1, 0], rows: 2, columns: 2 };
    const { perClass } = evaluate(
      [
        [0.5, 0.5],
        [0.75, 0.25],
      ],
      targets,
    ).models[0];
    expect(perClass?.map((one) => one.excessLoss)).toEqual([null, null]);
  });
});

test("analyse does not change the order of the statistics' confusion", () => {
  const statistics = statisticsOf(predictions, labels);
  const before = JSON.stringify(statistics);
  analyse(statistics);
  expect(JSON.stringify(statistics)).toBe(before);
});

test("an error that overflows is not known, and neither is its interval", () => {
  const logits = [
    [-1e300, 1e300],
    [0, 0],
    [0, 1],
  ];
  for (const weights of [undefined, [1, 2, 1]]) {
    const [model] = evaluate(logits, [0, 0, 1], { form: "logits", weights }).models;
    expect(model.crossEntropy).toEqual({ estimate: expect.any(Number), standardError: null, interval: null });
    expect(model.crossEntropy.estimate).toBeGreaterThan(1e299);
    expect(JSON.stringify(model)).not.toContain("NaN");
  }
});
