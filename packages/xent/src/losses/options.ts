import type { FloatArray } from "./matrix.ts";

/** What every loss over the classes of a softmax takes. */
export interface ClassOptions {
  /** `[rows]` ≥ 0: multiplies the row's loss; 1 unless given. */
  weights?: ArrayLike<number>;
  /** `[classes]` ≥ 0: multiplies each class's term; 1 unless given. */
  classWeights?: ArrayLike<number>;
  /** ε from 0 to 1: the target becomes (1 − ε)·t + ε·(Σt)/K; 0 unless given. */
  labelSmoothing?: number;
  /** `[classes]` or `[rows × classes]`: where it is 0 the class is out, as if its logit were −∞. */
  mask?: ArrayLike<number>;
}

/** The same, for integer labels. */
export interface LabelOptions extends ClassOptions {
  /** Rows with this label have loss 0 and gradient 0, and their logits are never looked at. */
  ignoreLabel?: number;
}

/** What every loss over independent classes, each with a sigmoid of its own, takes. */
export interface SigmoidOptions {
  /** `[rows]` ≥ 0: multiplies the row's loss; 1 unless given. */
  weights?: ArrayLike<number>;
  /** `[classes]` ≥ 0: multiplies each class's term; 1 unless given. */
  classWeights?: ArrayLike<number>;
  /** ε from 0 to 1: the target becomes (1 − ε)·t + ε/2; 0 unless given. */
  labelSmoothing?: number;
  /** With labels: rows with this label have loss 0 and gradient 0, and their logits are never looked at. */
  ignoreLabel?: number;
  /** `[classes]` or `[rows × classes]`: where it is 0 the class's term is left out, and its logit not looked at. */
  mask?: ArrayLike<number>;
}

/** Where a loss is written: `[rows]`. */
export interface LossOut {
  out?: Float64Array;
}

/** Where a gradient is written: `[rows × columns]`; it may be the logits' own array. */
export interface GradientOut {
  out?: FloatArray;
}

/** Where both are written. */
export interface LossAndGradientOut {
  out?: { loss?: Float64Array; gradient?: FloatArray };
}
