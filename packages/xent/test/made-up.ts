import { seededRandom } from "../src/fit/index.ts";
import { logSoftmax } from "../src/losses/log-softmax.ts";
import type { FloatMatrix } from "../src/losses/matrix.ts";

/** Rows of a model that is overconfident by a factor, with labels drawn from what is true. */
export function madeUp(
  rows: number,
  columns: number,
  { factor = 2, seed = 1, shift = 0 }: { factor?: number; seed?: number; shift?: number } = {},
): { logProbabilities: FloatMatrix; labels: number[] } {
  const random = seededRandom(seed);
  const truth = { data: new Float64Array(rows * columns), rows, columns };
  for (let at = 0; at < truth.data.length; at++) truth.data[at] = 1.5 * random.normal();
  const logits = { ...truth, data: truth.data.map((z, at) => factor * z + shift * (at % columns)) };
  const shares = logSoftmax(truth).data;
  const labels = Array.from({ length: rows }, (_, i) => {
    let left = random.uniform();
    for (let k = 0; k < columns - 1; k++) {
      left -= Math.exp(shares[i * columns + k]);
      if (left < 0) return k;
    }
    return columns - 1;
  });
  return { logProbabilities: logSoftmax(logits), labels };
}

export const matrixOf = (rows: number[][]): FloatMatrix<Float64Array> => ({
  data: Float64Array.from(rows.flat()),
  rows: rows.length,
  columns: rows[0].length,
});
