import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { numericGradient, worstDifference } from "../../test/derivatives.ts";
import { isGolden, numbers } from "../../test/golden-losses.ts";
import { between, close, derivativeError, matrix } from "../../test/loss-cases.ts";
import {
  ctcLoss,
  ctcLossGradient,
  ctcLossLogProbabilitiesGradient,
  ctcLossWithGradient,
  type FloatMatrix,
} from "./index.ts";

const golden: {
  logits: number[][];
  labels: number[];
  blank: number;
  value: number | "Infinity";
  gradient?: number[][];
}[] = JSON.parse(readFileSync(new URL("../../test/golden/ctc.json", import.meta.url), "utf8"));

test.each(golden.map((one, i) => [i, one] as const))("golden value %i", (_, one) => {
  const logits = matrix(numbers(one.logits.flat()), one.logits[0].length);
  const { loss, gradient } = ctcLossWithGradient(logits, [one.labels], 1, { blank: one.blank });
  expect(isGolden(loss[0], one.value), `${loss[0]} is not ${one.value}`).toBe(true);
  const expected = one.gradient?.flat() ?? new Array(logits.data.length).fill(0);
  gradient.data.forEach((value, at) => {
    expect(isGolden(value, expected[at]), `gradient ${at}: ${value} is not ${expected[at]}`).toBe(true);
  });
});

/** Frames of a few classes, labels of one sequence, and a blank. */
const sequences = fc
  .record({ steps: fc.integer({ min: 0, max: 5 }), columns: fc.integer({ min: 1, max: 4 }) })
  .chain(({ steps, columns }) =>
    fc.record({
      logits: fc
        .array(between(-4, 4), {
          minLength: steps * columns,
          maxLength: steps * columns,
        })
        .map((data) => ({ data: Float64Array.from(data), rows: steps, columns })),
      labels: fc.array(fc.integer({ min: 0, max: columns - 1 }), { maxLength: 3 }),
      blank: fc.integer({ min: 0, max: columns - 1 }),
    }),
  )
  .map(({ labels, ...rest }) => ({ ...rest, labels: labels.filter((label) => label !== rest.blank) }));

/** −ln Σ over all paths that give the labels of the product of exp(logProbabilities). */
function byEnumeration({ data, rows, columns }: FloatMatrix, labels: number[], blank: number): number {
  let likelihood = 0;
  for (let n = 0; n < columns ** rows; n++) {
    const path = Array.from({ length: rows }, (_, t) => Math.floor(n / columns ** t) % columns);
    const given = path.filter((k, t) => k !== blank && (t === 0 || k !== path[t - 1]));
    if (given.join() === labels.join()) {
      likelihood += Math.exp(path.reduce((sum, k, t) => sum + data[t * columns + k], 0));
    }
  }
  return -Math.log(likelihood);
}

function logSoftmax({ data, rows, columns }: FloatMatrix): FloatMatrix {
  const sums = Array.from({ length: rows }, (_, t) =>
    Array.from(data.slice(t * columns, (t + 1) * columns)).reduce((sum, x) => sum + Math.exp(x), 0),
  );
  return {
    data: Float64Array.from(data, (x, at) => x - Math.log(sums[Math.floor(at / columns)])),
    rows,
    columns,
  };
}

test("ctcLoss is −ln of the sum over all paths that give the labels", () => {
  fc.assert(
    fc.property(sequences, ({ logits, labels, blank }) => {
      const expected = byEnumeration(logSoftmax(logits), labels, blank);
      const [loss] = ctcLoss(logits, [labels], { blank });
      if (expected === Number.POSITIVE_INFINITY) expect(loss).toBe(expected);
      else expect(Math.abs(loss - expected)).toBeLessThan(close);
    }),
  );
});

test("its gradient is that of central differences, and sums to 0 in each frame", () => {
  fc.assert(
    fc.property(sequences, between(-2, 2), ({ logits, labels, blank }, upstream) => {
      const options = { blank, onInfeasible: "zero" } as const;
      const loss = (at: FloatMatrix) => ctcLoss(at, [labels], options);
      const gradient = ctcLossGradient(logits, [labels], upstream, options);
      const numeric = numericGradient(loss, logits, upstream);
      expect(worstDifference(gradient.data, numeric)).toBeLessThan(derivativeError);
      const both = ctcLossWithGradient(logits, [labels], upstream, options);
      expect(both).toEqual({ loss: loss(logits), gradient });
      for (let t = 0; t < logits.rows; t++) {
        const frame = Array.from(gradient.data.slice(t * logits.columns, (t + 1) * logits.columns));
        expect(Math.abs(frame.reduce((sum, value) => sum + value, 0))).toBeLessThan(close);
      }
    }),
  );
});

test("the gradient for log-probabilities is theirs as free variables, and a log-softmax makes the logits' of it", () => {
  fc.assert(
    fc.property(sequences, ({ logits, labels, blank }) => {
      const logProbabilities = logSoftmax(logits);
      const loss = (at: FloatMatrix) => [byEnumeration(at, labels, blank)];
      const { data } = ctcLossLogProbabilitiesGradient(logits, [labels], 1, { blank });
      if (loss(logProbabilities)[0] === Number.POSITIVE_INFINITY) {
        expect(data.every((value) => value === 0)).toBe(true);
        return;
      }
      expect(worstDifference(data, numericGradient(loss, logProbabilities))).toBeLessThan(derivativeError);
      const again = ctcLossLogProbabilitiesGradient(logProbabilities, [labels], 1, { blank });
      expect(worstDifference(again.data, data)).toBeLessThan(close);
      const { columns } = logits;
      const through = data.map((value, at) => {
        const start = at - (at % columns);
        const sum = Array.from(data.slice(start, start + columns)).reduce((all, one) => all + one, 0);
        return value - Math.exp(logProbabilities.data[at]) * sum;
      });
      const direct = ctcLossGradient(logits, [labels], 1, { blank });
      expect(worstDifference(through, direct.data)).toBeLessThan(close);
    }),
  );
});

test("sequences are independent; frames beyond inputLengths may hold NaN and have gradient 0", () => {
  const nan = Number.NaN;
  const first = [1, 2, 0, 0.5, -1, 2];
  const second = [0, 1, 3];
  const both = matrix([...first, nan, nan, nan, ...second, nan, nan, nan, nan, nan, nan], 3);
  const options = { inputLengths: [2, 1] };
  const { loss, gradient } = ctcLossWithGradient(both, [[1], [2]], [1, 2], options);
  const one = ctcLossWithGradient(matrix(first, 3), [[1]]);
  const other = ctcLossWithGradient(matrix(second, 3), [[2]], 2);
  expect([...loss]).toEqual([one.loss[0], other.loss[0]]);
  const zeros = (length: number) => new Array(length).fill(0);
  expect([...gradient.data]).toEqual([
    ...one.gradient.data,
    ...zeros(3),
    ...other.gradient.data,
    ...zeros(6),
  ]);
});

test("empty labels are all blanks; no frames give no labels and nothing else", () => {
  const logits = matrix([0, 0, 0, 0], 2);
  expect(ctcLoss(logits, [[]])[0]).toBeCloseTo(2 * Math.LN2, 15);
  const options = { inputLengths: [0] };
  expect([...ctcLoss(logits, [[]], options)]).toEqual([0]);
  expect([...ctcLoss(logits, [[1]], options)]).toEqual([Number.POSITIVE_INFINITY]);
  expect([...ctcLoss({ data: new Float64Array(0), rows: 0, columns: 3 }, [])]).toEqual([]);
});

test("where no alignment fits, the loss is ∞, or 0 on request, and the gradient 0", () => {
  const logits = matrix([1, 2, 3, 4], 2);
  // Two frames have no room for the blank between two equal labels.
  expect([...ctcLoss(logits, [[1, 1]])]).toEqual([Number.POSITIVE_INFINITY]);
  expect([...ctcLoss(logits, [[1, 1]], { onInfeasible: "zero" })]).toEqual([0]);
  const out = new Float64Array(4).fill(9);
  expect([...ctcLossGradient(logits, [[1, 1]], 1, { out }).data]).toEqual([0, 0, 0, 0]);
  // Nor has a class that the model excludes.
  const excluded = matrix([0, 0, -Infinity, 0, 0, -Infinity], 3);
  expect([...ctcLoss(excluded, [[2]])]).toEqual([Number.POSITIVE_INFINITY]);
  expect(ctcLoss(excluded, [[1]])[0]).toBeCloseTo(Math.log(4 / 3), 14);
  expect([...ctcLossGradient(excluded, [[1]]).data].every(Number.isFinite)).toBe(true);
});

test("nothing is NaN or negative at ±1e308 and where the model is certain", () => {
  const wild = fc.constantFrom(-1e308, 1e308, 0, 1, -745, 40, Number.NEGATIVE_INFINITY);
  fc.assert(
    fc.property(fc.array(fc.tuple(wild, wild, wild), { minLength: 1, maxLength: 6 }), (rows) => {
      const logits = matrix(rows.filter((row) => row.some((x) => x > -Infinity)).flat(), 3);
      for (const labels of [[], [1], [1, 2], [2, 2]]) {
        const { loss, gradient } = ctcLossWithGradient(logits, [labels]);
        expect(loss[0]).toBeGreaterThanOrEqual(0);
        for (const value of gradient.data) expect(Number.isFinite(value)).toBe(true);
      }
    }),
  );
});

test("all paths together are never more likely than certain", () => {
  // Two paths, blank 1 and 1 1, of which rounding makes a sum above one.
  for (const x of [1.5, 2.875, 3.625, 4.375]) {
    expect([...ctcLoss(matrix([x, 0, -Infinity, 0], 2), [[1]])]).toEqual([0]);
  }
});

test("it writes into the buffers given, the logits' own too", () => {
  const logits = matrix([1, 2, 3, 0, 1, -1, 2, 2, 1], 3);
  const expected = ctcLossWithGradient(logits, [[1, 2]]);
  const loss = new Float64Array(1);
  const own = ctcLossWithGradient(logits, [[1, 2]], 1, { out: { loss, gradient: logits.data } });
  expect(own.loss).toBe(loss);
  expect(own.gradient.data).toBe(logits.data);
  expect(own).toEqual(expected);
});

test("float32 logits have a float32 gradient, computed in float64", () => {
  const wide = matrix([1, 2, 3, 0, 1, -1, 2, 2, 1], 3);
  const single = { ...wide, data: Float32Array.from(wide.data) };
  const ours = ctcLossWithGradient(single, [[1, 2]]);
  const exact = ctcLossWithGradient(wide, [[1, 2]]);
  expect(ours.loss).toEqual(exact.loss);
  expect(ours.gradient.data).toEqual(Float32Array.from(exact.gradient.data));
});

const logits = matrix([1, 2, 3, 4, 5, 6], 3);
const refused: [string, () => unknown, string][] = [
  [
    "rows that are no multiple of the sequences",
    () => ctcLoss(matrix([1, 2, 3, 4, 5, 6], 2), [[1], [1]]),
    "ctcLoss: logits has 3 rows, for 2 sequences of labels; there must be equally many for each",
  ],
  ["rows without a sequence", () => ctcLoss(logits, []), "logits has 2 rows, for 0 sequences"],
  [
    "the blank as a label",
    () => ctcLossGradient(logits, [[1, 0]]),
    "ctcLossGradient: labels[0][1] is 0; a label is an integer from 0 to 2 other than the blank, 0",
  ],
  ["a label that is no class", () => ctcLoss(logits, [[3]]), "labels[0][0] is 3"],
  ["a blank that is no class", () => ctcLoss(logits, [[1]], { blank: 3 }), "blank is 3"],
  [
    "an input longer than the steps",
    () => ctcLoss(logits, [[1]], { inputLengths: [3] }),
    "inputLengths[0] is 3; with 2 steps it is an integer from 0 to 2",
  ],
  ["a NaN", () => ctcLoss(matrix([1, 2, 3, 4, Number.NaN, 6], 3), [[1]]), "logits[1, 1] is NaN"],
  [
    "another policy",
    () => ctcLoss(logits, [[1]], { onInfeasible: "nan" as "zero" }),
    'onInfeasible is "nan"; it is "infinity" or "zero"',
  ],
  ["an upstream of another length", () => ctcLossGradient(logits, [[1]], [1, 1]), "upstream has 2 values"],
];
test.each(refused)("ctcLoss refuses %s", (_, run, message) => {
  expect(run).toThrow(message);
  expect(run).toThrow(expect.objectContaining({ name: "XentError" }));
});
