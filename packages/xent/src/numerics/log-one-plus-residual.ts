/**
 * δ − ln(1 + δ), without the cancellation near zero: there it is δ²/2 − δ³/3 + δ⁴/4 − …
 *
 * @param delta > −1; +∞ at −1.
 */
export function logOnePlusResidual(delta: number): number {
  if (Math.abs(delta) > 0.1) return delta - Math.log1p(delta);
  let sum = 0;
  let power = delta * delta;
  for (let n = 2; n < 40; n++) {
    const term = power / n;
    sum += n % 2 === 0 ? term : -term;
    if (Math.abs(term) < 1e-18 * Math.abs(sum)) break;
    power *= delta;
  }
  return sum;
}
