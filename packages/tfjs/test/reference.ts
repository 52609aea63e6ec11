/** Derivative of a function of an array, by central differences in float64: with this step both errors are 1e-10. */
export function derivative(of: (at: number[]) => number, at: number[]): number[] {
  const step = 1e-5;
  return at.map((value, i) => {
    const moved = (by: number) => of(at.map((other, j) => (j === i ? value + by : other)));
    return (moved(step) - moved(-step)) / (2 * step);
  });
}

/** ln softmax of one row. */
export function logSoftmax(x: number[]): number[] {
  const max = Math.max(...x);
  const logSum = Math.log(x.reduce((sum, value) => sum + Math.exp(value - max), 0));
  return x.map((value) => value - max - logSum);
}

/** Σ t·ln(t/p) of one row, from their logarithms. */
export const divergence = (logT: number[], logP: number[]): number =>
  logT.reduce((sum, l, k) => sum + Math.exp(l) * (l - logP[k]), 0);
