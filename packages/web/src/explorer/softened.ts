import { entropy } from "xent";
import { softmax, softmaxCrossEntropyWithGradient } from "xent/losses";

/** A prediction from logits at a temperature, and what it costs with a label. */
export interface Softened {
  probabilities: number[];
  /** −ln of the label's probability, in nats. */
  loss: number;
  /** Entropy of the prediction, in nats: what it expects to cost. */
  entropy: number;
  /** With respect to logits / T: softmax − onehot. */
  gradient: number[];
}

export function softened(logits: readonly number[], temperature: number, label: number): Softened {
  const data = Float64Array.from(logits, (z) => z / temperature);
  const row = { data, rows: 1, columns: logits.length };
  const { loss, gradient } = softmaxCrossEntropyWithGradient(row, [label]);
  const probabilities = Array.from(softmax(row).data);
  return {
    probabilities,
    loss: loss[0],
    entropy: entropy(probabilities),
    gradient: Array.from(gradient.data),
  };
}
