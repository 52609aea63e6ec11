import type * as tf from "@tensorflow/tfjs";

/** What every loss over the classes of a softmax takes. No gradient flows to an option. */
export interface ClassOptions {
  /** One a row, of the loss' shape, finite and ≥ 0: multiplies the row's loss; 1 unless given. */
  weights?: tf.Tensor | tf.TensorLike;
  /** `[classes]` finite and ≥ 0: multiplies each class's term; 1 unless given. */
  classWeights?: ArrayLike<number>;
  /** ε from 0 to 1: the target becomes (1 − ε)·t + ε·(Σt)/K; 0 unless given. */
  labelSmoothing?: number;
  /** `[classes]`, or of the logits' shape: where it is 0 the class is out, as if its logit were −∞. */
  mask?: tf.Tensor | tf.TensorLike;
  /** Rows with this label have loss 0 and gradient 0, and their logits are never looked at. For labels only. */
  ignoreLabel?: number;
  /** True where nothing asks for the gradient with respect to the targets: it then is not computed. */
  constantTargets?: boolean;
}
