import type * as tf from "@tensorflow/tfjs";

/** What every loss takes. No gradient flows to an option. */
export interface RowOptions {
  /** One a row, of the loss' shape, finite and ≥ 0: multiplies the row's loss; 1 unless given. */
  weights?: tf.Tensor | tf.TensorLike;
  /** `[classes]`, or of the logits' shape: where it is 0 the class is out; all are in unless given. */
  mask?: tf.Tensor | tf.TensorLike;
  /** True where nothing asks for the gradient with respect to the targets: it then is not computed. */
  constantTargets?: boolean;
}

/** What losses against targets take besides. */
export interface TargetOptions extends RowOptions {
  /**
   * ε from 0 to 1, 0 unless given: the target t becomes (1 − ε)·t + ε·(Σt)/K over the K classes that are in; in the
   * sigmoid losses, (1 − ε)·t + ε/2.
   */
  labelSmoothing?: number;
}

/** What losses against labels or targets take besides. */
export interface ClassOptions extends TargetOptions {
  /** `[classes]` finite and ≥ 0: multiplies each class's term; 1 unless given. */
  classWeights?: ArrayLike<number>;
  /** Rows with this label have loss 0 and gradient 0, and their logits are never looked at. For labels only. */
  ignoreLabel?: number;
}
