import { XentError } from "../error.ts";
import { checkClassOptions, checkLabels, checkMatrix, checkOption } from "../losses/check.ts";
import { classBalancedWeights } from "../losses/class-balanced-weights.ts";
import type { FloatMatrix, Labels } from "../losses/matrix.ts";
import { sumOver } from "../numerics/compensated-sum.ts";
import { checkParameters } from "./check.ts";
import { lbfgs } from "./lbfgs.ts";
import type { StopReason } from "./method.ts";
import { minimise, type Progress } from "./minimise.ts";
import { minimiseSoftmax } from "./minimise-softmax.ts";
import { type SeparationWatch, watchSeparation } from "./separation.ts";
import { type Coding, type RegressionKernels, softmaxProblem } from "./softmax-problem.ts";
import { splitForL1 } from "./split-for-l1.ts";

export interface SoftmaxRegressionOptions {
  /** How many classes there are, or their names: what occurs in the labels does not say. */
  classes: number | readonly string[];
  /** `[rows]` ≥ 0; 1 unless given. */
  weights?: ArrayLike<number>;
  /**
   * `[classes]` ≥ 0; 1 unless given. "balanced" is rows/(classes·rows of the class), as in scikit-learn; an effective
   * number is `classBalancedWeights` of the classes' weights with this β.
   */
  classWeights?: ArrayLike<number> | "balanced" | { effectiveNumber: number };
  /** ε from 0 to 1; 0 unless given. */
  labelSmoothing?: number;
  /** γ ≥ 0 of the focal loss; the cross-entropy unless given. */
  focal?: number;
  /** λ₂ ≥ 0: λ₂/2·Σ W² is added to the mean loss; 0 unless given. Intercepts have no penalty. */
  l2?: number;
  /** λ₁ ≥ 0: λ₁·Σ |W| is added to the mean loss; 0 unless given. */
  l1?: number;
  /** "symmetric": all classes have weights; "reference": the first has none. The latter for two classes, else the former. */
  coding?: Coding;
  /** Whether there are intercepts; true unless given. */
  intercept?: boolean;
  /** A model of the same shape to begin at. */
  start?: SoftmaxRegression;
  /** Largest component of the gradient of the mean loss with its penalty; 1e-8 unless given. */
  tolerance?: number;
  /** 10,000 unless given. */
  maximumIterations?: number;
  /** `await loadKernels()`: does the same several times faster. */
  kernels?: RegressionKernels;
  onIteration?: (progress: Progress) => unknown;
  signal?: { readonly aborted: boolean };
}

/** A fitted model: plain JSON. */
export interface SoftmaxRegression {
  version: 1;
  kind: "softmax regression";
  classes: string[];
  coding: Coding;
  /** `[classes][features]`; zeros for a reference class. */
  weights: number[][];
  /** `[classes]`; zeros if there are none. */
  intercepts: number[];
  /** What it was fitted by. */
  objective: {
    intercept: boolean;
    l1: number;
    l2: number;
    labelSmoothing: number;
    /** γ, or null for the cross-entropy. */
    focal: number | null;
    /** `[classes]`, or null. */
    classWeights: number[] | null;
  };
  fitted: {
    rows: number;
    /** Σ weights[i]·classWeights[labels[i]]. */
    weight: number;
    /** Mean loss of the rows that it was fitted to, in nats, without the penalty. */
    loss: number;
    /** The same with the penalty: what was minimised. */
    value: number;
    gradientNorm: number;
    iterations: number;
    evaluations: number;
    reason: StopReason;
    message: string;
    converged: boolean;
  };
}

/**
 * Softmax regression (multinomial logistic regression) of labels on features; for two classes, logistic regression.
 *
 *     min Σᵢ w[i]·loss[i] / Σᵢ w[i] + λ₂/2·Σ W² + λ₁·Σ |W|
 *     loss[i] = −ln softmax(W·x[i] + b)[labels[i]],   w[i] = weights[i]·classWeights[labels[i]]
 *
 * with label smoothing or the focal loss if they are asked for. It is convex but for the focal loss. scikit-learn's
 * `LogisticRegression` with C and l1_ratio ρ is λ₂ = (1 − ρ)/(C·Σw), λ₁ = ρ/(C·Σw). Features of very different sizes
 * should be standardised before: the penalty is the same for all, and it converges sooner.
 *
 * Where nothing penalises the weights and the classes can be separated, there is no minimum: `fitted.reason` is then
 * "diverged".
 *
 * @param features `[rows, features]` finite.
 * @param labels `[rows]` integers from 0 to classes − 1.
 * @returns the model as plain JSON; `fitted` says whether it converged, and why not.
 * @throws `XentError` `shape` if shapes differ, `label` if a label is not a class or a class has no rows (with a weight
 *   above 0), `value` for a feature that is not finite, `option` for an option outside its range.
 * @see Bishop, Pattern Recognition and Machine Learning (2006), eq. 4.108 and 4.109.
 */
export function fitSoftmaxRegression(
  features: FloatMatrix,
  labels: Labels,
  options: SoftmaxRegressionOptions,
): SoftmaxRegression {
  const caller = "fitSoftmaxRegression";
  const classes = classesOf(caller, options.classes);
  const { l1 = 0, l2 = 0, labelSmoothing = 0, focal, intercept = true, weights, kernels, start } = options;
  const { coding = classes.length === 2 ? "reference" : "symmetric" } = options;
  const { tolerance = 1e-8, maximumIterations = 10_000, onIteration, signal } = options;
  checkMatrix(caller, "features", features);
  checkFinite(caller, features);
  const shape = { rows: features.rows, columns: classes.length };
  checkLabels(caller, labels, shape);
  checkClassOptions(caller, { weights, labelSmoothing }, shape);
  for (const [name, value] of Object.entries({ l1, l2, ...(focal !== undefined && { focal }) })) {
    checkOption(caller, name, value, 0);
  }
  if (coding !== "symmetric" && coding !== "reference") {
    throw new XentError(
      "option",
      `${caller}: coding is ${JSON.stringify(coding)}; it is "symmetric" or "reference"`,
    );
  }
  const counts = new Float64Array(classes.length);
  for (let i = 0; i < features.rows; i++) counts[labels[i]] += weights ? weights[i] : 1;
  const classWeights = classWeightsOf(caller, options.classWeights, counts);
  const shares = counts.map((count, k) => count * (classWeights ? classWeights[k] : 1));
  checkAllOccur(caller, shares, classes, labelSmoothing > 0 || (!intercept && l2 + l1 > 0));
  const total = sumOver(shares.length, (k) => shares[k]);

  const objective = {
    features,
    labels,
    classes: classes.length,
    coding,
    intercept,
    weights,
    classWeights,
    labelSmoothing,
    focal,
    l2,
    total,
    kernels,
  };
  const problem = softmaxProblem(objective);
  const begin = start ? parametersOf(caller, start, classes, features.columns, coding, intercept) : undefined;
  const split = l1 > 0 ? splitForL1(problem, l1, problem.weightCount) : undefined;
  const watch: SeparationWatch | undefined =
    l1 + l2 + labelSmoothing === 0
      ? watchSeparation(features, labels, weights, problem, tolerance)
      : undefined;
  const common = {
    gradientTolerance: tolerance,
    maximumIterations,
    signal,
    onIteration(progress: Progress) {
      watch?.see(progress);
      const parameters = split ? split.join(progress.parameters) : progress.parameters;
      return onIteration?.({ ...progress, parameters });
    },
  };
  const fit = () => {
    const found = split
      ? minimise(split.problem, lbfgs(), {
          ...common,
          start: begin && split.split(begin),
          lower: split.lower,
        })
      : minimiseSoftmax(problem, objective, { ...common, start: begin });
    const parameters = split ? split.join(found.parameters) : found.parameters;
    return { found, parameters };
  };
  let fitted: ReturnType<typeof fit>;
  try {
    fitted = fit();
  } finally {
    problem.close();
  }
  const { found, parameters } = fitted;
  let penalty = 0;
  for (const w of parameters.subarray(0, problem.weightCount)) penalty += (l2 / 2) * w * w + l1 * Math.abs(w);
  const { weight, bias } = problem.layerOf(parameters);
  const separated = found.reason === "stopped" ? undefined : watch?.verdict(found.parameters);
  const { value, gradientNorm, iterations, evaluations } = found;
  const { reason, message } = separated ?? found;
  return {
    version: 1,
    kind: "softmax regression",
    classes,
    coding,
    weights: classes.map((_, k) =>
      Array.from(weight.data.subarray(k * features.columns, (k + 1) * features.columns)),
    ),
    intercepts: Array.from(bias),
    objective: {
      intercept,
      l1,
      l2,
      labelSmoothing,
      focal: focal ?? null,
      classWeights: classWeights ? Array.from(classWeights) : null,
    },
    fitted: {
      rows: features.rows,
      weight: total,
      loss: value - penalty,
      value,
      gradientNorm,
      iterations,
      evaluations,
      reason,
      message,
      converged: reason === "converged",
    },
  };
}

/** The classes' names: given, or "0", "1", … */
function classesOf(caller: string, classes: number | readonly string[]): string[] {
  const names =
    typeof classes === "number"
      ? Array.from({ length: Number.isInteger(classes) && classes > 0 ? classes : 0 }, (_, k) => `${k}`)
      : Array.from(classes ?? []);
  if (names.length >= 2 && new Set(names).size === names.length) return names;
  throw new XentError(
    "option",
    `${caller}: classes is ${JSON.stringify(classes)}; it is how many there are, at least 2, or as many different names`,
  );
}

function checkFinite(caller: string, { data, columns }: FloatMatrix): void {
  for (let at = 0; at < data.length; at++) {
    if (data[at] - data[at] === 0) continue;
    throw new XentError(
      "value",
      `${caller}: features[${Math.floor(at / columns)}, ${at % columns}] is ${data[at]}; it must be a finite number`,
    );
  }
}

function classWeightsOf(
  caller: string,
  classWeights: SoftmaxRegressionOptions["classWeights"],
  counts: Float64Array,
): ArrayLike<number> | undefined {
  if (classWeights === undefined) return undefined;
  if (classWeights === "balanced") {
    const total = sumOver(counts.length, (k) => counts[k]);
    return counts.map((count) => (count > 0 ? total / (counts.length * count) : 0));
  }
  if (typeof classWeights === "object" && "effectiveNumber" in classWeights) {
    return classBalancedWeights(counts, { beta: classWeights.effectiveNumber });
  }
  checkClassOptions(caller, { classWeights }, { rows: 0, columns: counts.length });
  return classWeights;
}

/** A class without rows would have the intercept −∞. */
function checkAllOccur(
  caller: string,
  shares: Float64Array,
  classes: string[],
  isFiniteWithout: boolean,
): void {
  const absent = shares.indexOf(0);
  const none = shares.every((share) => share === 0);
  if (absent < 0 || (isFiniteWithout && !none)) return;
  throw new XentError(
    "label",
    none
      ? `${caller}: no row has a weight above 0; there must be one of each class`
      : `${caller}: class ${absent} ("${classes[absent]}") has no row with a weight above 0; its probability would be 0, and its intercept -Infinity`,
    "leave the class out, or smooth the labels (labelSmoothing)",
  );
}

function parametersOf(
  caller: string,
  { weights, intercepts, ...model }: SoftmaxRegression,
  classes: string[],
  features: number,
  coding: Coding,
  intercept: boolean,
): Float64Array {
  if (JSON.stringify(model.classes) !== JSON.stringify(classes) || weights[0].length !== features) {
    throw new XentError(
      "shape",
      `${caller}: start has ${model.classes.length} classes and ${weights[0].length} features; it must have these ${classes.length} classes and ${features} features`,
    );
  }
  // In reference coding only differences from the first class count, and they say the same.
  const base = coding === "reference" ? 0 : undefined;
  const kept = classes.map((_, k) => k).filter((k) => k !== base);
  const flat = kept.flatMap((k) => weights[k].map((w, j) => w - (base === undefined ? 0 : weights[base][j])));
  const offsets = kept.map((k) => intercepts[k] - (base === undefined ? 0 : intercepts[base]));
  const all = intercept ? [...flat, ...offsets] : flat;
  return checkParameters(caller, "start", all, all.length);
}
