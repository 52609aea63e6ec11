import { XentError } from "../error.ts";
import type { FloatMatrix, Labels, Upstream } from "./matrix.ts";
import type { ClassOptions } from "./options.ts";

/** Throws unless the matrix has the numbers that its rows and columns say, and at least one column. */
export function checkMatrix(caller: string, name: string, matrix: FloatMatrix): void {
  if (typeof matrix !== "object" || matrix === null || !("data" in matrix)) {
    throw new XentError(
      "shape",
      `${caller}: ${name} is ${kindOf(matrix)}; it must be a matrix, { data, rows, columns }`,
    );
  }
  const { data, rows, columns } = matrix;
  if (!(data instanceof Float32Array || data instanceof Float64Array)) {
    throw new XentError("shape", `${caller}: ${name}.data must be a Float32Array or a Float64Array`);
  }
  if (!Number.isInteger(rows) || rows < 0 || !Number.isInteger(columns) || columns < 1) {
    throw new XentError(
      "shape",
      `${caller}: ${name} has ${rows} rows and ${columns} columns; rows are an integer from 0, columns from 1`,
    );
  }
  if (data.length !== rows * columns) {
    throw new XentError(
      "shape",
      `${caller}: ${name}.data has ${data.length} numbers; ${rows} rows of ${columns} have ${rows * columns}`,
    );
  }
}

/** Throws unless both matrices have the same rows and columns. */
export function checkSameShape(
  caller: string,
  name: string,
  matrix: { rows: number; columns: number },
  otherName: string,
  other: { rows: number; columns: number },
): void {
  if (matrix.rows !== other.rows || matrix.columns !== other.columns) {
    throw new XentError(
      "shape",
      `${caller}: ${name} is [${matrix.rows}, ${matrix.columns}] and ${otherName} is [${other.rows}, ${other.columns}]; they must be the same`,
    );
  }
}

/** Throws unless there is one label a row, each a class or the one that is ignored. */
export function checkLabels(
  caller: string,
  labels: Labels,
  { rows, columns }: { rows: number; columns: number },
  ignoreLabel?: number,
): void {
  checkLength(caller, "labels", labels, rows, "rows of logits");
  if (ignoreLabel !== undefined && !Number.isInteger(ignoreLabel)) {
    throw new XentError("option", `${caller}: ignoreLabel is ${ignoreLabel}; it must be an integer`);
  }
  for (let i = 0; i < rows; i++) {
    const label = labels[i];
    if (ignoreLabel !== undefined && label === ignoreLabel) continue;
    if (!(Number.isInteger(label) && label >= 0 && label < columns)) {
      const which =
        columns === Number.POSITIVE_INFINITY
          ? "a label is an integer from 0"
          : `with ${columns} classes a label is an integer from 0 to ${columns - 1}`;
      throw new XentError("label", `${caller}: labels[${i}] is ${label}; ${which}`);
    }
  }
}

/** Throws unless there is one label a row, each a class; or a matrix like the logits of targets from 0 to `most`. */
export function checkTruth(
  caller: string,
  truth: Labels | FloatMatrix,
  logits: FloatMatrix,
  ignoreLabel: number | undefined,
  most?: number,
): void {
  checkIsTruth(caller, truth);
  if (!("data" in truth)) {
    checkLabels(caller, truth, logits, ignoreLabel);
    return;
  }
  checkMatrix(caller, "targets", truth);
  checkSameShape(caller, "targets", truth, "logits", logits);
  checkTargets(caller, truth, most);
}

/** Throws unless there are labels or targets at all. */
export function checkIsTruth(caller: string, truth: unknown): void {
  if (typeof truth === "object" && truth !== null) return;
  throw new XentError(
    "shape",
    `${caller}: the labels or targets are ${kindOf(truth)}; they must be labels, one a row, or a matrix of targets`,
  );
}

/** Throws unless it is an array, or like one. */
export function checkArray(caller: string, name: string, values: unknown): void {
  if (typeof values !== "object" || values === null || !("length" in values)) {
    throw new XentError("shape", `${caller}: ${name} is ${kindOf(values)}; it must be an array of numbers`);
  }
}

/** What a wrong argument is, in a word or two: callers of JavaScript have no types to tell them. */
function kindOf(value: unknown): string {
  if (ArrayBuffer.isView(value) || Array.isArray(value)) return "an array";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}

/** Throws unless the values are as many as `length`. */
export function checkLength(
  caller: string,
  name: string,
  values: ArrayLike<unknown>,
  length: number,
  what: string,
): void {
  checkArray(caller, name, values);
  if (values.length !== length) {
    throw new XentError(
      "shape",
      `${caller}: ${name} has ${values.length} values; there are ${length} ${what}`,
    );
  }
}

/** Throws unless there is one length a sequence, each an integer from 0 to `steps`. */
export function checkLengths(
  caller: string,
  name: string,
  lengths: ArrayLike<number>,
  sequences: number,
  steps: number,
): void {
  checkLength(caller, name, lengths, sequences, "sequences");
  for (let b = 0; b < sequences; b++) {
    if (!(Number.isInteger(lengths[b]) && lengths[b] >= 0 && lengths[b] <= steps)) {
      throw new XentError(
        "shape",
        `${caller}: ${name}[${b}] is ${lengths[b]}; with ${steps} steps it is an integer from 0 to ${steps}`,
      );
    }
  }
}

/** Throws unless the values are as many as `length`, finite and ≥ 0. */
export function checkWeights(
  caller: string,
  name: string,
  values: ArrayLike<number> | undefined,
  length: number,
  what: string,
): void {
  if (values === undefined) return;
  checkLength(caller, name, values, length, what);
  for (let i = 0; i < length; i++) {
    if (!(values[i] >= 0 && values[i] < Number.POSITIVE_INFINITY)) {
      throw new XentError("option", `${caller}: ${name}[${i}] is ${values[i]}; a weight is finite and ≥ 0`);
    }
  }
}

/** Throws unless an option is a finite number within its range. */
export function checkOption(
  caller: string,
  name: string,
  value: number,
  least = Number.NEGATIVE_INFINITY,
  most = Number.POSITIVE_INFINITY,
): void {
  if (Number.isFinite(value) && value >= least && value <= most) return;
  const range = [
    least > Number.NEGATIVE_INFINITY ? ` from ${least}` : "",
    most < Number.POSITIVE_INFINITY ? ` to ${most}` : "",
  ];
  throw new XentError(
    "option",
    `${caller}: ${name} is ${value}; it must be a finite number${range.join("")}`,
  );
}

/** Throws unless weights, class weights, smoothing and mask fit the matrix. */
export function checkClassOptions(
  caller: string,
  { weights, classWeights, labelSmoothing, mask }: ClassOptions,
  { rows, columns }: { rows: number; columns: number },
): void {
  checkWeights(caller, "weights", weights, rows, "rows");
  checkWeights(caller, "classWeights", classWeights, columns, "classes");
  if (labelSmoothing !== undefined) checkOption(caller, "labelSmoothing", labelSmoothing, 0, 1);
  if (mask === undefined) return;
  checkArray(caller, "mask", mask);
  if (mask.length !== columns && mask.length !== rows * columns) {
    throw new XentError(
      "shape",
      `${caller}: mask has ${mask.length} values; it needs one a class (${columns}) or one a logit (${rows * columns})`,
    );
  }
}

/** Throws unless the upstream gradient is finite, and one number or one a row. */
export function checkUpstream(caller: string, upstream: Upstream, rows: number): void {
  if (typeof upstream === "number") {
    checkOption(caller, "upstream", upstream);
    return;
  }
  if (typeof upstream === "object" && upstream !== null && !("length" in upstream)) {
    throw new XentError(
      "shape",
      `${caller}: upstream is an object; it is a number or one a row, and options come after it`,
    );
  }
  checkLength(caller, "upstream", upstream, rows, "rows");
  for (let i = 0; i < rows; i++) checkOption(caller, `upstream[${i}]`, upstream[i]);
}

/** Throws unless a buffer to write into has the length needed. */
export function checkOut(
  caller: string,
  name: string,
  out: { length: number } | undefined,
  length: number,
): void {
  if (out !== undefined && out.length !== length) {
    throw new XentError("shape", `${caller}: ${name} has room for ${out.length} numbers; it needs ${length}`);
  }
}

/** Throws unless every target is finite and from 0 to `most`. A row's sum need not be one. */
export function checkTargets(caller: string, targets: FloatMatrix, most = Number.MAX_VALUE): void {
  const { data, columns } = targets;
  for (let at = 0; at < data.length; at++) {
    if (!(data[at] >= 0 && data[at] <= most)) {
      const where = `targets[${Math.floor(at / columns)}, ${at % columns}]`;
      const range = most < Number.MAX_VALUE ? `number from 0 to ${most}` : "finite number ≥ 0";
      throw new XentError("probability", `${caller}: ${where} is ${data[at]}; a target is a ${range}`);
    }
  }
}

/** Throws for a row of logits that has no softmax, and says why. */
export function throwBadRow(
  caller: string,
  { data, columns }: FloatMatrix,
  i: number,
  isKept: (k: number) => boolean,
  name = "logits",
): never {
  for (let k = 0; k < columns; k++) {
    const value = data[i * columns + k];
    if (isKept(k) && !(value < Number.POSITIVE_INFINITY)) {
      throw new XentError(
        "value",
        `${caller}: ${name}[${i}, ${k}] is ${value}; a logit is a finite number or -Infinity`,
      );
    }
  }
  throw new XentError(
    "value",
    `${caller}: row ${i} of ${name} has no class that is neither masked nor -Infinity; it needs at least one`,
  );
}
