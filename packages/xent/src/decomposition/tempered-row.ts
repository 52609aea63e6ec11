/** All that a temperature needs of a row. */
export interface TemperedRow {
  /** `[classes]` logarithms of the probabilities less the largest of them: ≤ 0, `impossible` for ln 0. */
  x: Float64Array;
  /** x of the label, or Σₖ tₖ·xₖ of soft targets. */
  own: number;
  /** The loss as it is, in nats: +∞ where the label's probability is zero, whatever the floor. */
  loss: number;
}
