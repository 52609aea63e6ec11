/**
 * e^x − 1 − x, without the cancellation near zero: there it is x²/2! + x³/3! + x⁴/4! + …
 *
 * @returns ≥ 0.
 */
export function expMinusOneResidual(x: number): number {
  if (x === Number.POSITIVE_INFINITY) return x;
  if (!(Math.abs(x) < 1)) return Math.expm1(x) - x; // far from zero at most two bits cancel
  let sum = 0;
  let term = (x * x) / 2;
  for (let n = 3; n < 30; n++) {
    sum += term;
    if (Math.abs(term) < 1e-18 * sum) break;
    term *= x / n;
  }
  return sum;
}
