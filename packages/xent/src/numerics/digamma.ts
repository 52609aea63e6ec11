/**
 * ψ(x) = d/dx ln Γ(x) for x > 0: recurrence up to 10, then the asymptotic series.
 *
 * @see Abramowitz & Stegun, Handbook of Mathematical Functions, 6.3.5 and 6.3.18.
 */
export function digamma(x: number): number {
  let shift = 0;
  let y = x;
  for (; y < 10; y++) shift += 1 / y;
  const z = 1 / (y * y);
  const series =
    z * (1 / 12 - z * (1 / 120 - z * (1 / 252 - z * (1 / 240 - z * (1 / 132 - (z * 691) / 32760)))));
  return Math.log(y) - 1 / (2 * y) - series - shift;
}
