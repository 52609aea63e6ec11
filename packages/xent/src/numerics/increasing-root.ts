/**
 * Where an increasing function is zero: Newton's steps, halved intervals where they leave what is known of it.
 *
 * @param f value and derivative; −f < 0 at `low` and > 0 at `high`, or the nearer end is given.
 * @see Press et al., Numerical Recipes (2007), section 9.4.
 */
export function increasingRoot(f: (x: number) => [number, number], low: number, high: number): number {
  let least = low;
  let most = high;
  let x = (low + high) / 2;
  for (let step = 0; step < 200; step++) {
    const [value, slope] = f(x);
    if (value === 0) return x;
    if (value < 0) least = x;
    else most = x;
    const newton = x - value / slope;
    const next = newton > least && newton < most ? newton : (least + most) / 2;
    if (Math.abs(next - x) <= 2 ** -53 * Math.abs(x)) return next;
    x = next;
  }
  return x;
}
