import type { FloatMatrix, Labels } from "../losses/matrix.ts";
import type { ClassOptions } from "../losses/options.ts";

/**
 * Mean cross-entropy of a linear layer of two classes, with its gradient: what `linearCrossEntropyWithGradient` gives, in
 * one pass over the rows. There a row of two logits costs more than its features.
 *
 *     z = (W[1] − W[0])·x + b[1] − b[0],   loss = a[1]·ln(1 + e⁻ᶻ) + a[0]·ln(1 + eᶻ),   dloss/dz = (a[0] + a[1])·σ(z) − a[1]
 *     a[k] = weights[i]·classWeights[k]·((1 − ε)·[k = label] + ε/2)
 *
 * @param slope is filled.
 */
export function linearLogisticLoss(
  { data, rows, columns }: FloatMatrix,
  weight: FloatMatrix,
  bias: Float64Array,
  labels: Labels,
  { weights, classWeights, labelSmoothing = 0 }: Omit<ClassOptions, "mask">,
  total: number,
  slope: { weight: Float64Array; bias: Float64Array },
): number {
  const w = Float64Array.from({ length: columns }, (_, j) => weight.data[columns + j] - weight.data[j]);
  const offset = bias[1] - bias[0];
  const [weightOfNo, weightOfYes] = classWeights ? [classWeights[0], classWeights[1]] : [1, 1];
  const gradient = new Float64Array(columns);
  let gradientOfBias = 0;
  let sum = 0;
  let lost = 0; // what the additions to the sum lost, as in `sumOver`
  for (let i = 0, at = 0; i < rows; i++, at += columns) {
    const own = weights ? weights[i] : 1;
    if (own === 0) continue;
    // Two sums, for neither to wait for the other.
    let z = offset;
    let other = 0;
    for (let j = 1; j < columns; j += 2) {
      z += w[j - 1] * data[at + j - 1];
      other += w[j] * data[at + j];
    }
    if (columns % 2 === 1) z += w[columns - 1] * data[at + columns - 1];
    z += other;
    const yes = labels[i] === 1 ? 1 - labelSmoothing / 2 : labelSmoothing / 2;
    const a1 = own * weightOfYes * yes;
    const a0 = own * weightOfNo * (1 - yes);
    const e = Math.exp(-Math.abs(z));
    const rest = Math.log1p(e);
    // Of the two, one has |z| beside ln(1 + e^−|z|).
    const loss = (a0 + a1) * rest + (z < 0 ? a1 * -z : a0 * z);
    const next = sum + loss;
    lost += sum >= loss ? sum - next + loss : loss - next + sum;
    sum = next;
    // (a0 + a1)·σ(z) − a1, written so that nothing cancels where σ is near 1.
    const g = (z < 0 ? a0 * e - a1 : a0 - a1 * e) / (1 + e);
    gradientOfBias += g;
    for (let j = 0; j < columns; j++) gradient[j] += g * data[at + j];
  }
  for (let j = 0; j < columns; j++) {
    slope.weight[columns + j] = gradient[j] / total;
    slope.weight[j] = -gradient[j] / total;
  }
  slope.bias[1] = gradientOfBias / total;
  slope.bias[0] = -slope.bias[1];
  return (sum + lost) / total;
}
