import * as tf from "@tensorflow/tfjs";
import type { ClassTensors } from "./class-options.ts";
import { keptCount } from "./effective-targets.ts";
import { zeroWins } from "./zero-wins.ts";

/**
 * The gradient with respect to the targets of a loss whose derivative with respect to the smoothed target is `cost`:
 *
 *     scale·((1 − ε)·c[k]·cost[k] + (ε/K)·Σⱼ c[j]·cost[j]),     c = classWeights
 *
 * 0 at a masked class; where +∞ and −∞ meet, +∞, because the least target there costs infinitely much.
 *
 * @param scale `[rows, 1]` upstream gradient times the row's weight.
 * @param cost `[rows, classes]`
 */
export function targetsGradient(
  scale: tf.Tensor,
  cost: tf.Tensor,
  { classWeights, mask, labelSmoothing }: Omit<ClassTensors, "weights">,
): tf.Tensor {
  const spread = (row: tf.Tensor) => tf.broadcastTo(row, cost.shape);
  const weighted = classWeights ? zeroWins(spread(classWeights), cost) : cost;
  const term = mask ? zeroWins(spread(mask), weighted) : weighted;
  let gradient = labelSmoothing < 1 ? tf.mul(1 - labelSmoothing, term) : tf.zerosLike(term);
  if (labelSmoothing > 0) {
    const mean = tf.div(tf.sum(term, 1, true), keptCount(mask, term.shape[1] as number));
    gradient = tf.add(gradient, tf.mul(labelSmoothing, mean));
    gradient = tf.where(tf.isNaN(gradient), tf.fill(gradient.shape, Number.POSITIVE_INFINITY), gradient);
    if (mask) gradient = zeroWins(spread(mask), gradient);
  }
  return zeroWins(spread(scale), gradient);
}
