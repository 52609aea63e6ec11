import type { FloatMatrix, Labels } from "../losses/matrix.ts";
import type { Stop } from "./method.ts";
import type { Progress } from "./minimise.ts";
import type { SoftmaxProblem } from "./softmax-problem.ts";

/** Looks whether weights grow without end. */
export interface SeparationWatch {
  see(progress: Progress): void;
  /** That there is no minimum, and why; or nothing. */
  verdict(parameters: Float64Array): Stop | undefined;
}

/** Gradients before the end, from which on the growth of the weights is looked at. */
const EARLIER = 1e4;

/** Growth of a margin between those two, in nats: where the loss has no minimum it is ln(EARLIER) = 9. */
const GROWTH = 2;

/** What other margins may fall by, as a share of that growth: they have settled to this. */
const SETTLED = 1e-2;

/**
 * Whether the classes can be separated, so that the likelihood has no maximum: completely, if the weights themselves give
 * every row's label the largest logit; or quasi-completely, if the last change of the weights raised some rows' margins
 * and lowered none.
 *
 * @see Albert & Anderson, On the Existence of Maximum Likelihood Estimates in Logistic Regression Models (1984), eq. 2
 *   and 4.
 */
export function watchSeparation(
  features: FloatMatrix,
  labels: Labels,
  weights: ArrayLike<number> | undefined,
  problem: SoftmaxProblem,
  tolerance: number,
): SeparationWatch {
  let earlier: Float64Array | undefined;

  /** Least and largest of logit[label] − logit[k] over all rows that count, and all other classes k. */
  function margins(parameters: Float64Array): [least: number, most: number] {
    const { weight, bias } = problem.layerOf(parameters);
    const { data, rows, columns } = features;
    const logits = new Float64Array(weight.rows);
    let least = Number.POSITIVE_INFINITY;
    let most = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < rows; i++) {
      if (weights && weights[i] === 0) continue;
      for (let k = 0; k < weight.rows; k++) {
        logits[k] = bias[k];
        for (let j = 0; j < columns; j++) logits[k] += weight.data[k * columns + j] * data[i * columns + j];
      }
      for (let k = 0; k < weight.rows; k++) {
        if (k === labels[i]) continue;
        const margin = logits[labels[i]] - logits[k];
        least = Math.min(least, margin);
        most = Math.max(most, margin);
      }
    }
    return [least, most];
  }

  return {
    see({ gradientNorm, parameters }) {
      if (!earlier && gradientNorm <= EARLIER * tolerance) earlier = parameters.slice();
    },
    verdict(parameters) {
      const message = (how: string) =>
        `the classes are ${how}: the loss falls for ever while some weights grow, and has no minimum; a penalty (l2) would give it one`;
      if (margins(parameters)[0] > 0) return { reason: "diverged", message: message("separable") };
      if (!earlier) return undefined;
      const [least, most] = margins(parameters.map((x, i) => x - (earlier as Float64Array)[i]));
      if (!(most > GROWTH && least >= -SETTLED * most)) return undefined;
      return { reason: "diverged", message: message("separable in part") };
    },
  };
}
