import { describe, expect, test } from "vitest";
import { softmaxCrossEntropy } from "../losses/softmax-cross-entropy.ts";
import { seededRandom } from "../numerics/seeded-random.ts";
import {
  type MlpLoss,
  mlpLayers,
  mlpLogits,
  mlpLossWithGradient,
  mlpProblem,
  mlpSize,
  mlpStart,
} from "./mlp.ts";

const rows = 13;
const random = seededRandom(5);
const shape = { inputs: 4, hidden: [6, 5], classes: 3 };
const features = { data: Float64Array.from({ length: rows * 4 }, () => random.normal()), rows, columns: 4 };
const labels = Int32Array.from({ length: rows }, () => random.integer(3));
const weights = Float64Array.from({ length: rows }, (_, i) => (i === 3 ? 0 : random.uniform()));
/** Parameters that are zero nowhere, so that no unit stands at its kink. */
const parameters = Float64Array.from({ length: mlpSize(shape) }, () => 0.7 * random.normal());

const losses: [string, MlpLoss][] = [
  ["cross-entropy", {}],
  ["weights of rows", { weights }],
  ["class weights, smoothing and a penalty", { classWeights: [1, 2, 0.5], labelSmoothing: 0.1, l2: 0.3 }],
  ["focal loss with weights", { focal: 2, weights, l2: 0.01 }],
  ["a divisor of its own", { divisor: 100 }],
];

describe.each(losses)("the gradient of a perceptron with %s", (_, loss) => {
  test("is what central differences give", () => {
    const gradient = new Float64Array(parameters.length);
    mlpLossWithGradient(shape, parameters, features, labels, loss, gradient);
    const spare = new Float64Array(parameters.length);
    const step = 1e-5;
    for (let at = 0; at < parameters.length; at++) {
      const moved = (by: number) => {
        const other = parameters.slice();
        other[at] += by;
        return mlpLossWithGradient(shape, other, features, labels, loss, spare).loss;
      };
      // The step's square and the rounding of a loss near one divided by the step: both below 1e-9.
      expect(gradient[at]).toBeCloseTo((moved(step) - moved(-step)) / (2 * step), 8);
    }
  });

  test("is the mean of the gradients of minibatches that make up the rows", () => {
    const { divisor: _own, ...plain } = loss;
    const problem = mlpProblem(shape, features, labels, plain);
    const whole = new Float64Array(problem.size);
    const value = problem.valueAndGradient(parameters, whole);
    const parts = [Int32Array.of(0, 5, 12, 3, 7), Int32Array.of(1, 2, 4, 6, 8, 9, 10, 11)];
    const sum = new Float64Array(problem.size);
    let values = 0;
    for (const part of parts) {
      const gradient = new Float64Array(problem.size);
      const share = part.length / rows;
      values += share * (problem.batches?.valueAndGradient(parameters, part, gradient) ?? 0);
      for (let at = 0; at < sum.length; at++) sum[at] += share * gradient[at];
    }
    expect(values).toBeCloseTo(value, 12);
    for (let at = 0; at < sum.length; at++) expect(sum[at]).toBeCloseTo(whole[at], 12);
  });
});

test("without hidden layers a perceptron's logits are features times weights and biases", () => {
  const linear = { inputs: 4, hidden: [], classes: 3 };
  const own = parameters.slice(0, mlpSize(linear));
  const { data } = mlpLogits(linear, own, features);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < 3; k++) {
      let sum = own[12 + k];
      for (let j = 0; j < 4; j++) sum += features.data[i * 4 + j] * own[j * 3 + k];
      expect(data[i * 3 + k]).toBeCloseTo(sum, 12);
    }
  }
});

test("a perceptron begins at the uniform distribution, whatever the seed", () => {
  const start = mlpStart(shape, seededRandom(7).normal);
  const gradient = new Float64Array(start.length);
  const { loss, crossEntropy } = mlpLossWithGradient(shape, start, features, labels, {}, gradient);
  expect(loss).toBeCloseTo(Math.log(3), 14);
  expect(crossEntropy).toBeCloseTo(Math.log(3), 14);
  expect(mlpStart(shape, seededRandom(7).normal)).toEqual(start);
  expect(mlpStart(shape, seededRandom(8).normal)).not.toEqual(start);
});

test("weights of hidden layers begin with variance 2/inputs", () => {
  const wide = { inputs: 50, hidden: [400], classes: 2 };
  const start = mlpStart(wide, seededRandom(1).normal);
  const [{ weights: first, biases }] = mlpLayers(wide);
  let square = 0;
  for (let at = first; at < biases; at++) square += start[at] ** 2;
  // 20,000 draws: the variance's own error is 1 %, four of them.
  expect(square / (biases - first)).toBeGreaterThan((2 / 50) * 0.96);
  expect(square / (biases - first)).toBeLessThan((2 / 50) * 1.04);
});

test("beside the loss stands the cross-entropy by the rows' weights alone", () => {
  const gradient = new Float64Array(parameters.length);
  const options = { weights, classWeights: [1, 2, 0.5], labelSmoothing: 0.1, focal: 2, l2: 0.3 };
  const { crossEntropy } = mlpLossWithGradient(shape, parameters, features, labels, options, gradient);
  const each = softmaxCrossEntropy(mlpLogits(shape, parameters, features), labels);
  const total = weights.reduce((sum, weight) => sum + weight);
  expect(crossEntropy).toBeCloseTo(each.reduce((sum, l, i) => sum + weights[i] * l, 0) / total, 12);
});

test("where the logits overflow the loss is no number, and no error", () => {
  const gradient = new Float64Array(parameters.length);
  const far = parameters.map((value) => value * 1e200);
  expect(mlpLossWithGradient(shape, far, features, labels, {}, gradient).loss).toBeNaN();
  expect(gradient[0]).toBeNaN();
});

test("features of another width, and parameters of another number, are refused", () => {
  const narrow = { ...features, data: features.data.slice(0, rows * 3), columns: 3 };
  expect(() => mlpLogits(shape, parameters, narrow)).toThrow(
    "features has 3 columns; the perceptron has 4 inputs",
  );
  expect(() => mlpLogits(shape, parameters.slice(1), features)).toThrow(
    "there are 82 parameters; the shape has 83",
  );
  expect(() => mlpSize({ ...shape, hidden: [0] })).toThrow("a layer has 0 units");
});
