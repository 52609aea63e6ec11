import * as tf from "@tensorflow/tfjs";
import { isOwnClass } from "./at-label.ts";
import { type ClassTensors, isFiniteFromZero, orNaN } from "./class-options.ts";

/** Integer classes as they were given. */
export interface Labels {
  /** `[rows, 1]` float32 */
  values: tf.Tensor;
  /** `[rows, 1]` true where the row is ignored. */
  isIgnored?: tf.Tensor;
}

/**
 * The class of each row, and what its loss is multiplied by.
 *
 * @returns `indices`: `[rows]` int32, a class in every row; `weights`: `[rows, 1]` weights[i]·classWeights[label],
 *   0 in ignored rows, NaN where the label is no class.
 */
export function labelWeights(
  { values, isIgnored }: Labels,
  { weights, classWeights }: Pick<ClassTensors, "weights" | "classWeights">,
  classes: number,
): { indices: tf.Tensor; weights: tf.Tensor } {
  const isFrom0 = tf.logicalAnd(tf.greaterEqual(values, 0), tf.less(values, classes));
  const isClass = tf.logicalAnd(isFrom0, tf.equal(tf.floor(values), values));
  const indices = tf.cast(tf.squeeze(tf.where(isClass, values, tf.zerosLike(values)), [1]), "int32");
  let product = weights ?? tf.onesLike(values);
  if (classWeights)
    product = tf.mul(product, tf.expandDims(tf.gather(tf.squeeze(classWeights, [0]), indices), 1));
  product = orNaN(product, isClass);
  return { indices, weights: isIgnored ? tf.where(isIgnored, tf.zerosLike(product), product) : product };
}

/**
 * The target against which the loss −Σ a[k]·ln p[k] is taken, whatever the options:
 *
 *     a[k] = weights[i]·classWeights[k]·((1 − ε)·t[k] + ε·(Σt)/K),   K = classes that the mask keeps
 *
 * @returns `targets`: `[rows, classes]` a, 0 in ignored rows, NaN where the label is no class or a target is negative
 *   or not finite; `rowWeights`: `[rows, 1]` the factor of the whole row in it.
 */
export function effectiveTargets(
  truth: Labels | tf.Tensor,
  options: ClassTensors,
  classes: number,
): { targets: tf.Tensor; rowWeights: tf.Tensor } {
  const { classWeights, labelSmoothing, mask } = options;
  let rowWeights: tf.Tensor;
  let targets: tf.Tensor;
  let total: tf.Tensor | number;
  if ("values" in truth) {
    const { indices, weights } = labelWeights(truth, { weights: options.weights }, classes);
    targets = isOwnClass(indices, classes);
    total = 1;
    rowWeights = weights;
  } else {
    targets = truth;
    total = tf.sum(targets, 1, true);
    const isGood = tf.logicalAnd(isFiniteFromZero(tf.min(targets, 1, true)), isFiniteFromZero(total));
    rowWeights = orNaN(options.weights ?? tf.onesLike(total), isGood);
  }
  if (labelSmoothing > 0) {
    const share = tf.mul(tf.div(labelSmoothing, keptCount(mask, classes)), total);
    targets = tf.add(tf.mul(1 - labelSmoothing, targets), mask ? tf.mul(share, mask) : share);
  }
  if (classWeights) targets = tf.mul(targets, classWeights);
  return { targets: tf.mul(targets, rowWeights), rowWeights };
}

/** K, the classes that the mask keeps: `[rows, 1]`, `[1, 1]` or a number. One where none is, to divide by. */
export const keptCount = (mask: tf.Tensor | undefined, classes: number): tf.Tensor | number =>
  mask ? tf.maximum(tf.sum(mask, 1, true), 1) : classes;
