import { XentError } from "../error.ts";
import { checkMatrix } from "../losses/check.ts";
import { logSoftmax } from "../losses/log-softmax.ts";
import type { FloatMatrix } from "../losses/matrix.ts";
import type { SoftmaxRegression } from "./softmax-regression.ts";

/**
 * What a softmax regression says of rows.
 *
 *     ln softmax(W·x[i] + b)
 *
 * @param features `[rows, features]` finite, scaled as those that it was fitted to.
 * @returns `[rows, classes]` log-probabilities, ≤ 0.
 * @throws `XentError` `shape` if the features are not as many as the model's, `value` where a logit overflows.
 */
export function predictSoftmaxRegression(
  { weights, intercepts }: SoftmaxRegression,
  features: FloatMatrix,
): FloatMatrix<Float64Array> {
  const caller = "predictSoftmaxRegression";
  checkMatrix(caller, "features", features);
  const { data, rows, columns } = features;
  if (weights[0].length !== columns) {
    throw new XentError(
      "shape",
      `${caller}: features has ${columns} columns; the model has ${weights[0].length} features`,
    );
  }
  const classes = weights.length;
  const logits = new Float64Array(rows * classes);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < classes; k++) {
      const w = weights[k];
      let logit = intercepts[k];
      for (let j = 0; j < columns; j++) logit += w[j] * data[i * columns + j];
      if (!Number.isFinite(logit)) {
        throw new XentError(
          "value",
          `${caller}: the logit of row ${i} and class ${k} is ${logit}; features and weights must be finite, and not overflow`,
        );
      }
      logits[i * classes + k] = logit;
    }
  }
  logSoftmax({ data: logits, rows, columns: classes }, { out: logits });
  return { data: logits, rows, columns: classes };
}
