/**
 * What stands for ln 0: so low that its exponential is 0 at every temperature, and its fourth power still a number,
 * so that 0·x⁴ is 0.
 */
export const impossible = -1e75;

/** The loss and its derivatives by β, up to this order. */
export const mostDerivatives = 4;

/**
 * The loss of one row at the inverse temperature β and its first four derivatives by β: up to the term of the truth
 * they are the cumulants of x under softmax(βx).
 *
 *     loss = ln Σₖ exp(β·xₖ) − β·own     loss′ = E[x] − own     loss″ = Var[x]     …
 *
 * @param x `[classes]` logarithms of the probabilities less the largest of them: ≤ 0, and `impossible` for ln 0.
 * @param own x of the label, or Σₖ tₖ·xₖ of soft targets.
 * @param out the loss in nats, then its derivatives.
 * @see Guo et al., On calibration of modern neural networks (2017), eq. 9.
 */
export function temperatureTerms(
  x: Float64Array,
  own: number,
  beta: number,
  out = new Float64Array(mostDerivatives + 1),
): Float64Array {
  let [s0, s1, s2, s3, s4] = [0, 0, 0, 0, 0];
  for (let k = 0; k < x.length; k++) {
    const e = Math.exp(beta * x[k]);
    const square = x[k] * x[k];
    s0 += e;
    s1 += e * x[k];
    s2 += e * square;
    s3 += e * (square * x[k]);
    s4 += e * (square * square);
  }
  const [m1, m2, m3, m4] = [s1 / s0, s2 / s0, s3 / s0, s4 / s0];
  out[0] = Math.log(s0) - beta * own;
  out[1] = m1 - own;
  out[2] = m2 - m1 * m1;
  out[3] = m3 - 3 * m2 * m1 + 2 * m1 * m1 * m1;
  out[4] = m4 - 4 * m3 * m1 - 3 * m2 * m2 + 12 * m2 * m1 * m1 - 6 * m1 * m1 * m1 * m1;
  return out;
}
