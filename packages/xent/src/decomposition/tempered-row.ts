import type { Prediction } from "../scores/score-row.ts";
import { impossible } from "./temperature-terms.ts";

/** All that a temperature needs of a row. */
export interface TemperedRow {
  /** `[classes]` logarithms of the probabilities less the largest of them: ≤ 0, `impossible` for ln 0. */
  x: Float64Array;
  /** x of the label, or Σₖ tₖ·xₖ of soft targets. */
  own: number;
  /** The loss as it is, in nats: +∞ where the label's probability is zero, whatever the floor. */
  loss: number;
}

/** A prediction ready for temperatures; `truth` is a class, or a distribution over the classes. */
export function temperedRow(
  { probabilities, surprisal }: Prediction,
  truth: number | ArrayLike<number>,
): TemperedRow {
  const logarithms = Float64Array.from(probabilities, (_, k) => -surprisal(k));
  const largest = logarithms.reduce((a, b) => Math.max(a, b));
  const x = logarithms.map((logarithm) =>
    logarithm > Number.NEGATIVE_INFINITY ? logarithm - largest : impossible,
  );
  if (typeof truth === "number") return { x, own: x[truth], loss: surprisal(truth) };
  let own = 0;
  let loss = 0;
  for (let k = 0; k < x.length; k++) {
    if (truth[k] === 0) continue;
    own += truth[k] * x[k];
    loss += truth[k] * surprisal(k);
  }
  return { x, own, loss };
}
