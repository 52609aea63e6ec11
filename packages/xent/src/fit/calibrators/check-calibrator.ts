import { XentError } from "../../error.ts";
import { isDiagonal } from "./apply-steps.ts";
import type { Calibrator, CalibratorMethod, CalibratorStep, ProbabilityTable } from "./calibrator.ts";

const methods: ReadonlySet<unknown> = new Set<CalibratorMethod>([
  "temperature",
  "platt",
  "beta",
  "vector",
  "matrix",
  "structured-matrix",
  "dirichlet",
  "isotonic",
  "histogram",
  "mixture",
  "prior-correction",
  "em",
  "bbse",
]);

/** Above it a product with a log-probability could overflow. */
const largest = 1e100;

/**
 * A calibrator that comes from elsewhere, such as a file, if it is one.
 *
 * @param json what `JSON.parse` gave.
 * @returns the same object.
 * @throws `XentError` `value` that says which part is not as it should be.
 */
export function checkCalibrator(json: unknown): Calibrator {
  if (!isObject(json)) throw bad("it", "is no object");
  const { version, method, classes, steps, fitted } = json;
  if (version !== 1) throw bad("version", `is ${show(version)}; this version of xent reads 1`);
  if (!methods.has(method))
    throw bad("method", `is ${show(method)}; it is one of ${[...methods].join(", ")}`);
  if (!Array.isArray(classes) || classes.length < 2 || classes.some((name) => typeof name !== "string")) {
    throw bad("classes", "must be two names or more");
  }
  if (new Set(classes).size < classes.length) throw bad("classes", "names a class twice");
  if (!Array.isArray(steps)) throw bad("steps", "must be an array");
  steps.forEach((step: unknown, s) => {
    checkStep(`steps[${s}]`, step, classes.length);
  });
  if (!isObject(fitted)) throw bad("fitted", "must be an object");
  if (!(Number.isInteger(fitted.rows) && (fitted.rows as number) >= 0)) {
    throw bad("fitted.rows", `is ${show(fitted.rows)}; it must be an integer from 0`);
  }
  return json as unknown as Calibrator;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const show = (value: unknown): string =>
  value === undefined ? "missing" : typeof value === "number" ? String(value) : JSON.stringify(value);

const bad = (part: string, found: string): XentError =>
  new XentError("value", `checkCalibrator: this is no calibrator: ${part} ${found}`);

function checkStep(name: string, step: unknown, classes: number): asserts step is CalibratorStep {
  if (!isObject(step)) throw bad(name, "is no object");
  switch (step.kind) {
    case "affine":
      checkScale(`${name}.scale`, step.scale, classes);
      checkNumbers(`${name}.bias`, step.bias, -largest, largest, classes);
      return;
    case "table":
      if (step.interpolation !== "linear" && step.interpolation !== "constant") {
        throw bad(`${name}.interpolation`, `is ${show(step.interpolation)}; it is "linear" or "constant"`);
      }
      checkTables(`${name}.tables`, step.tables, step.interpolation === "linear" ? 0 : 1, classes);
      return;
    case "mixture": {
      checkNumber(`${name}.weight`, step.weight, 0, 1);
      checkNumbers(`${name}.distribution`, step.distribution, 0, 1, classes);
      const sum = (step.distribution as number[]).reduce((all, one) => all + one, 0);
      if (Math.abs(sum - 1) > 1e-9) throw bad(`${name}.distribution`, `sums to ${sum}; it must sum to one`);
      return;
    }
    default:
      throw bad(`${name}.kind`, `is ${show(step.kind)}; it is "affine", "table" or "mixture"`);
  }
}

function checkScale(name: string, scale: unknown, classes: number): void {
  if (!Array.isArray(scale)) {
    checkNumber(name, scale, -largest, largest);
    return;
  }
  if (isDiagonal(scale)) {
    checkNumbers(name, scale, -largest, largest, classes);
    return;
  }
  if (scale.length !== classes) throw bad(name, `has ${scale.length} rows; there are ${classes} classes`);
  scale.forEach((row: unknown, k) => {
    checkNumbers(`${name}[${k}]`, row, -largest, largest, classes);
  });
}

function checkTables(name: string, tables: unknown, more: number, classes: number): void {
  if (!Array.isArray(tables) || !(tables.length === classes || (tables.length === 1 && classes === 2))) {
    throw bad(name, `must be ${classes} tables, one a class`);
  }
  tables.forEach((table: unknown, k) => {
    const own = `${name}[${k}]`;
    if (!isObject(table)) throw bad(own, "is no object");
    checkNumbers(`${own}.inputs`, table.inputs, 0, 1);
    const { inputs } = table as unknown as ProbabilityTable;
    const back = inputs.findIndex((x, j) => j > 0 && !(x > inputs[j - 1]));
    if (back > 0)
      throw bad(`${own}.inputs`, `do not increase at ${back}: ${inputs[back - 1]}, ${inputs[back]}`);
    checkNumbers(`${own}.outputs`, table.outputs, 0, 1, inputs.length + more);
    if (inputs.length + more === 0) throw bad(own, "has no points");
  });
}

function checkNumbers(name: string, values: unknown, least: number, most: number, length?: number): void {
  if (!Array.isArray(values)) throw bad(name, `is ${show(values)}; it must be an array of numbers`);
  if (length !== undefined && values.length !== length) {
    throw bad(name, `has ${values.length} numbers; it must have ${length}`);
  }
  values.forEach((value, j) => {
    checkNumber(`${name}[${j}]`, value, least, most);
  });
}

function checkNumber(name: string, value: unknown, least: number, most: number): void {
  if (typeof value === "number" && value >= least && value <= most) return;
  throw bad(name, `is ${show(value)}; it must be a number from ${least} to ${most}`);
}
