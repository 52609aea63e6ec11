import { describe, expect, test } from "vitest";
import type { Divisor, FloatMatrix, Upstream } from "../src/losses/index.ts";
import * as losses from "../src/losses/index.ts";
import { expectTorch, type Json, type Run, torch } from "./torch-values.ts";

// What PyTorch computed, computed by us: see bench/peers/torch_losses.py, and torch-differences.test.ts for what is
// not the same.

interface Ours {
  loss: number | Float64Array;
  /** By the names of the inputs. */
  gradients: Record<string, FloatMatrix | ArrayLike<number> | number>;
}

/** The names that are compared. */
const compared = new Set<string>();

const ofLogits = ({ loss, gradient }: { loss: Float64Array; gradient: FloatMatrix }) => ({
  loss,
  gradients: { logits: gradient },
});

const title = ({ options, reduction }: Run) => `${reduction}, ${JSON.stringify(options)}`;

/** Runs ours on every case of PyTorch's runs. A mean is over the rows, unless `divisor` says otherwise. */
function agrees(
  name: string,
  ours: (inputs: Json, options: Json, upstream: Upstream) => Ours & { loss: Float64Array },
  divisor: (inputs: Json, options: Json) => Divisor = () => "count",
): void {
  const { inputs, upstream, cases } = torch.agreements[name];
  compared.add(name);
  describe(`${name} is PyTorch's`, () => {
    test.each(cases.map((one) => [title(one), one] as const))("%s", (_, one) => {
      const { reduction } = one;
      if (reduction === "none") {
        expectRun(ours(inputs, one.options, upstream), one);
        return;
      }
      const how = { reduction, divisor: divisor(inputs, one.options) };
      const { loss, gradients } = ours(inputs, one.options, losses.reduceGradient(upstream.length, how));
      expectRun({ loss: losses.reduce(loss, how), gradients }, one);
    });
  });
}

function expectRun({ loss, gradients }: Ours, theirs: Run): void {
  expectTorch(loss, theirs.value, "loss");
  expect(Object.keys(gradients)).toEqual(Object.keys(theirs.gradients));
  for (const [input, gradient] of Object.entries(theirs.gradients))
    expectTorch(gradients[input], gradient, `gradient of ${input}`);
}

const sum = (values: ArrayLike<number>) => losses.reduce(values, { reduction: "sum" });

agrees(
  "crossEntropy",
  ({ logits, labels }, options, upstream) =>
    ofLogits(losses.softmaxCrossEntropyWithGradient(logits, labels, upstream, options)),
  // F.cross_entropy divides by the weights of the labels, also where smoothing moves some of the target elsewhere.
  ({ labels }, options) => sum(losses.labelWeights(labels, options)),
);

agrees("targetCrossEntropy", ({ logits, targets }, options, upstream) => {
  const { loss, gradient } = losses.softTargetCrossEntropyWithGradient(logits, targets, upstream, options);
  const ofTargets = losses.softTargetCrossEntropyTargetsGradient(logits, targets, upstream, options);
  return { loss, gradients: { logits: gradient, targets: ofTargets } };
});

agrees("smoothedTargetCrossEntropy", ({ logits, targets }, options, upstream) =>
  ofLogits(losses.softTargetCrossEntropyWithGradient(logits, targets, upstream, options)),
);

agrees("excludedClasses", ({ logits, labels }, options, upstream) =>
  ofLogits(losses.softmaxCrossEntropyWithGradient(logits, labels, upstream, options)),
);

describe.each(["linear", "linearWithBias", "linearCapped", "linearChunked"])("%s is PyTorch's", (name) => {
  const { inputs: all, upstream, cases } = torch.agreements[name];
  compared.add(name);
  const { inputs, weight, labels } = all;
  test.each(cases.map((one) => [title(one), one] as const))("%s", (_, one) => {
    const { linearCrossEntropyWithGradient } = losses;
    const options = { ...one.options, bias: all.bias && Float64Array.from(all.bias) };
    // F.linear_cross_entropy divides as F.cross_entropy does, and so does ours.
    const ours =
      one.reduction === "none"
        ? linearCrossEntropyWithGradient(inputs, weight, labels, upstream, options)
        : linearCrossEntropyWithGradient(inputs, weight, labels, 1, { ...options, reduction: one.reduction });
    const { loss, inputsGradient, weightGradient, biasGradient } = ours;
    const gradients = { inputs: inputsGradient, weight: weightGradient };
    expectRun({ loss, gradients: biasGradient ? { ...gradients, bias: biasGradient } : gradients }, one);
  });
});

agrees(
  "binaryCrossEntropy",
  ({ logits, targets }, options, upstream) => {
    const { loss, gradient } = losses.sigmoidCrossEntropyWithGradient(logits, targets, upstream, options);
    const ofTargets = losses.sigmoidCrossEntropyTargetsGradient(logits, targets, upstream, options);
    return { loss, gradients: { logits: gradient, targets: ofTargets } };
  },
  // F.binary_cross_entropy_with_logits divides by the elements.
  ({ logits }) => logits.rows * logits.columns,
);

agrees("sigmoidFocal", ({ logits, targets }, options, upstream) =>
  ofLogits(losses.sigmoidFocalLossWithGradient(logits, targets, upstream, options)),
);

agrees("focal", ({ logits, labels }, options, upstream) =>
  ofLogits(losses.focalLossWithGradient(logits, labels, upstream, options)),
);

for (const name of ["ctc", "ctcOtherBlank", "ctcInfeasibleZero"]) {
  agrees(name, ({ logits, labels }, options, upstream) =>
    ofLogits(losses.ctcLossWithGradient(logits, labels, upstream, options)),
  );
}

agrees("poly", ({ logits, labels }, options, upstream) =>
  ofLogits(losses.polyLossWithGradient(logits, labels, upstream, options)),
);

agrees("zLoss", ({ logits }, options, upstream) =>
  ofLogits(losses.zLossWithGradient(logits, upstream, options)),
);

agrees("klDivergence", ({ logits, targets }, _, upstream) => {
  const { loss, gradient } = losses.klDivergenceLossWithGradient(logits, targets, upstream);
  const ofTargets = losses.klDivergenceLossTargetsGradient(logits, targets, upstream);
  return { loss, gradients: { logits: gradient, targets: ofTargets } };
});

agrees("distillation", ({ logits, teacherLogits }, options, upstream) =>
  ofLogits(losses.distillationLossWithGradient(logits, teacherLogits, upstream, options)),
);

agrees("logitAdjustment", ({ logits, labels }, { prior, tau }, upstream) => {
  const adjusted = losses.logitAdjustment(logits, prior, { tau });
  return ofLogits(losses.softmaxCrossEntropyWithGradient(adjusted, labels, upstream));
});

agrees("ordinal", ({ cumulativeLogits, labels }, options, upstream) => {
  const { loss, gradient } = losses.ordinalCrossEntropyWithGradient(
    cumulativeLogits,
    labels,
    upstream,
    options,
  );
  return { loss, gradients: { cumulativeLogits: gradient } };
});

agrees("pairwiseLogistic", ({ preferred, rejected }, options, upstream) => {
  const { loss, gradient } = losses.pairwiseLogisticLossWithGradient(preferred, rejected, upstream, options);
  return { loss, gradients: { preferred: gradient.preferred, rejected: gradient.rejected } };
});

for (const name of ["infoNce", "infoNceSymmetric"]) {
  agrees(name, ({ queries, keys, temperature }, options, upstream) => {
    const all = { ...options, temperature };
    const { loss, gradient } = losses.infoNceWithGradient(queries, keys, upstream, all);
    return { loss, gradients: { ...gradient } };
  });
}

test("every agreement that was written is compared", () => {
  expect([...compared].sort()).toEqual(Object.keys(torch.agreements).sort());
});
