import type { ClassTerm } from "./class-term.ts";
import { crossEntropyOfRow, type Row, type RowVector, type SoftmaxLoss } from "./softmax-loss.ts";
import { complement, probability, surprisal } from "./softmax-rows.ts";

/**
 * Σₖ a[k]·f(ln p[k]) with its derivatives, for any f.
 *
 * Its gradient is that of the cross-entropy whose target is b[k] = −a[k]·f′(ln p[k]); its Hessian's diagonal is
 *
 *     (Σb)·p[j]·(1 − p[j]) + s[j]·(1 − p[j])² + (Σs − s[j])·p[j]²,     s[k] = a[k]·f″(ln p[k])
 */
export function softmaxTermLoss(
  columns: number,
  { value, slope, curvature }: ClassTerm,
): SoftmaxLoss & { hessianDiagonal: RowVector } {
  const b = new Float64Array(columns);
  const s = new Float64Array(columns);
  const asTarget = ({ i, softmax, target }: Row): Row => {
    let total = 0;
    for (let k = 0; k < columns; k++) {
      const a = target[k];
      b[k] = a > 0 ? a * slope(surprisal(softmax, k), probability(softmax, k), complement(softmax, k)) : 0;
      total += b[k];
    }
    return { i, softmax, target: b, total };
  };
  return {
    loss: ({ softmax, target }) => {
      let sum = 0;
      for (let k = 0; k < columns; k++) {
        const a = target[k];
        if (a > 0) sum += a * value(surprisal(softmax, k), probability(softmax, k), complement(softmax, k));
      }
      return sum;
    },
    gradient: (row, into) => crossEntropyOfRow.gradient(asTarget(row), into),
    hessianDiagonal: (row, into) => {
      crossEntropyOfRow.hessianDiagonal(asTarget(row), into);
      const { softmax, target } = row;
      let sum = 0;
      for (let k = 0; k < columns; k++) {
        const a = target[k];
        s[k] =
          a > 0 ? a * curvature(surprisal(softmax, k), probability(softmax, k), complement(softmax, k)) : 0;
        sum += s[k];
      }
      for (let k = 0; k < columns; k++) {
        const p = probability(softmax, k);
        const q = complement(softmax, k);
        into[k] += q * (q * s[k]) + p * (p * (sum - s[k])); // a square alone may underflow
      }
    },
  };
}
