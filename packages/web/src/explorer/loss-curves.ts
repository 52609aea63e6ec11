import { focalLossWithGradient, softmax, softmaxCrossEntropyWithGradient } from "xent/losses";

export interface LossSettings {
  weight: number;
  smoothing: number;
  gamma: number;
}

/** A loss of the label of two classes, and its gradient by the label's logit, at each margin. */
export interface LossCurve {
  name: "plain" | "weighted" | "smoothed" | "focal";
  loss: Float64Array;
  gradient: Float64Array;
}

/** @param margins the label's logit less the other class's: ln(p / (1 − p)) of the label's probability p. */
export function lossCurves(
  margins: ArrayLike<number>,
  { weight, smoothing, gamma }: LossSettings,
): LossCurve[] {
  const logits = logitsOf(margins);
  const labels = new Int32Array(margins.length);
  const curve = (
    name: LossCurve["name"],
    { loss, gradient }: ReturnType<typeof softmaxCrossEntropyWithGradient>,
  ): LossCurve => ({ name, loss, gradient: Float64Array.from(margins, (_, i) => gradient.data[2 * i]) });
  return [
    curve("plain", softmaxCrossEntropyWithGradient(logits, labels)),
    curve("weighted", softmaxCrossEntropyWithGradient(logits, labels, 1, { classWeights: [weight, 1] })),
    curve("smoothed", softmaxCrossEntropyWithGradient(logits, labels, 1, { labelSmoothing: smoothing })),
    curve("focal", focalLossWithGradient(logits, labels, 1, { gamma })),
  ];
}

/** The label's probability at each margin. */
export function probabilitiesOf(margins: ArrayLike<number>): Float64Array {
  const { data } = softmax(logitsOf(margins));
  return Float64Array.from(margins, (_, i) => data[2 * i]);
}

/** Of two classes, the label the first. */
function logitsOf(margins: ArrayLike<number>) {
  const rows = margins.length;
  const data = Float64Array.from({ length: 2 * rows }, (_, at) => (at % 2 === 0 ? margins[at / 2] : 0));
  return { data, rows, columns: 2 };
}
