/** Numbers of one precision. */
export type FloatArray = Float32Array | Float64Array;

/** `[rows, columns]` in one array, row after row. */
export interface FloatMatrix<Data extends FloatArray = FloatArray> {
  data: Data;
  rows: number;
  columns: number;
}

/** `[rows]` classes as integers from 0 to classes − 1. */
export type Labels = ArrayLike<number>;

/** d(objective)/d(loss[i]): one number for all rows, or `[rows]` one a row. */
export type Upstream = number | ArrayLike<number>;

/** A matrix like another, of the buffer given or of a new one of the same precision. */
export function matrixLike<Data extends FloatArray>(
  { data, rows, columns }: FloatMatrix<Data>,
  out?: FloatArray,
): FloatMatrix {
  const fresh = () =>
    data instanceof Float32Array ? new Float32Array(rows * columns) : new Float64Array(rows * columns);
  return { data: out ?? fresh(), rows, columns };
}
