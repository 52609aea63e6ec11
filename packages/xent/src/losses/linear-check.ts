import { XentError } from "../error.ts";
import { checkClassOptions, checkLabels, checkLength, checkMatrix, checkOption, checkOut } from "./check.ts";
import type { LinearOptions, LinearOut } from "./linear-options.ts";
import type { FloatArray, FloatMatrix, Labels } from "./matrix.ts";

/** Throws unless the shapes fit, and every number that counts is finite. */
export function checkLinear(
  caller: string,
  inputs: FloatMatrix,
  weight: FloatMatrix,
  labels: Labels,
  options: LinearOptions,
): void {
  const { bias, softcap, zLoss, ignoreLabel, weights } = options;
  checkMatrix(caller, "inputs", inputs);
  checkMatrix(caller, "weight", weight);
  if (inputs.columns !== weight.columns) {
    throw new XentError(
      "shape",
      `${caller}: inputs has ${inputs.columns} columns and weight ${weight.columns}; both have one a feature`,
    );
  }
  const classes = weight.rows;
  if (classes === 0) throw new XentError("shape", `${caller}: weight has 0 rows; it needs one a class`);
  const shape = { rows: inputs.rows, columns: classes };
  checkLabels(caller, labels, shape, ignoreLabel);
  checkClassOptions(caller, options, shape);
  if (softcap !== undefined) {
    checkOption(caller, "softcap", softcap, 0);
    if (softcap === 0) throw new XentError("option", `${caller}: softcap is 0; it must be above 0`);
  }
  if (zLoss !== undefined) checkOption(caller, "zLoss", zLoss, 0);
  if (bias) {
    checkLength(caller, "bias", bias, classes, "classes");
    for (let k = 0; k < classes; k++) {
      if (!(bias[k] < Number.POSITIVE_INFINITY)) {
        throw new XentError(
          "value",
          `${caller}: bias[${k}] is ${bias[k]}; it must be a finite number or -Infinity`,
        );
      }
    }
  }
  // An infinite number could hide behind a softcap, or as −∞ behind the other classes, and spoil the gradients.
  checkFinite(caller, "weight", weight, () => false);
  if (options.inputsAreFinite) return;
  checkFinite(caller, "inputs", inputs, (i) => labels[i] === ignoreLabel || weights?.[i] === 0);
}

/** Throws for a number that is not finite, in a row that counts. */
function checkFinite(
  caller: string,
  name: string,
  { data, rows, columns }: FloatMatrix,
  skip: (i: number) => boolean,
): void {
  for (let i = 0; i < rows; i++) {
    if (skip(i)) continue;
    let zero = 0; // NaN after the first number that is not finite
    for (let at = i * columns; at < (i + 1) * columns; at++) zero += data[at] * 0;
    if (zero === 0) continue;
    const j = data.subarray(i * columns, (i + 1) * columns).findIndex((value) => !Number.isFinite(value));
    throw new XentError(
      "value",
      `${caller}: ${name}[${i}, ${j}] is ${data[i * columns + j]}; it must be a finite number`,
    );
  }
}

/** Throws unless the buffers have the length needed, and none is the weight's or the bias's own. */
export function checkLinearOut(
  caller: string,
  inputs: FloatMatrix,
  weight: FloatMatrix,
  { bias }: LinearOptions,
  out: LinearOut,
): void {
  checkOut(caller, "out.loss", out.loss, inputs.rows);
  checkOut(caller, "out.inputsGradient", out.inputsGradient, inputs.data.length);
  checkOut(caller, "out.weightGradient", out.weightGradient, weight.data.length);
  checkOut(caller, "out.biasGradient", out.biasGradient, weight.rows);
  if (out.weightGradient === weight.data || (bias && out.biasGradient === bias)) {
    const name = out.weightGradient === weight.data ? "weight" : "bias";
    throw new XentError(
      "option",
      `${caller}: out.${name}Gradient is the ${name} itself; only inputs may be written over`,
    );
  }
}

/** Throws for a row whose logits have no softmax, and says why. */
export function throwBadLogit(
  caller: string,
  inputs: FloatMatrix,
  weight: FloatMatrix,
  bias: FloatArray | undefined,
  i: number,
): never {
  const { columns } = inputs;
  for (let k = 0; k < weight.rows; k++) {
    let logit = bias ? bias[k] : 0;
    for (let j = 0; j < columns; j++) logit += inputs.data[i * columns + j] * weight.data[k * columns + j];
    if (!(logit < Number.POSITIVE_INFINITY)) {
      throw new XentError(
        "value",
        `${caller}: the logit of row ${i} and class ${k} is ${logit}; inputs·weight + bias must not overflow`,
      );
    }
  }
  throw new XentError("value", `${caller}: row ${i} has no class with a finite logit; it needs at least one`);
}
