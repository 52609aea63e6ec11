/** What is minimised, apart from how: a function of `size` parameters. */
export interface Problem {
  /** How many parameters there are. */
  size: number;
  /** Writes the gradient `[size]`, and returns the value. +∞ and NaN say that the function is not defined there. */
  valueAndGradient(parameters: Float64Array, gradient: Float64Array): number;
  /** Writes the second derivatives, `[size, size]` row after row. `newton` needs it. */
  hessian?(parameters: Float64Array, hessian: Float64Array): void;
  /** Writes the second derivatives with respect to each parameter alone, `[size]`. */
  hessianDiagonal?(parameters: Float64Array, diagonal: Float64Array): void;
  /** For functions that are a mean over rows: the mean over some of them. `sgd` and `adam` take their steps on it. */
  batches?: {
    /** How many rows there are. */
    rows: number;
    /** `valueAndGradient` of the mean over these rows. */
    valueAndGradient(parameters: Float64Array, rows: Int32Array, gradient: Float64Array): number;
  };
}
