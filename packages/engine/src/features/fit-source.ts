import { version, XentError } from "xent";
import type { MlpShape } from "xent/fit";
import { classBalancedWeights } from "xent/losses";
import { type Column, columnOf, type SourceSpec } from "xent/tables";
import { type Session, type SessionOptions, withSession } from "../duckdb/session.ts";
import { engineError } from "../source/errors.ts";
import { openSource } from "../source/source.ts";
import { bindFeatures, type FeatureOptions, featureNeeds } from "./bind-features.ts";
import { splitParts } from "./feature-sql.ts";
import { type LearntRows, learnRows, occurringClasses, type TrainingTable } from "./learn-rows.ts";
import { memoryBytes } from "./memory-bytes.ts";
import { encodeParameters, type FittedModel } from "./model-file.ts";
import { learningRateOf, type Optimizer, ruleOf, type ScheduleName } from "./rule-of.ts";
import { encodedNames, type MissingPolicy } from "./schema.ts";
import { storeCrossEntropy } from "./store-cross-entropy.ts";
import { type Epoch, trainMinibatches } from "./train-minibatches.ts";
import { trainSoftmax } from "./train-softmax.ts";

/** What is fitted to which columns, and how: every field is a flag of the command. */
export interface FitRequest extends FeatureOptions {
  source: SourceSpec;
  label: string;
  weight?: string;
  cluster?: string;
  classes?: string[];
  model: "softmax" | "mlp";
  hidden: number[];
  epochs: number;
  batch: number;
  learningRate?: number;
  optimizer: Optimizer;
  schedule: ScheduleName;
  l2: number;
  l1: number;
  classWeights?: "balanced" | "effective" | Record<string, number>;
  focal: number;
  labelSmoothing: number;
  /** Share of rows that is held out. */
  validation: number;
  patience: number;
  missing: MissingPolicy;
  vocabulary: number;
  seed: number;
  /** Of the intervals of coefficients. */
  level: number;
  skipBadRows: boolean;
}

export interface FitOptions extends SessionOptions {
  /** Most bytes of rows in memory, above which they are streamed from a file; half of `memory` unless given. */
  rowMemory?: number;
  onEpoch?: (epoch: Epoch) => void;
}

/** A model, and what a person should know of how it came about. */
export interface Fitted {
  model: FittedModel;
  guesses: string[];
  warnings: string[];
  /** Whether the rows were in memory, or streamed from a file. */
  inMemory: boolean;
}

/** Rows at rest → a model: reads the source once, learns how its columns are encoded, and minimises the cross-entropy. */
export async function fitSource(request: FitRequest, options: FitOptions): Promise<Fitted> {
  checkRequest(request);
  return withSession(options, async (session) => {
    try {
      return await fitIn(session, request, options);
    } catch (error) {
      throw engineError(error, request.source.path);
    }
  });
}

function checkRequest(request: FitRequest): void {
  const refuse = (message: string, remedy?: string) => {
    throw new XentError("option", message, remedy);
  };
  const { model, hidden, validation, labelSmoothing } = request;
  if (model === "softmax" && hidden.length > 0) {
    refuse("--hidden belongs to --model mlp: softmax regression has no hidden layers");
  }
  if (model === "mlp" && hidden.length === 0) refuse("--model mlp needs --hidden, such as --hidden 128");
  if (model === "mlp" && request.l1 > 0) refuse("--l1 belongs to --model softmax; use --l2 with mlp");
  if (!(validation >= 0 && validation < 1)) {
    refuse(`--validation is ${validation}; it must be at least 0 and below 1, such as 0.2`);
  }
  if (validation > 0 && Math.round(validation * splitParts) === 0) {
    refuse(`--validation is ${validation}; the least share that is held out is ${1 / splitParts}`);
  }
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
    refuse(`--label-smoothing is ${labelSmoothing}; it must be from 0 to 1`);
  }
  for (const [flag, value] of Object.entries({
    "--l2": request.l2,
    "--l1": request.l1,
    "--focal": request.focal,
  })) {
    if (!(value >= 0)) refuse(`${flag} is ${value}; it must be at least 0`);
  }
  if (request.learningRate !== undefined && !(request.learningRate > 0)) {
    refuse(`--learning-rate is ${request.learningRate}; it must be above 0`);
  }
}

async function fitIn(session: Session, request: FitRequest, options: FitOptions): Promise<Fitted> {
  const guesses: string[] = [];
  const { source, unreadable } = await openTraining(session, request);
  const classes = await classesOf(session, source, request, guesses);
  const memory = options.rowMemory ?? memoryBytes(options.memory) / 2;
  const learnt = await learnRows(session, source, {
    ...{ classes, memory },
    missing: request.missing,
    vocabulary: request.vocabulary,
    reference: request.model === "softmax",
    validation: request.validation,
    seed: request.seed,
    skipBadRows: request.skipBadRows,
  });
  try {
    return await train(source, classes, learnt, request, { ...options, memory, guesses, unreadable });
  } finally {
    learnt.train.close();
    learnt.validation.close();
  }
}

async function openTraining(
  session: Session,
  request: FitRequest,
): Promise<{ source: TrainingTable; unreadable: number }> {
  const { label: labelName, weight: weightName, cluster: clusterName } = request;
  const extra = [labelName, weightName, clusterName, ...request.features].filter(
    (name) => name !== undefined,
  );
  const opened = await openSource(session, request.source, extra);
  const label = columnOf(opened, labelName, "--label");
  const weight = weightName === undefined ? undefined : columnOf(opened, weightName, "--weight");
  const cluster = clusterName === undefined ? undefined : columnOf(opened, clusterName, "--cluster");
  const features = bindFeatures(opened, request, {
    "--label": label.name,
    "--weight": weight?.name,
    "--cluster": cluster?.name,
  });
  const needs = featureNeeds(features);
  needs.push({ column: label, as: "text" });
  if (weight) needs.push({ column: weight, as: "number" });
  if (cluster) needs.push({ column: cluster, as: "text" });
  const table = await opened.load(needs, { skipBadRows: request.skipBadRows });
  const [{ all_rows }] = await session.query("counting", `SELECT count(*) AS all_rows FROM ${table.from}`);
  if (Number(all_rows) === 0) throw new XentError("source", `${table.name}: there are no rows`);
  session.size.rows = Number(all_rows);
  const typed = (column: Column): Column => table.columns.find(({ name }) => name === column.name) ?? column;
  return {
    source: {
      ...{ table, features },
      label: typed(label),
      weight: weight && typed(weight),
      cluster: cluster && typed(cluster),
    },
    unreadable: table.unreadable,
  };
}

async function classesOf(
  session: Session,
  source: TrainingTable,
  { classes: given }: FitRequest,
  guesses: string[],
): Promise<string[]> {
  const classes = given ?? (await occurringClasses(session, source));
  const twice = classes.find((name, k) => classes.indexOf(name) !== k);
  if (twice !== undefined) throw new XentError("option", `--classes names "${twice}" twice`);
  if (classes.length < 2) {
    const what = classes.length === 0 ? "no class" : `one class, "${classes[0]}"`;
    throw new XentError(
      "label",
      `${source.table.name}: "${source.label.name}" has ${what}; there must be at least two`,
    );
  }
  if (!given) {
    const shown = classes.length > 12 ? [...classes.slice(0, 10), "…", classes[classes.length - 1]] : classes;
    guesses.push(`--classes ${shown.join(",")} (the labels that occur, sorted)`);
  }
  return classes;
}

async function train(
  source: TrainingTable,
  classes: string[],
  learnt: LearntRows,
  request: FitRequest,
  options: Omit<FitOptions, "memory"> & { memory: number; guesses: string[]; unreadable: number },
): Promise<Fitted> {
  const { schema, train: rows, validation, counts } = learnt;
  const names = encodedNames(schema);
  if (names.length === 0) {
    throw new XentError("column", `${source.table.name}: every feature is constant: nothing can be learnt`);
  }
  const shape: MlpShape = { inputs: names.length, hidden: request.hidden, classes: classes.length };
  const classWeights = classWeightsOf(classes, counts.train.weight, request);
  const total = counts.train.weight.reduce((sum, weight) => sum + weight, 0);
  if (!(total > 0)) throw new XentError("value", `${source.table.name}: all weights are zero`);
  const effective = counts.train.weight.reduce(
    (sum, weight, k) => sum + weight * (classWeights?.[k] ?? 1),
    0,
  );
  const warnings = [...learnt.warnings];
  for (const [k, count] of counts.train.rows.entries()) {
    if (count > 0) continue;
    warnings.push(`no row to train on has the class "${classes[k]}": nothing can be learnt about it`);
  }
  const loss = {
    classWeights,
    labelSmoothing: request.labelSmoothing || undefined,
    focal: request.focal,
    l2: request.l2,
  };
  const weighted = source.weight !== undefined;
  const encoded = rows.rows * shape.inputs * Float64Array.BYTES_PER_ELEMENT;
  const whole = request.model === "softmax" && learnt.inMemory && encoded <= options.memory;
  let parameters: Float64Array;
  let training: FittedModel["training"];
  let coefficients: FittedModel["coefficients"];
  if (whole) {
    const none = classes.find((_, k) => counts.train.weight[k] === 0);
    if (none !== undefined && request.labelSmoothing === 0) {
      throw new XentError(
        "label",
        `${source.table.name}: no row to train on has the class "${none}"; a softmax regression would make it ever less likely`,
        "leave it out of --classes, hold out fewer rows (--validation), or give --label-smoothing",
      );
    }
    const fitted = await trainSoftmax(shape, schema, rows, classes, {
      ...{ loss, weighted, l1: request.l1, level: request.level, clustered: source.cluster !== undefined },
      signal: options.signal,
      onProgress: options.onProgress,
    });
    ({ parameters, training, coefficients } = fitted);
    warnings.push(...fitted.warnings);
  } else {
    if (request.l1 > 0) {
      throw new XentError(
        "option",
        `${source.table.name}: --l1 needs all rows in memory, and they are more than half of --memory`,
        "raise --memory, or use --l2",
      );
    }
    const steps = Math.ceil(rows.rows / request.batch) * request.epochs;
    const rule = ruleOf(request, shape, steps);
    // The decay of adamw is the rule's own.
    const penalised = request.optimizer === "adamw" ? { ...loss, l2: 0 } : loss;
    const trained = await trainMinibatches(shape, schema, rows, validation, {
      ...{ loss: penalised, weighted, rule, meanWeight: effective / rows.rows },
      ...{ epochs: request.epochs, batch: request.batch, patience: request.patience, seed: request.seed },
      signal: options.signal,
      onEpoch: options.onEpoch,
      onProgress: (epoch, done) =>
        options.onProgress?.({ step: `epoch ${epoch} of at most ${request.epochs}`, done, rows: rows.rows }),
    });
    ({ parameters } = trained);
    const { curve, reason, message, bestEpoch } = trained;
    const { training: crossEntropy } = curve[bestEpoch - 1];
    const converged = reason !== "diverged";
    training = { method: request.optimizer, converged, reason, message, crossEntropy, bestEpoch, curve };
  }
  const held =
    validation.rows > 0
      ? storeCrossEntropy(shape, schema, parameters, validation, source.cluster !== undefined)
      : undefined;
  const columns = [
    source.label,
    ...source.features.map(({ column }) => column),
    source.weight,
    source.cluster,
  ];
  const model: FittedModel = {
    version: 1,
    xent: version,
    kind: request.model,
    label: source.label.name,
    ...{ classes, schema, shape },
    parameters: encodeParameters(parameters),
    options: optionsOf(request, whole),
    split:
      request.validation > 0
        ? { share: request.validation, seed: request.seed, cluster: source.cluster?.name ?? null }
        : null,
    data: {
      source: request.source.path,
      rows: rows.rows + validation.rows,
      badRows: learnt.bad + options.unreadable,
      trainingRows: rows.rows,
      validationRows: validation.rows,
      columns: columns.filter((column) => column !== undefined).map(({ name }) => name),
      classRows: counts.train.rows.map((count, k) => count + counts.validation.rows[k]),
      checksums: learnt.checksums,
    },
    training,
    validation: held
      ? { crossEntropy: held.mean, standardError: held.standardError, baseRate: baseRateOf(counts) }
      : null,
    ...(coefficients && { coefficients }),
  };
  return { model, guesses: options.guesses, warnings, inMemory: learnt.inMemory };
}

function classWeightsOf(
  classes: string[],
  counts: number[],
  { classWeights: given }: FitRequest,
): Float64Array | undefined {
  if (given === undefined) return undefined;
  if (given === "effective") return classBalancedWeights(counts);
  if (given === "balanced") {
    const total = counts.reduce((sum, count) => sum + count, 0);
    const occurring = counts.filter((count) => count > 0).length;
    return Float64Array.from(counts, (count) => (count > 0 ? total / (occurring * count) : 0));
  }
  const unknown = Object.keys(given).find((name) => !classes.includes(name));
  if (unknown !== undefined) {
    throw new XentError(
      "option",
      `--class-weights names "${unknown}", which is no class; the classes are ${classes.slice(0, 10).join(", ")}${classes.length > 10 ? ", …" : ""}`,
    );
  }
  return Float64Array.from(classes, (name) => given[name] ?? 1);
}

/** Cross-entropy of always predicting the shares of the rows trained on, over the rows held out. */
function baseRateOf({ train: before, validation: after }: LearntRows["counts"]): number {
  const total = (weights: number[]) => weights.reduce((sum, weight) => sum + weight, 0);
  const [all, held] = [total(before.weight), total(after.weight)];
  return after.weight.reduce(
    (sum, weight, k) => (weight > 0 ? sum - (weight / held) * Math.log(before.weight[k] / all) : sum),
    0,
  );
}

/** The options that this fit depended on. */
function optionsOf(request: FitRequest, whole: boolean): Record<string, unknown> {
  const { source: _source, label: _label, hidden: _hidden, model: _model, ...rest } = request;
  const learningRate = learningRateOf(request.optimizer, request.learningRate);
  if (!whole) return { ...rest, learningRate };
  const { epochs: _epochs, batch: _batch, learningRate: _rate, optimizer: _optimizer, ...own } = rest;
  const { schedule: _schedule, patience: _patience, ...used } = own;
  return used;
}
