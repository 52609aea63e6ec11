import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FloatMatrix, LinearOptions } from "../src/losses/index.ts";
import * as losses from "../src/losses/index.ts";
import { numericGradient, worstDifference } from "./derivatives.ts";
import { between, close, derivativeError, matrix } from "./loss-cases.ts";

/** `linearCrossEntropy` and its gradient; the suite below is run on each implementation of them. */
export type LinearImplementation = Pick<
  typeof losses,
  "linearCrossEntropy" | "linearCrossEntropyWithGradient"
>;

const numbersOf = (length: number, most: number) =>
  fc.array(between(-most, most), { minLength: length, maxLength: length });
const weightsOf = (length: number) =>
  fc.array(fc.oneof(fc.constant(0), between(0.1, 3)), {
    minLength: length,
    maxLength: length,
  });

/** A small problem, with every option there or not. */
const problems = fc
  .record({
    rows: fc.integer({ min: 1, max: 7 }),
    classes: fc.integer({ min: 1, max: 11 }),
    features: fc.integer({ min: 1, max: 6 }),
  })
  .chain(({ rows, classes, features }) =>
    fc.record({
      inputs: numbersOf(rows * features, 2).map((data) => matrix(data, features)),
      weight: numbersOf(classes * features, 2).map((data) => matrix(data, features)),
      labels: fc.array(fc.integer({ min: 0, max: classes - 1 }), { minLength: rows, maxLength: rows }),
      upstream: numbersOf(rows, 2),
      options: fc.record(
        {
          bias: numbersOf(classes, 2).map((data) => Float64Array.from(data)),
          softcap: between(0.5, 20),
          zLoss: between(0, 0.5),
          labelSmoothing: between(0, 1),
          classWeights: weightsOf(classes),
          weights: weightsOf(rows),
          ignoreLabel: fc.integer({ min: -1, max: classes - 1 }),
        },
        { requiredKeys: [] },
      ),
    }),
  );

const tileNumbers = fc.integer({ min: 1, max: 40 });

/** The logits, all of them. */
function logitsOf(inputs: FloatMatrix, weight: FloatMatrix, { bias, softcap }: LinearOptions): FloatMatrix {
  const logits = Float64Array.from({ length: inputs.rows * weight.rows }, (_, at) => {
    const i = Math.floor(at / weight.rows);
    const k = at % weight.rows;
    let logit = bias ? bias[k] : 0;
    for (let j = 0; j < inputs.columns; j++) {
      logit += inputs.data[i * inputs.columns + j] * weight.data[k * inputs.columns + j];
    }
    return softcap ? softcap * Math.tanh(logit / softcap) : logit;
  });
  return { data: logits, rows: inputs.rows, columns: weight.rows };
}

/**
 * @param over makes the functions for tiles of at most so many logits, or of as many as they like.
 */
export function linearSuite(name: string, over: (tileNumbers?: number) => LinearImplementation): void {
  const of = over();

  describe(`${name}: linearCrossEntropy`, () => {
    test("is softmaxCrossEntropy of the whole product, in whatever tiles it is made", () => {
      fc.assert(
        fc.property(problems, tileNumbers, ({ inputs, weight, labels, options }, size) => {
          const { softcap, bias, zLoss = 0, ...others } = options;
          const logits = logitsOf(inputs, weight, options);
          const expected = losses.softmaxCrossEntropy(logits, labels, others).map((loss, i) => {
            const row = Array.from(logits.data.subarray(i * weight.rows, (i + 1) * weight.rows));
            const max = Math.max(...row);
            const logSumExp = max + Math.log(row.reduce((sum, z) => sum + Math.exp(z - max), 0));
            const own = labels[i] === options.ignoreLabel ? 0 : (options.weights?.[i] ?? 1);
            return loss + own * zLoss * logSumExp ** 2;
          });
          for (const implementation of [of, over(size)]) {
            const loss = implementation.linearCrossEntropy(inputs, weight, labels, options);
            expect(worstDifference(loss, expected)).toBeLessThan(close);
          }
        }),
      );
    });

    test("its gradients are those of central differences, whatever the options and the tiles", () => {
      fc.assert(
        fc.property(problems, tileNumbers, ({ inputs, weight, labels, options, upstream }, size) => {
          for (const implementation of [of, over(size)]) {
            const { linearCrossEntropy, linearCrossEntropyWithGradient } = implementation;
            const ours = linearCrossEntropyWithGradient(inputs, weight, labels, upstream, options);
            expect(ours.loss).toEqual(linearCrossEntropy(inputs, weight, labels, options));
            const byInputs = (at: FloatMatrix) => linearCrossEntropy(at, weight, labels, options);
            const byWeight = (at: FloatMatrix) => linearCrossEntropy(inputs, at, labels, options);
            const byBias = (at: FloatMatrix) =>
              linearCrossEntropy(inputs, weight, labels, { ...options, bias: at.data });
            const check = (
              actual: ArrayLike<number>,
              f: (at: FloatMatrix) => Float64Array,
              at: FloatMatrix,
            ) =>
              expect(worstDifference(actual, numericGradient(f, at, upstream))).toBeLessThan(derivativeError);
            check(ours.inputsGradient.data, byInputs, inputs);
            check(ours.weightGradient.data, byWeight, weight);
            if (options.bias) check(ours.biasGradient!, byBias, matrix(options.bias, weight.rows));
            else expect(ours).not.toHaveProperty("biasGradient");
          }
        }),
        { numRuns: 50 },
      );
    });

    test("a dropped row costs nothing and may hold NaN: its label is ignored, or its weight is 0", () => {
      const weight = matrix([1, -1, 0.5, 2, 0, 1], 2);
      const kept = of.linearCrossEntropyWithGradient(matrix([1, 2, -1, 0.5], 2), weight, [2, 0]);
      const rows = matrix([1, 2, Number.NaN, Number.NaN, -1, 0.5], 2);
      const dropped = [
        of.linearCrossEntropyWithGradient(rows, weight, [2, -100, 0], 1, { ignoreLabel: -100 }),
        of.linearCrossEntropyWithGradient(rows, weight, [2, 1, 0], 1, { weights: [1, 0, 1] }),
      ];
      for (const all of dropped) {
        expect([...all.loss]).toEqual([kept.loss[0], 0, kept.loss[1]]);
        const [a, b, c, d] = kept.inputsGradient.data;
        expect([...all.inputsGradient.data]).toEqual([a, b, 0, 0, c, d]);
        expect(all.weightGradient).toEqual(kept.weightGradient);
        expect(all).toMatchObject({ correct: kept.correct, counted: 2, accuracy: kept.accuracy });
      }
    });

    test("accuracy is the share of counted rows whose largest logit is their label's; ties go to the lowest", () => {
      const weight = matrix([1, 1, 2], 1);
      const inputs = matrix([1, -1, -1, 1], 1);
      for (const implementation of [of, over(1), over(2)]) {
        const options = { ignoreLabel: 9 };
        expect(
          implementation.linearCrossEntropyWithGradient(inputs, weight, [2, 0, 1, 9], 1, options),
        ).toMatchObject({ correct: 2, counted: 3, accuracy: 2 / 3 });
      }
      const none = of.linearCrossEntropyWithGradient(inputs, weight, [9, 9, 9, 9], 1, { ignoreLabel: 9 });
      expect(none).toMatchObject({ correct: 0, counted: 0, accuracy: 0 });
      expect([...none.loss, ...none.inputsGradient.data, ...none.weightGradient.data]).toEqual(
        new Array(11).fill(0),
      );
    });

    test("a loss of 1e-17 keeps its digits, and so does its gradient, also over several tiles", () => {
      const weight = matrix([0, -40, -41], 1);
      for (const implementation of [of, over(1)]) {
        const { loss, weightGradient } = implementation.linearCrossEntropyWithGradient(
          matrix([1], 1),
          weight,
          [0],
        );
        const others = Math.exp(-40) + Math.exp(-41);
        expect(loss[0]).toBeCloseTo(others, 30);
        expect(weightGradient.data[0]).toBeCloseTo(-others, 30);
        expect(weightGradient.data[1]).toBeCloseTo(Math.exp(-40), 30);
      }
    });

    test("a bias of −∞ leaves its class out; as the label it costs +∞ with finite gradients", () => {
      const bias = Float64Array.of(Number.NEGATIVE_INFINITY, 0, 1);
      const weight = matrix([5, 1, 2], 1);
      for (const implementation of [of, over(1)]) {
        const { loss, weightGradient, biasGradient } = implementation.linearCrossEntropyWithGradient(
          matrix([1], 1),
          weight,
          [1],
          1,
          { bias },
        );
        expect(loss[0]).toBeCloseTo(Math.log1p(Math.exp(2)), 14);
        expect([weightGradient.data[0], biasGradient![0]]).toEqual([0, 0]);
        const excluded = implementation.linearCrossEntropyWithGradient(matrix([1], 1), weight, [0], 1, {
          bias,
        });
        expect(excluded.loss[0]).toBe(Number.POSITIVE_INFINITY);
        const smooth = { bias, labelSmoothing: 0.1, classWeights: [0, 1, 1] };
        expect(implementation.linearCrossEntropy(matrix([1], 1), weight, [1], smooth)[0]).toBeLessThan(5);
        expect([...excluded.weightGradient.data].every(Number.isFinite)).toBe(true);
      }
    });

    test("a reduction gives one number and its gradient, as reduce and reduceGradient of the rows do", () => {
      fc.assert(
        fc.property(
          problems,
          fc.constantFrom(
            "mean" as const,
            "sum" as const,
            { divisor: "count" as const },
            { divisor: 7, reduction: "mean" as const },
          ),
          ({ inputs, weight, labels, options }, reduction) => {
            const { weights, classWeights, ignoreLabel } = options;
            const own = losses.labelWeights(labels, { weights, classWeights, ignoreLabel });
            const given = typeof reduction === "string" ? { reduction } : reduction;
            // The rows' losses have their weights in them already: only the divisor is made of them.
            const divisor =
              "divisor" in given && typeof given.divisor === "number"
                ? given.divisor
                : "divisor" in given
                  ? own.filter((w) => w !== 0).length
                  : losses.reduce(own, { reduction: "sum" });
            const how = { ...given, divisor, onEmpty: "zero" as const };
            const rows = of.linearCrossEntropy(inputs, weight, labels, options);
            const upstream = losses.reduceGradient(rows, how, 3);
            const expected = of.linearCrossEntropyWithGradient(inputs, weight, labels, upstream, options);
            const ours = of.linearCrossEntropyWithGradient(inputs, weight, labels, 3, {
              ...options,
              reduction:
                typeof reduction === "string" && divisor > 0 ? reduction : { ...given, onEmpty: "zero" },
            });
            expect(ours).toEqual({ ...expected, loss: losses.reduce(rows, how) });
          },
        ),
      );
    });

    test("without the inputs' gradient, the others are the same to the last digit", () => {
      fc.assert(
        fc.property(problems, tileNumbers, ({ inputs, weight, labels, options }, size) => {
          const { linearCrossEntropyWithGradient } = over(size);
          const { inputsGradient, ...all } = linearCrossEntropyWithGradient(
            inputs,
            weight,
            labels,
            1,
            options,
          );
          const some = linearCrossEntropyWithGradient(inputs, weight, labels, 1, {
            ...options,
            inputsGradient: false,
          });
          expect(inputsGradient.rows).toBe(inputs.rows);
          expect(some).toEqual(all);
        }),
      );
    });

    test("a mean of ignored rows only is NaN, 0 or an error, as one likes; its gradients are 0", () => {
      const problem = [matrix([1, 2], 1), matrix([1, 2, 3], 1), [-1, -1]] as const;
      const options = { ignoreLabel: -1, reduction: "mean" as const };
      expect(of.linearCrossEntropy(...problem, options)).toBeNaN();
      const { weightGradient } = of.linearCrossEntropyWithGradient(...problem, 1, options);
      expect([...weightGradient.data]).toEqual([0, 0, 0]);
      expect(of.linearCrossEntropy(...problem, { ignoreLabel: -1, reduction: { onEmpty: "zero" } })).toBe(0);
      expect(() =>
        of.linearCrossEntropy(...problem, { ignoreLabel: -1, reduction: { onEmpty: "throw" } }),
      ).toThrow("linearCrossEntropy: no row has a weight above 0, of 2;");
    });

    test("it writes into the buffers given, the inputs' own too, and into nothing else", () => {
      const inputs = matrix([1, 2, 3, 4, 5, 7], 2);
      const weight = matrix([1, 0, 0, 1], 2);
      const bias = Float64Array.of(0.5, 0);
      const options = { bias, ignoreLabel: -1 };
      const labels = [0, -1, 1];
      for (const implementation of [over(1), of]) {
        const expected = implementation.linearCrossEntropyWithGradient(inputs, weight, labels, 1, options);
        expect([...inputs.data, ...weight.data, ...bias]).toEqual([1, 2, 3, 4, 5, 7, 1, 0, 0, 1, 0.5, 0]);
        const out = {
          loss: new Float64Array(3).fill(9),
          inputsGradient: Float64Array.from(inputs.data),
          weightGradient: new Float32Array(4).fill(9),
          biasGradient: new Float64Array(2).fill(9),
        };
        const own = implementation.linearCrossEntropyWithGradient(
          { ...inputs, data: out.inputsGradient },
          weight,
          labels,
          1,
          { ...options, out },
        );
        expect(own.loss).toBe(out.loss);
        expect(own.inputsGradient.data).toBe(out.inputsGradient);
        expect(own.weightGradient.data).toBe(out.weightGradient);
        expect(own.biasGradient).toBe(out.biasGradient);
        expect(own).toMatchObject({ loss: expected.loss, inputsGradient: expected.inputsGradient });
        // Rounded once a block.
        expect(worstDifference(own.weightGradient.data, expected.weightGradient.data)).toBeLessThan(1e-6);
        expect(own.biasGradient).toEqual(expected.biasGradient);
      }
    });

    test("float32 matrices give float32 gradients, those of float64 ones but for the rounding", () => {
      const single = (data: number[], columns: number) => ({
        ...matrix(data, columns),
        data: Float32Array.from(data),
      });
      fc.assert(
        fc.property(problems, ({ inputs, weight, labels, upstream, options }) => {
          const x = single([...inputs.data], inputs.columns);
          const w = single([...weight.data], weight.columns);
          const bias = options.bias && Float32Array.from(options.bias);
          const ours = over(20).linearCrossEntropyWithGradient(x, w, labels, upstream, { ...options, bias });
          const exact = of.linearCrossEntropyWithGradient(
            matrix(x.data, x.columns),
            matrix(w.data, w.columns),
            labels,
            upstream,
            { ...options, bias: bias && Float64Array.from(bias) },
          );
          // Kernels hold logits of up to 26 in float32, each off by up to 4e-6, which weights and class weights of up to
          // 3 multiply.
          const budget = 4e-5;
          expect(worstDifference(ours.loss, exact.loss)).toBeLessThan(budget);
          for (const of of ["inputsGradient", "weightGradient"] as const) {
            expect(ours[of].data).toBeInstanceOf(Float32Array);
            expect(worstDifference(ours[of].data, exact[of].data)).toBeLessThan(budget);
          }
          if (bias) expect(worstDifference(ours.biasGradient!, exact.biasGradient!)).toBeLessThan(budget);
        }),
      );
    });

    test("zero rows have no losses and gradients of 0", () => {
      const none = of.linearCrossEntropyWithGradient(matrix([], 3), matrix([1, 2, 3], 3), []);
      expect(none.loss.length + none.inputsGradient.data.length).toBe(0);
      expect([...none.weightGradient.data]).toEqual([0, 0, 0]);
    });

    const inputs = matrix([1, 2, 3, 4], 2);
    const weight = matrix([1, 0, 0, 1, 1, 1], 2);
    const { linearCrossEntropy, linearCrossEntropyWithGradient } = of;
    const refused: [string, () => unknown, string][] = [
      [
        "features that differ",
        () => linearCrossEntropy(matrix([1, 2, 3], 3), weight, [0]),
        "linearCrossEntropy: inputs has 3 columns and weight 2; both have one a feature",
      ],
      ["no classes", () => linearCrossEntropy(inputs, matrix([], 2), [0, 0]), "weight has 0 rows"],
      [
        "a label that is no class",
        () => linearCrossEntropy(inputs, weight, [0, 3]),
        "labels[1] is 3; with 3",
      ],
      [
        "a NaN in the inputs",
        () => linearCrossEntropy(matrix([1, 2, 3, Number.NaN], 2), weight, [0, 1]),
        "linearCrossEntropy: inputs[1, 1] is NaN; it must be a finite number",
      ],
      [
        "an infinite weight",
        () => linearCrossEntropy(inputs, matrix([1, 0, 0, Infinity, 1, 1], 2), [0, 1], { softcap: 30 }),
        "weight[1, 1] is Infinity",
      ],
      [
        "a bias of another length",
        () => linearCrossEntropy(inputs, weight, [0, 1], { bias: Float64Array.of(1) }),
        "bias has 1 values; there are 3 classes",
      ],
      [
        "a bias of +∞",
        () => linearCrossEntropy(inputs, weight, [0, 1], { bias: Float64Array.of(1, Infinity, 0) }),
        "bias[1] is Infinity; it must be a finite number or -Infinity",
      ],
      [
        "a product that overflows",
        () => linearCrossEntropy(matrix([1, 1, 1e200, 0], 2), matrix([1, 0, 1e200, 0], 2), [0, 1]),
        "the logit of row 1 and class 1 is Infinity; inputs·weight + bias must not overflow",
      ],
      [
        "a row without a class",
        () => linearCrossEntropy(inputs, weight, [0, 1], { bias: new Float64Array(3).fill(-Infinity) }),
        "row 0 has no class with a finite logit",
      ],
      ["a softcap of 0", () => linearCrossEntropy(inputs, weight, [0, 1], { softcap: 0 }), "softcap is 0"],
      ["a negative λ", () => linearCrossEntropy(inputs, weight, [0, 1], { zLoss: -1 }), "zLoss is -1"],
      [
        "an upstream of rows for a mean",
        () =>
          linearCrossEntropyWithGradient(inputs, weight, [0, 1], [1, 1] as unknown as number, {
            reduction: "mean",
          }),
        "upstream has 2 values; of a loss that is reduced it is one number",
      ],
      [
        "a weight to write over",
        () =>
          linearCrossEntropyWithGradient(inputs, weight, [0, 1], 1, { out: { weightGradient: weight.data } }),
        "out.weightGradient is the weight itself",
      ],
      [
        "too small a buffer",
        () =>
          linearCrossEntropyWithGradient(inputs, weight, [0, 1], 1, {
            out: { inputsGradient: new Float32Array(3) },
          }),
        "out.inputsGradient has room for 3 numbers; it needs 4",
      ],
    ];
    test.each(refused)("refuses %s", (_, run, message) => {
      expect(run).toThrow(message);
      expect(run).toThrow(expect.objectContaining({ name: "XentError" }));
    });
  });
}
