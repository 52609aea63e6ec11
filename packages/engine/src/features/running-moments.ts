/** Means and centred second moments of columns, row after row. */
export interface RunningMoments {
  /** Adds one row; what is not a number is left out of its column. */
  add(data: Float64Array, start: number): void;
  mean: Float64Array;
  /** Population variance of each column; 0 where it was constant or empty. */
  variance(): Float64Array;
}

/** @see Welford, Note on a Method for Calculating Corrected Sums of Squares and Products (1962), eq. I and II. */
export function runningMoments(columns: number): RunningMoments {
  const count = new Float64Array(columns);
  const mean = new Float64Array(columns);
  const square = new Float64Array(columns);
  return {
    mean,
    add(data, start) {
      for (let k = 0; k < columns; k++) {
        const value = data[start + k];
        if (Number.isNaN(value)) continue;
        const difference = value - mean[k];
        // A constant column stays at exactly zero, whatever the number of rows.
        if (difference === 0) {
          count[k]++;
          continue;
        }
        mean[k] += difference / ++count[k];
        square[k] += difference * (value - mean[k]);
      }
    },
    variance: () => square.map((sum, k) => (count[k] > 0 ? sum / count[k] : 0)),
  };
}
