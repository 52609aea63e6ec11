import fc from "fast-check";
import { expect, test } from "vitest";
import { numericDiagonal, numericGradient, worstDifference } from "../../test/derivatives.ts";
import { between, close, derivativeError, labelled, matrix } from "../../test/loss-cases.ts";
import {
  distillationLoss,
  distillationLossGradient,
  distillationLossHessianDiagonal,
  distillationLossWithGradient,
  type FloatMatrix,
  klDivergenceLossWithGradient,
  softmax,
} from "./index.ts";

const temperatures = between(0.5, 9);

/** The rows in reverse order: another model's logits. */
const reversed = (logits: FloatMatrix) => ({ ...logits, data: logits.data.slice().reverse() });

test("distillationLoss and its gradient agree with central differences, whatever the options", () => {
  fc.assert(
    fc.property(labelled, temperatures, ({ logits, upstream, options: { weights, mask } }, temperature) => {
      const options = { temperature, weights, mask };
      const teacher = reversed(logits);
      const loss = (at: FloatMatrix) => distillationLoss(at, teacher, options);
      const both = distillationLossWithGradient(logits, teacher, upstream, options);
      expect(both.loss).toEqual(loss(logits));
      expect(both.gradient).toEqual(distillationLossGradient(logits, teacher, upstream, options));
      // Of numbers up to 81 times as large.
      const bound = derivativeError * temperature ** 2;
      const numeric = numericGradient(loss, logits, upstream);
      expect(worstDifference(both.gradient.data, numeric)).toBeLessThan(Math.max(bound, derivativeError));
      const gradient = (at: FloatMatrix) => distillationLossGradient(at, teacher, 1, options);
      const { data } = distillationLossHessianDiagonal(logits, teacher, options);
      expect(worstDifference(data, numericDiagonal(gradient, logits))).toBeLessThan(
        Math.max(bound, derivativeError),
      );
    }),
  );
});

test("distillationLoss is T² times klDivergenceLoss of the teacher's softmax, both logits divided by T", () => {
  fc.assert(
    fc.property(labelled, temperatures, ({ logits, options: { weights, mask } }, temperature) => {
      const cooled = (at: FloatMatrix) => ({ ...at, data: at.data.map((x) => x / temperature) });
      const teacher = reversed(logits);
      const targets = softmax(cooled(teacher), { mask });
      const options = { weights, mask };
      const plain = klDivergenceLossWithGradient(cooled(logits), targets, 1, options);
      const ours = distillationLossWithGradient(logits, teacher, 1, { ...options, temperature });
      expect(
        worstDifference(
          ours.loss.map((loss) => loss / temperature ** 2),
          plain.loss,
        ),
      ).toBeLessThan(close);
      expect(
        worstDifference(
          ours.gradient.data.map((value) => value / temperature),
          plain.gradient.data,
        ),
      ).toBeLessThan(close);
    }),
  );
});

test("distillationLoss is exactly 0 where student and teacher agree, and an offset of either changes nothing", () => {
  fc.assert(
    fc.property(labelled, temperatures, fc.integer({ min: -1000, max: 1000 }), (one, temperature, offset) => {
      const { mask } = one.options;
      // Multiples of 2⁻²⁰, so that adding the offset is exact.
      const logits = { ...one.logits, data: one.logits.data.map((x) => Math.round(x * 2 ** 20) / 2 ** 20) };
      const moved = { ...logits, data: logits.data.map((x) => x + offset) };
      const { loss, gradient } = distillationLossWithGradient(moved, logits, 1, { temperature, mask });
      expect([...loss].every((value) => value === 0)).toBe(true);
      expect([...gradient.data].every((value) => value === 0)).toBe(true);
    }),
  );
});

// [student, teacher, temperature, value] of these doubles, by Python's mpmath with 500 digits.
const exact: [number[], number[], number, number][] = [
  [[4.25, -6.5, 3, 1.625], [1.25, -0.5, 3, 0.125], 1, 0.9882960725346667],
  [[4.25, -6.5, 3, 1.625], [1.25, -0.5, 3, 0.125], 4, 3.2160762251029995],
  [[1.75, -1.5, 3, 0.375], [1.25, -0.5, 3, 0.125], 1, 0.027262497507609614],
  [[1.75, -1.5, 3, 0.375], [1.25, -0.5, 3, 0.125], 4, 0.11367099522983391],
  [[1.251, -0.502, 3, 0.1255], [1.25, -0.5, 3, 0.125], 1, 1.1611843272440919e-7],
  [[1.250001, -0.500002, 3, 0.1250005], [1.25, -0.5, 3, 0.125], 4, 4.772248221829421e-13],
  [[1.250000001, -0.500000002, 3, 0.1250000005], [1.25, -0.5, 3, 0.125], 1, 1.1613974571322837e-19],
  [[1.250000000001, -0.500000000002, 3, 0.1250000000005], [1.25, -0.5, 3, 0.125], 1, 1.1614818217475254e-25],
  [[1.250000000001, -0.500000000002, 3, 0.1250000000005], [1.25, -0.5, 3, 0.125], 4, 4.772312532234656e-25],
  [
    [1000001.25, 999999.5, 1000003, 1000000.125],
    [1.2500009536743164, -0.5, 3, 0.125],
    1,
    5.4053272026101544e-14,
  ],
  [[0, 1000], [0, -1000], 1, 1000],
  [[0, 1000], [0, -1000], 10, 10000],
  [[0, -50], [0, -800], 1, 1.9287498479639178e-22],
  [[0, 0, -40], [1e-10, 0, -1e6], 1, 2.1254271276457943e-18],
];
test.each(exact)("distillationLoss of %j and %j at temperature %d keeps its digits", (...one) => {
  const [student, teacher, temperature, value] = one;
  const columns = student.length;
  const [loss] = distillationLoss(matrix(student, columns), matrix(teacher, columns), { temperature });
  // A few roundings of the differences of logits, which enter squared.
  expect(Math.abs(loss - value)).toBeLessThanOrEqual(2e-14 * value);
});

test("distillationLossGradient keeps its digits where both are nearly certain", () => {
  // σ(40) − σ(41) is e⁻⁴¹ − e⁻⁴⁰ to first order.
  const { data } = distillationLossGradient(matrix([40, 0], 2), matrix([41, 0], 2));
  const expected = Math.exp(-41) - Math.exp(-40);
  expect(data[0] / expected).toBeCloseTo(1, 12);
  expect(data[1] / -expected).toBeCloseTo(1, 12);
});

test("distillationLoss has no NaN at ±1e308 or with excluded classes, and its gradient stays finite", () => {
  const negative = Number.NEGATIVE_INFINITY;
  const wild = [-1e308, 1e308, 0, 1, -745, negative];
  for (const a of wild) {
    for (const b of wild) {
      for (const c of wild) {
        for (const temperature of [1e-300, 1, 1e3]) {
          const student = matrix([a, b, 0], 3);
          const teacher = matrix([0, c, a], 3);
          const { loss, gradient } = distillationLossWithGradient(student, teacher, 1, { temperature });
          expect(loss[0]).toBeGreaterThanOrEqual(0);
          for (const value of gradient.data) expect(Number.isFinite(value)).toBe(true);
        }
      }
    }
  }
  expect(distillationLoss(matrix([0, negative], 2), matrix([0, 0], 2))[0]).toBe(Number.POSITIVE_INFINITY);
  expect(distillationLoss(matrix([0, negative], 2), matrix([0, 0], 2), { weights: [0] })[0]).toBe(0);
  expect(distillationLoss(matrix([0, 0], 2), matrix([0, negative], 2))[0]).toBe(Math.LN2);
});

test("distillationLoss refuses other shapes, a temperature that is not above 0, and names whose logit is bad", () => {
  const logits = matrix([1, 2, 3, 4], 2);
  expect(() => distillationLoss(logits, matrix([1, 2], 2))).toThrow(
    /^distillationLoss: teacherLogits is \[1, 2\] and logits is \[2, 2\]; they must be the same$/,
  );
  for (const temperature of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => distillationLoss(logits, logits, { temperature })).toThrow(
      `distillationLoss: temperature is ${temperature}; it must be a finite number above 0`,
    );
  }
  const bad = matrix([1, 2, Number.NaN, 4], 2);
  expect(() => distillationLoss(bad, logits)).toThrow(/^distillationLoss: logits\[1, 0\] is NaN/);
  expect(() => distillationLossGradient(logits, bad)).toThrow(
    /^distillationLossGradient: teacherLogits\[1, 0\] is NaN/,
  );
});
