import { influencesOf } from "../analysis/influence.ts";
import type {
  DecompositionState,
  DecompositionStatistics,
  HeldOutFold,
} from "../decomposition/decomposition-statistics.ts";
import type { CurvePoint } from "../decomposition/temperature-curve.ts";
import {
  count,
  list,
  nullable,
  number,
  object,
  oneOf,
  optional,
  type Place,
  type Reader,
  recordOf,
  refuse,
  text,
} from "../json/reader.ts";
import { type Moments, type RowStatistics, variables } from "./row-statistics.ts";
import {
  type ClusterSquares,
  type ConfusionCell,
  calibrationBins,
  type DecadeStatistics,
  type Dependence,
  type ModelStatistics,
  type PairStatistics,
  type SliceStatistics,
  type Statistics,
  surprisalDecades,
} from "./statistics.ts";

/** Sums of logarithms can overflow, where logits are as large as numbers get. */
const real = number({ infinite: true });
const notNegative = number({ least: 0, infinite: true });

// Under weights the second moment is not used, and rounding may leave it below zero.
const moments: Reader<Moments> = object<Moments>({ mean: real, secondMoment: real });

const rowFields: Reader<RowStatistics> = object<RowStatistics>({
  rows: count,
  weight: notNegative,
  finiteRows: count,
  finiteWeight: notNegative,
  moments: object<RowStatistics["moments"]>(
    Object.fromEntries(variables.map((variable) => [variable, optional(moments)])) as Record<
      keyof RowStatistics["moments"],
      Reader<Moments | undefined>
    >,
  ),
});

const rowStatistics: Reader<RowStatistics> = (value, place) => {
  const rows = rowFields(value, place);
  if (rows.finiteRows > rows.rows) {
    refuse(
      { ...place, path: `${place.path}.finiteRows` },
      rows.finiteRows,
      `at most its ${rows.rows} rows can be finite`,
    );
  }
  return rows;
};

const squares: Reader<ClusterSquares> = object<ClusterSquares>({ clusters: count, square: notNegative });

const dependence: Reader<Dependence> = object<Dependence>({
  cluster: nullable(text),
  clusters: count,
  independentSquare: notNegative,
  squares: recordOf(list(squares)),
});

const states: DecompositionState[] = [
  "good",
  "approximate",
  "lowest",
  "highest",
  "few mistakes",
  "flat",
  "one fold",
  "empty",
];

const decomposition: Reader<DecompositionStatistics> = object<DecompositionStatistics>({
  method: oneOf("temperature"),
  folds: count,
  seed: count,
  rows: count,
  state: oneOf(...states),
  byFold: list(
    object<HeldOutFold>({
      rows: count,
      weight: notNegative,
      inverseTemperature: number({ least: 0 }),
      loss: real,
      gain: real,
      slope: real,
      curvature: real,
    }),
  ),
  inverseTemperature: number({ least: 0 }),
  lossAtTemperature: real,
  weight: notNegative,
  curve: optional(
    list(object<CurvePoint>({ inverseTemperature: number({ least: 1e-9, most: 1e9 }), loss: real })),
  ),
  squares: object<DecompositionStatistics["squares"]>({
    refinement: squares,
    calibrationLoss: squares,
    slope: squares,
  }),
});

/** The readers of what depends on how many classes there are. */
function modelReader(task: Statistics["task"], classes: number): Reader<ModelStatistics> {
  const byClass = list(rowStatistics, task === "labels" ? classes : 1);
  const known = task === "label-only" ? 0 : classes;
  const ofClass = number({ least: 0, most: Math.max(classes - 1, 0), whole: true });
  return object<ModelStatistics>({
    model: text,
    byClass,
    bins: list(rowStatistics, task === "labels" ? calibrationBins : 0),
    decades: list(object<DecadeStatistics>({ weight: notNegative, surprisal: real }), surprisalDecades),
    confusion: list(
      object<ConfusionCell>({
        label: ofClass,
        predicted: ofClass,
        rows: count,
        finiteWeight: notNegative,
        surprisal: real,
        zeroRows: count,
      }),
    ),
    meanPrediction: list(real, known),
    share: list(notNegative, known),
    meanSquares: optional(
      object<NonNullable<ModelStatistics["meanSquares"]>>({
        prediction: list(squares, known),
        share: list(squares, known),
      }),
    ),
    slices: list(
      object<SliceStatistics>({ slice: text, value: text, byClass, bytes: optional(notNegative) }),
    ),
    bytes: optional(notNegative),
    zeroRows: optional(count),
    dependence: optional(dependence),
    decomposition: optional(decomposition),
  });
}

const pair: Reader<PairStatistics> = object<PairStatistics>({
  model: text,
  baseline: text,
  rows: count,
  weight: notNegative,
  infiniteModel: count,
  infiniteBaseline: count,
  infiniteBoth: count,
  finiteRows: count,
  finiteWeight: notNegative,
  meanDifference: real,
  clusters: count,
  square: notNegative,
});

/**
 * Statistics from JSON that comes from elsewhere: every field is checked, and that they fit together.
 *
 * @throws `XentError` `value` with the path of what is not as it should be.
 */
export const readStatistics: Reader<Statistics> = (value, place) => {
  const { task, classes } = object<Pick<Statistics, "version" | "task" | "classes">>({
    version: oneOf(1),
    task: oneOf("labels", "label-only", "targets"),
    classes: list(text),
  })(value, place);
  const at = (path: string): Place => ({ ...place, path: `${place.path}${path}` });
  if (classes.length === 0 && task !== "label-only")
    refuse(at(".classes"), classes, "the names of the classes are required");
  const statistics = object<Statistics>({
    version: oneOf(1),
    task: oneOf(task),
    classes: list(text),
    weighted: oneOf(true, false),
    models: list(modelReader(task, classes.length)),
    pairs: list(pair),
  })(value, place);
  const { models, pairs } = statistics;
  if (models.length === 0) refuse(at(".models"), models, "at least one model is required");
  models.forEach((model, m) => {
    checkModel(model, models.slice(0, m), at(`.models[${m}]`));
  });
  const names = models.map(({ model }) => model);
  pairs.forEach((one, p) => {
    for (const side of ["model", "baseline"] as const) {
      if (!names.includes(one[side]))
        refuse(at(`.pairs[${p}].${side}`), one[side], "a model's name is required");
    }
  });
  return statistics;
};

function checkModel(model: ModelStatistics, others: ModelStatistics[], place: Place): void {
  const at = (path: string): Place => ({ ...place, path: `${place.path}${path}` });
  if (others.some((other) => other.model === model.model)) {
    refuse(at(".model"), model.model, "a name that no other model has is required");
  }
  if (model.byClass.every(({ rows }) => rows === 0))
    refuse(at(".byClass"), model.byClass, "at least one row is required");
  const slices = model.slices.filter(({ bytes }) => (bytes === undefined) !== (model.bytes === undefined));
  if (slices.length > 0) {
    const s = model.slices.indexOf(slices[0]);
    refuse(
      at(`.slices[${s}].bytes`),
      slices[0].bytes,
      "bytes are required of all rows and all slices, or of none",
    );
  }
  const own = model.dependence?.squares ?? {};
  for (const { name, total } of influencesOf(model)) {
    if (own[name] && own[name].length !== total.length) {
      refuse(
        at(`.dependence.squares[${JSON.stringify(name)}]`),
        own[name],
        `an array of ${total.length} is required`,
      );
    }
  }
}
