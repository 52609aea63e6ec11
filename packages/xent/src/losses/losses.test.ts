import fc from "fast-check";
import { expect, test } from "vitest";
import { numericDiagonal, numericGradient, worstDifference } from "../../test/derivatives.ts";
import { derivativeError, finiteLabels, labelled } from "../../test/loss-cases.ts";
import { lossSuite } from "../../test/loss-suite.ts";
import type { FloatMatrix } from "./index.ts";
import * as losses from "./index.ts";

lossSuite("xent/losses", losses);

test("softmaxCrossEntropyHessianDiagonal is the derivative of the gradient", () => {
  fc.assert(
    fc.property(labelled, ({ logits, labels: raw, options: given }) => {
      const { labels, options } = finiteLabels(raw, logits.columns, given);
      const diagonal = losses.softmaxCrossEntropyHessianDiagonal(logits, labels, options).data;
      const gradient = (at: FloatMatrix) => losses.softmaxCrossEntropyGradient(at, labels, 1, options);
      expect(worstDifference(diagonal, numericDiagonal(gradient, logits))).toBeLessThan(derivativeError);
    }),
  );
});

test("softTargetCrossEntropyTargetsGradient is that of central differences, whatever the options", () => {
  fc.assert(
    fc.property(labelled, ({ logits, targets: raw, upstream, options }) => {
      // Away from zero, where a difference would make a target negative, which is refused.
      const targets = { ...raw, data: raw.data.map((t) => t + 0.1) };
      const { mask, ...others } = options;
      const loss = (at: FloatMatrix) => losses.softTargetCrossEntropy(logits, at, others);
      const gradient = losses.softTargetCrossEntropyTargetsGradient(logits, targets, upstream, others);
      expect(worstDifference(gradient.data, numericGradient(loss, targets, upstream))).toBeLessThan(
        derivativeError,
      );
    }),
  );
});

test("softTargetCrossEntropyTargetsGradient is −ln p: +∞ where the model excludes a class", () => {
  const logits = { data: Float64Array.of(0, 0, Number.NEGATIVE_INFINITY), rows: 1, columns: 3 };
  const targets = { data: Float64Array.of(0.5, 0.5, 0), rows: 1, columns: 3 };
  const { data } = losses.softTargetCrossEntropyTargetsGradient(logits, targets);
  expect([...data]).toEqual([Math.LN2, Math.LN2, Number.POSITIVE_INFINITY]);
});
