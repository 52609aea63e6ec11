import { XentError } from "../error.ts";
import { type BadRow, readDistribution } from "../scores/read-distribution.ts";
import { type Form, labelOnlyScorer, rowScorer } from "../scores/row-scorer.ts";
import type { ModelRows } from "../statistics/model-rows.ts";
import type { EvaluateOptions } from "./evaluate.ts";
import type { RowSource } from "./predictions.ts";

type Scores = Pick<ModelRows, "score" | "temper">;

/** What numbers that are known to a precision may be off by, and what is done with them. */
function policyOf(source: RowSource, { tolerance, normalize = false }: EvaluateOptions) {
  return { normalize, tolerance: tolerance ?? (source.float32 ? 1e-5 : 1e-9) };
}

/** Reads row after row as a prediction, or throws at the first that is none. */
function readerOf(name: string, source: RowSource, options: EvaluateOptions) {
  const policy = policyOf(source, options);
  const { form = "probabilities", floor = 0 } = options;
  const { columns: classes, binary } = source;
  const scorer = rowScorer({ form: form as Form, classes, binary, floor, ...policy });
  const read = (i: number): void => {
    source.read(i, scorer.numbers);
    const bad = scorer.read();
    if (bad) throw badRowError(name, i, bad, policy.tolerance, binary);
  };
  return { scorer, read };
}

/** How rows of arrays are scored against labels; a row that is no prediction is an error. */
export function scoresOfLabels(
  name: string,
  source: RowSource,
  labels: Int32Array,
  options: EvaluateOptions,
): Scores {
  const { scorer, read } = readerOf(name, source, options);
  return {
    score: (i) => {
      read(i);
      return scorer.scoreLabel(labels[i]);
    },
    temper: (i) => {
      read(i);
      return scorer.temperLabel(labels[i]);
    },
  };
}

/** Likewise against distributions over the classes. */
export function scoresOfTargets(
  name: string,
  source: RowSource,
  targets: RowSource,
  options: EvaluateOptions,
): Scores {
  const { scorer, read } = readerOf(name, source, options);
  const policy = policyOf(targets, options);
  const numbers = new Float64Array(targets.columns);
  const target = new Float64Array(targets.columns);
  const readBoth = (i: number): void => {
    read(i);
    targets.read(i, numbers);
    const bad = readDistribution(numbers, "probabilities", policy, target);
    if (bad) throw badRowError("targets", i, bad, policy.tolerance, false);
  };
  return {
    score: (i) => {
      readBoth(i);
      return scorer.scoreTargets(target);
    },
    temper: (i) => {
      readBoth(i);
      return scorer.temperTargets(target);
    },
  };
}

/** One log-probability a row, of the label: at most 0, but for the rounding that the command allows too. */
export function scoresOfOwn(name: string, source: RowSource, { floor = 0 }: EvaluateOptions): Scores {
  if (!source.binary) {
    throw new XentError(
      "shape",
      `evaluate: ${name} has arrays; "label-log-probabilities" are one number a row`,
    );
  }
  const score = labelOnlyScorer(floor);
  const own = new Float64Array(1);
  return {
    score: (i) => {
      source.read(i, own);
      if (!(own[0] <= 1e-9)) {
        throw new XentError(
          "probability",
          `evaluate: ${name}[${i}] is ${own[0]}; a log-probability is at most 0`,
        );
      }
      return score(own[0]);
    },
  };
}

function badRowError(name: string, i: number, bad: BadRow, tolerance: number, binary: boolean): XentError {
  const found =
    bad.kind === "sum"
      ? `${name}[${i}] sums to ${bad.value}; a row must sum to 1 within ${tolerance}`
      : `${name}[${i}]${binary ? "" : `[${bad.class}]`} is ${bad.value}; a probability is a number from 0 to 1`;
  return new XentError("probability", `evaluate: ${found}`);
}
