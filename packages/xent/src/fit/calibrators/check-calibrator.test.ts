import { expect, test } from "vitest";
import { checkCalibrator } from "./check-calibrator.ts";

const affine = { kind: "affine", scale: 1, bias: [0, 0] };
const table = { kind: "table", interpolation: "linear", tables: [{ inputs: [0.1, 0.9], outputs: [0, 1] }] };
const mixture = { kind: "mixture", weight: 0.1, distribution: [0.5, 0.5] };
const whole = {
  version: 1,
  method: "temperature",
  classes: ["no", "yes"],
  steps: [affine, table, mixture],
  fitted: { rows: 2, crossEntropyBefore: "Infinity", crossEntropyAfter: 0.5 },
};

test("checkCalibrator gives back what is a calibrator, also out of JSON", () => {
  expect(checkCalibrator(JSON.parse(JSON.stringify(whole)))).toEqual(whole);
});

const withStep = (step: unknown) => ({ ...whole, steps: [step] });

test.each([
  [undefined, /it is no object/],
  [[], /it is no object/],
  [{ ...whole, version: 2 }, /version is 2; this version of xent reads 1/],
  [{ ...whole, method: "magic" }, /method is "magic"; it is one of temperature, /],
  [{ ...whole, classes: ["yes"] }, /classes must be two names or more/],
  [{ ...whole, classes: ["yes", "yes"] }, /classes names a class twice/],
  [{ ...whole, steps: undefined }, /steps must be an array/],
  [{ ...whole, fitted: {} }, /fitted.rows is missing/],
  [withStep(null), /steps\[0\] is no object/],
  [withStep({ kind: "magic" }), /steps\[0\].kind is "magic"/],
  [withStep({ ...affine, scale: null }), /steps\[0\].scale is null/],
  [withStep({ ...affine, scale: [1] }), /steps\[0\].scale has 1 numbers; it must have 2/],
  [withStep({ ...affine, scale: [[1, 0]] }), /steps\[0\].scale has 1 rows; there are 2 classes/],
  [withStep({ ...affine, scale: [[1, 0], [1]] }), /steps\[0\].scale\[1\] has 1 numbers/],
  [withStep({ ...affine, bias: [0, Number.NaN] }), /steps\[0\].bias\[1\] is NaN; it must be a number/],
  [
    withStep({ ...affine, bias: [0, 1e101] }),
    /steps\[0\].bias\[1\] is 1e\+101; it must be a number from -1e\+100/,
  ],
  [withStep({ ...table, interpolation: "cubic" }), /interpolation is "cubic"/],
  [withStep({ ...table, tables: [] }), /tables must be 2 tables, one a class/],
  [
    withStep({ ...table, tables: [{ inputs: [0.5, 0.5], outputs: [0, 1] }] }),
    /inputs do not increase at 1: 0.5, 0.5/,
  ],
  [
    withStep({ ...table, tables: [{ inputs: [0.5], outputs: [0, 1] }] }),
    /outputs has 2 numbers; it must have 1/,
  ],
  [withStep({ ...table, tables: [{ inputs: [], outputs: [] }] }), /tables\[0\] has no points/],
  [
    withStep({ ...table, tables: [{ inputs: [2], outputs: [0] }] }),
    /inputs\[0\] is 2; it must be a number from 0 to 1/,
  ],
  [withStep({ ...mixture, weight: "much" }), /weight is "much"/],
  [withStep({ ...mixture, distribution: [0.5, 0.4] }), /distribution sums to 0.9; it must sum to one/],
])("checkCalibrator refuses %j", (json, message) => {
  expect(() => checkCalibrator(json)).toThrow(message);
});
