import { focalLossWithGradient } from "../losses/focal-loss.ts";
import type { FloatMatrix, Labels } from "../losses/matrix.ts";
import type { ClassOptions } from "../losses/options.ts";
import { sumOver } from "../numerics/compensated-sum.ts";

/** Logits that are in memory at a time. */
const BLOCK_NUMBERS = 2 ** 16;

/**
 * Mean focal loss of a linear layer, with its gradient by weight and bias, block by block of the rows.
 *
 * @param slope is filled.
 */
export function linearFocalLoss(
  { data, rows, columns }: FloatMatrix,
  weight: FloatMatrix,
  bias: Float64Array,
  labels: Labels,
  gamma: number,
  { weights, ...options }: Omit<ClassOptions, "mask">,
  total: number,
  slope: { weight: Float64Array; bias: Float64Array },
  kernels?: { focalLossWithGradient: typeof focalLossWithGradient },
): number {
  const focal = kernels?.focalLossWithGradient ?? focalLossWithGradient;
  const classes = weight.rows;
  const blockRows = Math.max(1, Math.floor(BLOCK_NUMBERS / classes));
  const w = weight.data;
  slope.weight.fill(0);
  slope.bias.fill(0);
  const sums: number[] = [];
  for (let begin = 0; begin < rows; begin += blockRows) {
    const count = Math.min(blockRows, rows - begin);
    const logits = { data: new Float64Array(count * classes), rows: count, columns: classes };
    for (let r = 0; r < count; r++) {
      const x = (begin + r) * columns;
      for (let k = 0; k < classes; k++) {
        let sum = bias[k];
        for (let j = 0; j < columns; j++) sum += data[x + j] * w[k * columns + j];
        logits.data[r * classes + k] = sum;
      }
    }
    const { loss, gradient } = focal(logits, some(labels, begin, count), 1 / total, {
      ...options,
      gamma,
      weights: weights && some(weights, begin, count),
    });
    sums.push(sumOver(count, (r) => loss[r]));
    for (let r = 0; r < count; r++) {
      const x = (begin + r) * columns;
      for (let k = 0; k < classes; k++) {
        const g = gradient.data[r * classes + k];
        slope.bias[k] += g;
        for (let j = 0; j < columns; j++) slope.weight[k * columns + j] += g * data[x + j];
      }
    }
  }
  return sumOver(sums.length, (n) => sums[n]) / total;
}

const some = (values: ArrayLike<number>, begin: number, count: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => values[begin + i]);
