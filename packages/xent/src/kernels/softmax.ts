import { XentError } from "../error.ts";
import { checkClassOptions, checkMatrix, checkOut } from "../losses/check.ts";
import type * as losses from "../losses/index.ts";
import { type FloatMatrix, matrixLike } from "../losses/matrix.ts";
import { softmaxRows } from "../losses/softmax-rows.ts";
import { isDouble, lossArray, maskArray, matrixArray } from "./arrays.ts";
import { type RowArray, type Runner, runRows } from "./run-rows.ts";
import { rowScratch } from "./scratch.ts";

/** Which of the three the module is to make, see assembly/softmax.ts. */
const kinds = { softmax: 0, logSoftmax: 1, logSumExp: 2 };

/** Softmax, its logarithm and the sum that both divide by. */
export function softmaxFunctions(
  runner: Runner,
): Pick<typeof losses, "softmax" | "logSoftmax" | "logSumExp"> {
  const run = (
    caller: keyof typeof kinds,
    logits: FloatMatrix,
    given: ArrayLike<number> | undefined,
    out: RowArray | undefined,
  ) => {
    const { rows, columns } = logits;
    const { mask, maskStride } = maskArray(given, logits);
    const bad = runRows(
      runner,
      "softmaxRows",
      rows,
      { x: matrixArray(logits, "read", logits), mask, out },
      rowScratch(logits),
      (at, count, scratch) => [
        isDouble(logits),
        kinds[caller],
        at.x,
        count,
        columns,
        at.mask,
        maskStride,
        at.out,
        scratch,
      ],
      caller === "logSumExp" ? undefined : { write: "out", over: "x" },
    );
    if (bad < 0) return;
    softmaxRows(caller, logits, given)(bad); // says what is wrong with the row
    throw new XentError("value", `${caller}: row ${bad} of logits has no softmax in single precision`);
  };
  const matrixOf =
    (caller: "softmax" | "logSoftmax"): typeof losses.softmax =>
    (logits, { mask, out } = {}) => {
      checkMatrix(caller, "logits", logits);
      checkClassOptions(caller, { mask }, logits);
      checkOut(caller, "the matrix to write", out, logits.data.length);
      const result = matrixLike(logits, out);
      run(caller, logits, mask, matrixArray(result, "write", logits));
      return result;
    };
  return {
    softmax: matrixOf("softmax"),
    logSoftmax: matrixOf("logSoftmax"),
    logSumExp: (logits, { mask, out } = {}) => {
      checkMatrix("logSumExp", "logits", logits);
      checkClassOptions("logSumExp", { mask }, logits);
      checkOut("logSumExp", "the numbers to write", out, logits.rows);
      const result = out ?? new Float64Array(logits.rows);
      run("logSumExp", logits, mask, lossArray(result));
      return result;
    },
  };
}
