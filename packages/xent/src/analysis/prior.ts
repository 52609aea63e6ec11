/**
 * The base rate as a model: predicts each class with its share, whatever the row.
 *
 *     share[k] = weight[k] / Σweight     surprisal[k] = −ln share[k]     entropy = Σₖ share[k]·surprisal[k]
 *
 * @param weights `[classes]` Σw of the rows of each class.
 * @returns shares, their surprisals in nats (+∞ for a class without rows), and the entropy in nats.
 */
export function priorOf(weights: number[]): { share: number[]; surprisal: number[]; entropy: number } {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const share = weights.map((weight) => weight / total);
  const surprisal = share.map((part) => -Math.log(part));
  const entropy = share.reduce((sum, part, k) => (part > 0 ? sum + part * surprisal[k] : sum), 0);
  return { share, surprisal, entropy };
}
