import { increasingRoot } from "./increasing-root.ts";

/**
 * P(Z > z) of the standard normal distribution, to 1e-14 relative, also far out.
 *
 * @see Abramowitz & Stegun, 26.2.11 for the series, 26.2.14 for the continued fraction.
 */
export function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z);
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z < 1.5) {
    // ½ − φ(z)·(z + z³/3 + z⁵/(3·5) + …)
    let term = z;
    let sum = z;
    for (let n = 3; term > 2 ** -54 * sum; n += 2) {
      term *= (z * z) / n;
      sum += term;
    }
    return 0.5 - density * sum;
  }
  // φ(z)/(z + 1/(z + 2/(z + 3/(z + …)))), from its end; 200 terms suffice from 1.5 on.
  let fraction = z;
  for (let n = 200; n > 0; n--) fraction = z + n / fraction;
  return density / fraction;
}

/** The z with P(Z ≤ z) = probability, for probabilities in (0, 1). */
export function normalQuantile(probability: number): number {
  if (probability < 0.5) return -normalQuantile(1 - probability);
  const tail = 1 - probability;
  return increasingRoot(
    (z) => [tail - normalTail(z), Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)],
    0,
    40,
  );
}
