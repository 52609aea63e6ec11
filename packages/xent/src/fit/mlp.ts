import { XentError } from "../error.ts";
import { checkMatrix } from "../losses/check.ts";
import { focalLossWithGradient } from "../losses/focal-loss.ts";
import type { FloatMatrix, Labels } from "../losses/matrix.ts";
import { softmaxCrossEntropy, softmaxCrossEntropyWithGradient } from "../losses/softmax-cross-entropy.ts";
import { addProduct } from "./add-product.ts";
import type { Problem } from "./problem.ts";

/** The numbers of units of a multi-layer perceptron; without hidden layers it is softmax regression. */
export interface MlpShape {
  inputs: number;
  /** Units of each hidden layer, from the inputs on. */
  hidden: number[];
  classes: number;
}

/** What the training loss of a row is, and the penalty. */
export interface MlpLoss {
  /** `[rows]` ≥ 0; 1 unless given. */
  weights?: ArrayLike<number>;
  /** `[classes]` ≥ 0; 1 unless given. */
  classWeights?: ArrayLike<number>;
  /** ε from 0 to 1; 0 unless given. */
  labelSmoothing?: number;
  /** γ ≥ 0 of the focal loss; 0, which is cross-entropy, unless given. */
  focal?: number;
  /** λ ≥ 0: adds λ/2·Σ weight² over the weights, not the biases; 0 unless given. */
  l2?: number;
  /** What the rows' losses are divided by: the sum of their weights unless given. */
  divisor?: number;
}

/** What a perceptron costs over some rows. */
export interface MlpValue {
  /** What is minimised: with class weights, smoothing, focus and penalty. */
  loss: number;
  /** Mean cross-entropy of the rows by their weights alone, in nats. */
  crossEntropy: number;
}

/** A layer's place among the parameters: weights `[inputs, outputs]` row after row, then biases `[outputs]`. */
export interface MlpLayer {
  inputs: number;
  outputs: number;
  weights: number;
  biases: number;
}

/** The layers of a perceptron and where their parameters stand. */
export function mlpLayers({ inputs, hidden, classes }: MlpShape): MlpLayer[] {
  const units = [inputs, ...hidden, classes];
  const bad = units.findIndex((count) => !Number.isInteger(count) || count < 1);
  if (bad >= 0) {
    throw new XentError("option", `mlpLayers: a layer has ${units[bad]} units; it needs an integer from 1`);
  }
  let next = 0;
  return units.slice(1).map((outputs, layer) => {
    const weights = next;
    const biases = weights + units[layer] * outputs;
    next = biases + outputs;
    return { inputs: units[layer], outputs, weights, biases };
  });
}

/** How many parameters a perceptron has. */
export function mlpSize(shape: MlpShape): number {
  const last = mlpLayers(shape).at(-1) as MlpLayer;
  return last.biases + last.outputs;
}

/**
 * Parameters to begin with: weights of hidden layers normal with variance 2/inputs, which keeps the size of what
 * passes through ReLUs; those of the last layer, which has no ReLU, and all biases zero, so that training begins at
 * the uniform distribution, ln(classes) nats, whatever the seed.
 *
 * @param normal gives independent standard normal numbers.
 * @returns `[mlpSize(shape)]`.
 * @see He et al., Delving Deep into Rectifiers (2015), eq. 10.
 */
export function mlpStart(shape: MlpShape, normal: () => number): Float64Array {
  const start = new Float64Array(mlpSize(shape));
  for (const { inputs, weights, biases } of mlpLayers(shape).slice(0, -1)) {
    const deviation = Math.sqrt(2 / inputs);
    for (let at = weights; at < biases; at++) start[at] = deviation * normal();
  }
  return start;
}

/**
 * Logits of each row.
 *
 *     h₀ = features,   hₗ = max(0, hₗ₋₁·Wₗ + bₗ),   logits = hₗ·W + b
 *
 * @param parameters `[mlpSize(shape)]`.
 * @param features `[rows, inputs]`.
 * @returns `[rows, classes]` in double precision.
 * @throws `XentError` `shape` if the features' columns or the number of parameters are not the shape's.
 */
export function mlpLogits(
  shape: MlpShape,
  parameters: Float64Array,
  features: FloatMatrix,
): FloatMatrix<Float64Array> {
  check("mlpLogits", shape, parameters, features);
  const outputs = forward(mlpLayers(shape), parameters, features);
  return { data: outputs[outputs.length - 1], rows: features.rows, columns: shape.classes };
}

/**
 * Training loss of a perceptron over rows, and its gradient with respect to the parameters.
 *
 *     L = (Σᵢ loss[i]) / divisor + λ/2·Σ weight²
 *
 * loss[i] is the cross-entropy of row i with its weight, class weight and label smoothing, or the focal loss.
 *
 * @param parameters `[mlpSize(shape)]`.
 * @param features `[rows, inputs]`.
 * @param labels `[rows]` integers from 0 to classes − 1.
 * @param gradient `[mlpSize(shape)]`: it is written here. At a ReLU's kink it is the derivative from below, 0.
 * @returns L, and beside it the plain cross-entropy, which losses with and without options can be compared by. NaN, with
 *   a gradient of NaN, where a logit is not finite.
 * @throws `XentError` `shape` if counts differ, `label` if a label is not a class, `option` for an option outside its
 *   range.
 * @see Rumelhart, Hinton and Williams, Learning representations by back-propagating errors (1986).
 */
export function mlpLossWithGradient(
  shape: MlpShape,
  parameters: Float64Array,
  features: FloatMatrix,
  labels: Labels,
  loss: MlpLoss,
  gradient: Float64Array,
): MlpValue {
  check("mlpLossWithGradient", shape, parameters, features);
  const layers = mlpLayers(shape);
  const outputs = forward(layers, parameters, features);
  const { rows } = features;
  const { l2 = 0, focal = 0, divisor = divisorOf(labels, loss), labelSmoothing } = loss;
  const { weights, classWeights } = loss;
  const logits = { data: outputs[outputs.length - 1], rows, columns: shape.classes };
  // Steps that were too long: a result, from which a search comes back and a training stops.
  if (!logits.data.every(Number.isFinite)) {
    gradient.fill(Number.NaN);
    return { loss: Number.NaN, crossEntropy: Number.NaN };
  }
  const options = { weights, classWeights, labelSmoothing };
  const upstream = divisor > 0 ? 1 / divisor : 0;
  const { loss: ofRows, gradient: back } =
    focal > 0
      ? focalLossWithGradient(logits, labels, upstream, { ...options, gamma: focal })
      : softmaxCrossEntropyWithGradient(logits, labels, upstream, options);
  let value = 0;
  for (let i = 0; i < rows; i++) value += ofRows[i] * upstream;
  const plain = focal === 0 && !classWeights && !labelSmoothing && !weights;
  const surprisal = plain ? ofRows : softmaxCrossEntropy(logits, labels);

  gradient.fill(0);
  let error = back.data as Float64Array;
  for (let l = layers.length - 1; l >= 0; l--) {
    const { inputs, outputs: units, weights: w, biases: b } = layers[l];
    const before = l === 0 ? features.data : outputs[l - 1];
    const ofWeights = gradient.subarray(w, b);
    addProduct(ofWeights, { data: before, row: 1, column: inputs }, error, inputs, rows, units);
    addRows(gradient.subarray(b, b + units), error, rows);
    if (l > 0) error = backThrough(layers[l], parameters, error, outputs[l - 1], rows);
    if (l2 > 0) {
      for (let at = w; at < b; at++) {
        value += (l2 / 2) * parameters[at] ** 2;
        gradient[at] += l2 * parameters[at];
      }
    }
  }
  return { loss: value, crossEntropy: weightedMean(surprisal, weights) };
}

function weightedMean(values: Float64Array, weights?: ArrayLike<number>): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    const weight = weights ? weights[i] : 1;
    if (weight === 0) continue;
    sum += weight * values[i];
    total += weight;
  }
  return total > 0 ? sum / total : 0;
}

function check(caller: string, shape: MlpShape, parameters: Float64Array, features: FloatMatrix): void {
  checkMatrix(caller, "features", features);
  if (features.columns !== shape.inputs) {
    throw new XentError(
      "shape",
      `${caller}: features has ${features.columns} columns; the perceptron has ${shape.inputs} inputs`,
    );
  }
  const size = mlpSize(shape);
  if (parameters.length !== size) {
    throw new XentError(
      "shape",
      `${caller}: there are ${parameters.length} parameters; the shape has ${size}`,
    );
  }
}

function divisorOf(labels: Labels, { weights, classWeights }: MlpLoss): number {
  if (!weights && !classWeights) return labels.length;
  let sum = 0;
  for (let i = 0; i < labels.length; i++) {
    sum += (weights ? weights[i] : 1) * (classWeights ? classWeights[labels[i]] : 1);
  }
  return sum;
}

/** What each layer puts out: hidden layers after their ReLU, the last one logits. */
function forward(layers: MlpLayer[], parameters: Float64Array, features: FloatMatrix): Float64Array[] {
  const { rows } = features;
  const all: Float64Array[] = [];
  for (const [l, { inputs, outputs, weights, biases }] of layers.entries()) {
    const out = new Float64Array(rows * outputs);
    const ofBiases = parameters.subarray(biases, biases + outputs);
    for (let i = 0; i < rows; i++) out.set(ofBiases, i * outputs);
    const before = { data: l === 0 ? features.data : all[l - 1], row: inputs, column: 1 };
    addProduct(out, before, parameters.subarray(weights, biases), rows, inputs, outputs);
    if (l < layers.length - 1) {
      for (let at = 0; at < out.length; at++) if (out[at] < 0) out[at] = 0;
    }
    all.push(out);
  }
  return all;
}

/** The error of a hidden layer: what came back through the weights, where the ReLU let through. */
function backThrough(
  { inputs, outputs, weights }: MlpLayer,
  parameters: Float64Array,
  error: Float64Array,
  passed: Float64Array,
  rows: number,
): Float64Array {
  const transposed = new Float64Array(inputs * outputs);
  for (let k = 0; k < inputs; k++) {
    for (let j = 0; j < outputs; j++) transposed[j * inputs + k] = parameters[weights + k * outputs + j];
  }
  const back = new Float64Array(rows * inputs);
  addProduct(back, { data: error, row: outputs, column: 1 }, transposed, rows, outputs, inputs);
  for (let at = 0; at < back.length; at++) if (!(passed[at] > 0)) back[at] = 0;
  return back;
}

function addRows(sums: Float64Array, matrix: Float64Array, rows: number): void {
  const columns = sums.length;
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) sums[j] += matrix[i * columns + j];
}

/**
 * The training of a perceptron on rows in memory as a problem for `minimise`: in all rows by `lbfgs`, in minibatches
 * by `sgd` and `adam`.
 *
 * A minibatch's losses are divided by its rows and the mean weight of all rows, so that its expectation over random
 * minibatches is the loss of all rows whatever the weights.
 *
 * @param features `[rows, inputs]`.
 * @param labels `[rows]` integers from 0 to classes − 1.
 * @param loss as for `mlpLossWithGradient`, without `divisor`.
 */
export function mlpProblem(
  shape: MlpShape,
  features: FloatMatrix,
  labels: Labels,
  loss: Omit<MlpLoss, "divisor"> = {},
): Problem {
  const { rows, columns } = features;
  const divisor = divisorOf(labels, loss);
  return {
    size: mlpSize(shape),
    valueAndGradient: (parameters, gradient) =>
      mlpLossWithGradient(shape, parameters, features, labels, { ...loss, divisor }, gradient).loss,
    batches: {
      rows,
      valueAndGradient(parameters, chosen, gradient) {
        const data = new Float64Array(chosen.length * columns);
        for (let i = 0; i < chosen.length; i++) {
          const start = chosen[i] * columns;
          data.set(features.data.subarray(start, start + columns), i * columns);
        }
        const batch = { data, rows: chosen.length, columns };
        const ofBatch = Int32Array.from(chosen, (row) => labels[row]);
        const { weights } = loss;
        const options: MlpLoss = {
          ...loss,
          weights: weights && Float64Array.from(chosen, (row) => weights[row]),
          divisor: (chosen.length * divisor) / rows,
        };
        return mlpLossWithGradient(shape, parameters, batch, ofBatch, options, gradient).loss;
      },
    },
  };
}
