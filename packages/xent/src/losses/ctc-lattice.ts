/** One sequence: what is said of it, and its frames' log-probabilities. */
export interface CtcSequence {
  labels: ArrayLike<number>;
  blank: number;
  /** Frames that count. */
  length: number;
  /** ln p of class k in frame t; −∞ is allowed. */
  logProbability: (t: number, k: number) => number;
}

/**
 * The alignments of labels with frames: −ln Σ over all paths that collapse to the labels, by the states
 * blank, label 1, blank, label 2, …, blank.
 *
 * @param visit is called for the frames from the last to the first, once the lattice no longer needs the frame's
 *   log-probabilities, with the posterior probability of each state, which sums to one. Not called if no path fits.
 * @returns the loss; +∞ if no path fits.
 * @see Graves et al. (2006), eq. 6–8 for `forward`, 10–11 for `after`.
 */
export function ctcLattice(
  { labels, blank, length, logProbability }: CtcSequence,
  visit?: (t: number, posterior: Float64Array, classOf: (s: number) => number) => void,
): number {
  const states = 2 * labels.length + 1;
  if (length === 0) return labels.length === 0 ? 0 : Number.POSITIVE_INFINITY;
  const classOf = (s: number) => (s % 2 === 0 ? blank : labels[(s - 1) / 2]);
  // A blank between two labels may be left out, unless they are the same.
  const mayComeFromTwoBack = (s: number) => s % 2 === 1 && s > 1 && classOf(s) !== classOf(s - 2);

  // ln of the sum over the beginnings of paths that are in state s at frame t; a row a frame if they are needed.
  const frames = visit ? length : 2;
  const forward = new Float64Array(frames * states).fill(Number.NEGATIVE_INFINITY);
  for (let s = 0; s < Math.min(2, states); s++) forward[s] = logProbability(0, classOf(s));
  for (let t = 1; t < length; t++) {
    const now = (t % frames) * states;
    const before = ((t - 1) % frames) * states;
    for (let s = 0; s < states; s++) {
      forward[now + s] =
        logProbability(t, classOf(s)) +
        logSumExp(
          forward[before + s],
          s > 0 ? forward[before + s - 1] : Number.NEGATIVE_INFINITY,
          mayComeFromTwoBack(s) ? forward[before + s - 2] : Number.NEGATIVE_INFINITY,
        );
    }
  }
  const last = ((length - 1) % frames) * states;
  const logLikelihood = logSumExp(
    forward[last + states - 1],
    states > 1 ? forward[last + states - 2] : Number.NEGATIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  );
  if (logLikelihood === Number.NEGATIVE_INFINITY) return Number.POSITIVE_INFINITY;

  if (visit) {
    // ln of the sum over the ends of paths after frame t, for those in state s at t: without the frame's own factor,
    // so that it need not be divided out again (β of the paper is this plus ln p).
    let after = new Float64Array(states).fill(Number.NEGATIVE_INFINITY);
    let earlier = new Float64Array(states);
    const posterior = new Float64Array(states);
    for (let s = Math.max(0, states - 2); s < states; s++) after[s] = 0;
    for (let t = length - 1; t >= 0; t--) {
      for (let s = 0; s < states; s++)
        posterior[s] = Math.exp(forward[t * states + s] + after[s] - logLikelihood);
      const end = (s: number) =>
        s < states ? after[s] + logProbability(t, classOf(s)) : Number.NEGATIVE_INFINITY;
      for (let s = 0; s < states; s++) {
        earlier[s] = logSumExp(
          end(s),
          end(s + 1),
          s + 2 < states && mayComeFromTwoBack(s + 2) ? end(s + 2) : Number.NEGATIVE_INFINITY,
        );
      }
      [after, earlier] = [earlier, after];
      visit(t, posterior, classOf);
    }
  }
  // All paths together may have a probability of 1, and rounding makes it no more.
  return Math.max(0, -logLikelihood);
}

/** ln(eᵃ + eᵇ + eᶜ); −∞ if all are. */
function logSumExp(a: number, b: number, c: number): number {
  const max = Math.max(a, b, c);
  if (max === Number.NEGATIVE_INFINITY) return max;
  return max + Math.log(Math.exp(a - max) + Math.exp(b - max) + Math.exp(c - max));
}
