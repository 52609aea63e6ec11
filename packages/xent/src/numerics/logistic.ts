/** ln(1 + eˣ) = −ln σ(−x), with its digits at both ends. */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** σ(x) = 1 / (1 + e⁻ˣ), with its digits at both ends; 1 − σ(x) is σ(−x). */
export function sigmoid(x: number): number {
  const e = Math.exp(-Math.abs(x));
  return (x < 0 ? e : 1) / (1 + e);
}
