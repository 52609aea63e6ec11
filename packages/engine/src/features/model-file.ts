import { XentError } from "xent";
import { type MlpShape, mlpSize } from "xent/fit";
import type { Coefficient } from "./coefficients.ts";
import { encodedNames, type Feature, type FeatureSchema } from "./schema.ts";
import type { Epoch } from "./train-minibatches.ts";

/** How rows were split: by a hash of the cluster, or of the row's number. */
export interface Split {
  /** Share of rows, in steps of 1/10,000. */
  share: number;
  seed: number;
  /** The column whose values were not torn apart; null where rows were split by their number. */
  cluster: string | null;
}

/** A fitted model as it is in its file: plain JSON, version 1. */
export interface FittedModel {
  version: 1;
  /** The version of xent that wrote it. */
  xent: string;
  kind: "softmax" | "mlp";
  label: string;
  classes: string[];
  schema: FeatureSchema;
  shape: MlpShape;
  /** Base64 of doubles, least byte first: layer by layer the weights `[inputs, outputs]` row after row, then the biases. */
  parameters: string;
  /** What the flags said, defaults included. */
  options: Record<string, unknown>;
  split: Split | null;
  data: {
    source: string;
    rows: number;
    badRows: number;
    trainingRows: number;
    validationRows: number;
    columns: string[];
    /** Rows of each class, of both parts. */
    classRows: number[];
    /** Of the features of the rows of each part, in their order. */
    checksums: { training: string; validation: string };
  };
  training: {
    method: string;
    converged: boolean;
    reason: string;
    message: string;
    /** Mean cross-entropy of the rows trained on, in nats. */
    crossEntropy: number;
    iterations?: number;
    bestEpoch?: number;
    curve: Epoch[];
  };
  /** Over the rows held out, in nats; the base rate is that of the rows trained on. */
  validation: { crossEntropy: number; standardError: number; baseRate: number } | null;
  /** Of softmax regression on rows in memory; none where there are more than a thousand. */
  coefficients?: {
    /** The class that the others are compared with: the first. */
    reference: string;
    /** Where the errors come from: the observed information, or the sandwich of clusters; null where there are none. */
    errors: "information" | "clustered" | null;
    level: number;
    rows: Coefficient[];
  };
}

export const encodeParameters = (parameters: Float64Array): string => {
  const bytes = new DataView(new ArrayBuffer(parameters.length * 8));
  for (const [i, value] of parameters.entries()) bytes.setFloat64(i * 8, value, true);
  return Buffer.from(bytes.buffer).toString("base64");
};

export function decodeParameters(text: string): Float64Array {
  const bytes = Buffer.from(text, "base64");
  return Float64Array.from({ length: Math.floor(bytes.length / 8) }, (_, i) => bytes.readDoubleLE(i * 8));
}

/**
 * Checks that JSON is a model that this version can apply.
 *
 * @param name what the messages call it: the file.
 * @throws `XentError` `source` with the place of the first fault.
 */
export function checkModel(json: unknown, name: string): FittedModel {
  const fail = (what: string): never => {
    throw new XentError("source", `${name}: ${what}`, "models are written by xent fit");
  };
  if (!isRecord(json) || !("kind" in json) || !("schema" in json)) {
    const kind = isRecord(json) && "method" in json && "steps" in json ? "; it is a calibrator" : "";
    return fail(`is not a model of xent${kind}`);
  }
  if (json.version !== 1) {
    fail(`is of version ${JSON.stringify(json.version)}; this xent knows version 1`);
  }
  if (json.kind !== "softmax" && json.kind !== "mlp") {
    fail(`"kind" is ${JSON.stringify(json.kind)}; it must be "softmax" or "mlp"`);
  }
  if (!isTexts(json.classes) || json.classes.length < 2 || new Set(json.classes).size < json.classes.length) {
    fail(`"classes" must be at least two different names`);
  }
  if (typeof json.label !== "string") fail(`"label" must be the name of a column`);
  const schema = json.schema as Partial<FeatureSchema>;
  if (!isRecord(schema) || !Array.isArray(schema.features) || !isMissing(schema.missing)) {
    return fail(`"schema" must have features and what to do with missing values`);
  }
  const bad = schema.features.findIndex((feature) => !isFeature(feature));
  if (bad >= 0) fail(`"schema.features[${bad}]" is not complete`);
  const model = json as unknown as FittedModel;
  const { shape, classes } = model;
  if (
    !isRecord(shape) ||
    !isCount(shape.inputs) ||
    !Array.isArray(shape.hidden) ||
    !shape.hidden.every(isCount) ||
    shape.classes !== classes.length
  ) {
    fail(`"shape" must have inputs, hidden and as many classes as there are names`);
  }
  const inputs = encodedNames(model.schema).length;
  if (inputs !== shape.inputs)
    fail(`"schema" gives ${inputs} numbers a row, "shape" has ${shape.inputs} inputs`);
  const parameters = typeof model.parameters === "string" ? decodeParameters(model.parameters) : [];
  if (parameters.length !== mlpSize(shape)) {
    fail(`"parameters" holds ${parameters.length} numbers; the shape has ${mlpSize(shape)}`);
  }
  if (!parameters.every((value: number) => Number.isFinite(value))) {
    fail(`"parameters" holds numbers that are not finite`);
  }
  if (model.split !== null && !isSplit(model.split)) {
    fail(`"split" must be null, or have a share, a seed and a cluster`);
  }
  if (!isRecord(model.data) || !isRecord(model.data.checksums)) fail(`"data" has no checksums`);
  return model;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === "string");
const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;
const isMissing = (value: unknown): boolean => ["error", "mean", "indicator"].includes(value as string);
const isSplit = (value: unknown): boolean =>
  isRecord(value) &&
  isNumber(value.share) &&
  Number.isSafeInteger(value.seed) &&
  (value.cluster === null || typeof value.cluster === "string");

function isFeature(value: unknown): value is Feature {
  if (!isRecord(value) || typeof value.column !== "string" || typeof value.missing !== "boolean")
    return false;
  if (value.type === "number" || value.type === "boolean") {
    return isNumber(value.mean) && isNumber(value.scale) && value.scale >= 0;
  }
  if (value.type === "category") {
    return (
      isTexts(value.vocabulary) && typeof value.reference === "boolean" && typeof value.other === "boolean"
    );
  }
  if (value.type !== "array" || !isCount(value.length) || !isNumber(value.scale)) return false;
  const { length, means, kept } = value as unknown as { length: number; means: unknown; kept: unknown };
  return (
    Array.isArray(means) &&
    means.length === length &&
    means.every(isNumber) &&
    Array.isArray(kept) &&
    kept.every((k) => Number.isSafeInteger(k) && k >= 0 && k < length)
  );
}
