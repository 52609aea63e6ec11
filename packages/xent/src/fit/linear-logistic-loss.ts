import type { FloatMatrix, Labels } from "../losses/matrix.ts";
import type { ClassOptions } from "../losses/options.ts";
import { sigmoidCrossEntropyWithGradient } from "../losses/sigmoid-cross-entropy.ts";
import { sumOfArray } from "../numerics/compensated-sum.ts";
import { addProduct } from "./add-product.ts";

/** The mean loss at a layer of two classes; its gradient is written to `slope`. */
export type LinearLogisticLoss = (
  weight: FloatMatrix,
  bias: Float64Array,
  total: number,
  slope: { weight: Float64Array; bias: Float64Array },
) => number;

/**
 * Mean cross-entropy of a linear layer of two classes, with its gradient: what `linearCrossEntropyWithGradient` gives,
 * with one logit a row and not two.
 *
 *     z = (W[1] − W[0])·x + b[1] − b[0],   loss = a[1]·ln(1 + e⁻ᶻ) + a[0]·ln(1 + eᶻ),   dloss/dz = (a[0] + a[1])·σ(z) − a[1]
 *     a[k] = weights[i]·classWeights[k]·((1 − ε)·[k = label] + ε/2)
 *
 * That is the sigmoid cross-entropy with the weight a[0] + a[1] and the target a[1]/(a[0] + a[1]), which are made here,
 * once for all evaluations.
 *
 * @param sigmoid the kernel, where there is one: exponentials and logarithms are most of the time.
 */
export function linearLogisticLoss(
  { data, rows, columns }: FloatMatrix,
  labels: Labels,
  { weights, classWeights, labelSmoothing = 0 }: Omit<ClassOptions, "mask">,
  sigmoid: typeof sigmoidCrossEntropyWithGradient = sigmoidCrossEntropyWithGradient,
): LinearLogisticLoss {
  const [weightOfNo, weightOfYes] = classWeights ? [classWeights[0], classWeights[1]] : [1, 1];
  const logits = { data: new Float64Array(rows), rows, columns: 1 };
  const targets = { data: new Float64Array(rows), rows, columns: 1 };
  const rowWeights = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const own = weights ? weights[i] : 1;
    const yes = labels[i] === 1 ? 1 - labelSmoothing / 2 : labelSmoothing / 2;
    const a1 = own * weightOfYes * yes;
    rowWeights[i] = a1 + own * weightOfNo * (1 - yes);
    targets.data[i] = rowWeights[i] > 0 ? a1 / rowWeights[i] : 0;
  }
  const out = { loss: new Float64Array(rows), gradient: new Float64Array(rows) };
  const options = { weights: rowWeights, out };

  return (weight, bias, total, slope) => {
    const difference = Float64Array.from(
      { length: columns },
      (_, j) => weight.data[columns + j] - weight.data[j],
    );
    logits.data.fill(bias[1] - bias[0]);
    addRowProducts(data, rows, columns, difference, logits.data);
    sigmoid(logits, targets, 1, options);
    const gradient = new Float64Array(columns);
    addProduct(gradient, { data: out.gradient, row: 0, column: 1 }, data, 1, rows, columns);
    for (let j = 0; j < columns; j++) {
      slope.weight[columns + j] = gradient[j] / total;
      slope.weight[j] = -gradient[j] / total;
    }
    slope.bias[1] = sumOfArray(out.gradient) / total;
    slope.bias[0] = -slope.bias[1];
    return sumOfArray(out.loss) / total;
  };
}

/** out[i] += Σⱼ data[i, j]·w[j]: four rows at a time, so that each of w is read once for them, and no sum waits for another. */
function addRowProducts(
  data: ArrayLike<number>,
  rows: number,
  columns: number,
  w: Float64Array,
  out: Float64Array,
): void {
  let i = 0;
  for (; i + 4 <= rows; i += 4) {
    const first = i * columns;
    const second = first + columns;
    const third = second + columns;
    const fourth = third + columns;
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let j = 0; j < columns; j++) {
      const factor = w[j];
      a += factor * data[first + j];
      b += factor * data[second + j];
      c += factor * data[third + j];
      d += factor * data[fourth + j];
    }
    out[i] += a;
    out[i + 1] += b;
    out[i + 2] += c;
    out[i + 3] += d;
  }
  for (; i < rows; i++) {
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += w[j] * data[i * columns + j];
    out[i] += sum;
  }
}
