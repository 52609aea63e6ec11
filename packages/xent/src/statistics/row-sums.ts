import { finiteVariables, type RowStatistics, type Variable, variables } from "./row-statistics.ts";

/** Before the moments of a cell stand its rows, weight, finite rows and finite weight. */
const counts = 4;

/** The sums of many sets of rows at once, in one array: Welford's (1962) update of each. */
export function rowSums(cells: number, known: readonly Variable[]) {
  const stride = counts + 2 * known.length;
  const sums = new Float64Array(cells * stride);
  const places = Int32Array.from(known, (variable) => variables.indexOf(variable));
  const isOfFinite = Uint8Array.from(known, (variable) => (finiteVariables.has(variable) ? 1 : 0));

  /** @param scores a number a variable, in the order of `variables`. */
  function add(cell: number, scores: Float64Array, weight: number): void {
    const start = cell * stride;
    sums[start] += 1;
    sums[start + 1] += weight;
    const finite = scores[0] !== Number.POSITIVE_INFINITY;
    if (finite) {
      sums[start + 2] += 1;
      sums[start + 3] += weight;
    }
    const [total, finiteTotal] = [sums[start + 1], sums[start + 3]];
    for (let j = 0; j < places.length; j++) {
      if (isOfFinite[j] === 1 && !finite) continue;
      const divisor = isOfFinite[j] === 1 ? finiteTotal : total;
      if (divisor === 0) continue;
      const at = start + counts + 2 * j;
      const value = scores[places[j]];
      const before = value - sums[at];
      sums[at] += (before * weight) / divisor;
      sums[at + 1] += before * (value - sums[at]);
    }
  }

  function statisticsOf(cell: number): RowStatistics {
    const start = cell * stride;
    const [rows, weight, finiteRows, finiteWeight] = sums.subarray(start, start + counts);
    const moments: RowStatistics["moments"] = {};
    known.forEach((variable, j) => {
      if ((isOfFinite[j] ? finiteRows : rows) === 0) return;
      const at = start + counts + 2 * j;
      moments[variable] = { mean: sums[at], secondMoment: sums[at + 1] };
    });
    return { rows, weight, finiteRows, finiteWeight, moments };
  }

  return { add, statisticsOf, all: () => Array.from({ length: cells }, (_, cell) => statisticsOf(cell)) };
}
