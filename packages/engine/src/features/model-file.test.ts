import { expect, test } from "vitest";
import { checkModel, decodeParameters, encodeParameters, type FittedModel } from "./model-file.ts";

const model: FittedModel = {
  version: 1,
  xent: "0.1.0",
  kind: "softmax",
  label: "y",
  classes: ["no", "yes"],
  schema: {
    missing: "error",
    features: [{ column: "x", type: "number", mean: 1, scale: 2, missing: false }],
    dropped: [],
  },
  shape: { inputs: 1, hidden: [], classes: 2 },
  parameters: encodeParameters(Float64Array.of(-1, 1, 0.25, -0.25)),
  options: {},
  split: { share: 0.2, seed: 0, cluster: null },
  data: {
    source: "x.csv",
    rows: 10,
    badRows: 0,
    trainingRows: 8,
    validationRows: 2,
    columns: ["y", "x"],
    classRows: [5, 5],
    checksums: { training: "0", validation: "0" },
  },
  training: {
    method: "lbfgs",
    converged: true,
    reason: "converged",
    message: "",
    crossEntropy: 0.5,
    curve: [],
  },
  validation: null,
};

test("parameters are the same bits again", () => {
  const parameters = Float64Array.of(0, -0, 1 / 3, -1e-300, 5e-324, Number.MAX_VALUE);
  expect(decodeParameters(encodeParameters(parameters))).toEqual(parameters);
});

test("a model that was written is a model", () => {
  expect(checkModel(JSON.parse(JSON.stringify(model)), "model.json")).toEqual(model);
});

test.each<[string, unknown, string]>([
  ["null", null, "is not a model of xent"],
  ["a list", [], "is not a model of xent"],
  ["an evaluation", { version: 1, models: [] }, "is not a model of xent"],
  ["a calibrator", { version: 1, method: "temperature", steps: [] }, "it is a calibrator"],
  ["a later version", { ...model, version: 2 }, "is of version 2; this xent knows version 1"],
  ["another kind", { ...model, kind: "forest" }, '"kind" is "forest"'],
  ["one class", { ...model, classes: ["a"] }, "at least two different names"],
  ["a class twice", { ...model, classes: ["a", "a"] }, "at least two different names"],
  ["no label", { ...model, label: undefined }, '"label" must be the name of a column'],
  ["no features", { ...model, schema: {} }, '"schema" must have features'],
  [
    "half a feature",
    { ...model, schema: { ...model.schema, features: [{ column: "x", type: "number", missing: false }] } },
    '"schema.features[0]" is not complete',
  ],
  ["more classes than outputs", { ...model, classes: ["a", "b", "c"] }, '"shape" must have inputs'],
  ["other inputs", { ...model, shape: { ...model.shape, inputs: 2 } }, '"schema" gives 1 numbers a row'],
  [
    "fewer parameters",
    { ...model, parameters: encodeParameters(Float64Array.of(1)) },
    "holds 1 numbers; the shape has 4",
  ],
  ["no parameters", { ...model, parameters: undefined }, "holds 0 numbers; the shape has 4"],
  [
    "parameters that are no numbers",
    { ...model, parameters: encodeParameters(Float64Array.of(1, 2, Number.NaN, 4)) },
    "numbers that are not finite",
  ],
  ["half a split", { ...model, split: { share: 0.2 } }, '"split" must be null'],
  ["no checksums", { ...model, data: {} }, '"data" has no checksums'],
])("%s is no model", (_, json, message) => {
  expect(() => checkModel(json, "model.json")).toThrow(`model.json: `);
  expect(() => checkModel(json, "model.json")).toThrow(message);
});
