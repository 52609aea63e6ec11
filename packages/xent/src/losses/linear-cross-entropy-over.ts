import { XentError } from "../error.ts";
import { sumOver } from "../numerics/compensated-sum.ts";
import { times } from "../numerics/times.ts";
import { checkOut, checkUpstream } from "./check.ts";
import { labelWeights } from "./label-weights.ts";
import { checkLinear, checkLinearOut, throwBadLogit } from "./linear-check.ts";
import type {
  LinearCrossEntropy,
  LinearCrossEntropyWithGradient,
  LinearOptions,
  LinearOut,
  LinearReduction,
} from "./linear-options.ts";
import type { LinearTilesOf } from "./linear-tiles.ts";
import { type FloatArray, type FloatMatrix, type Labels, matrixLike, type Upstream } from "./matrix.ts";
import { checkReduceOptions, divisorOf, type ReduceOptions, reduce, reduceGradient } from "./reduce.ts";

/**
 * The two functions over some arithmetic on tiles.
 *
 * @param tilesOf makes the tiles of a problem.
 * @param tileNumbers how many logits a tile has at most: the memory that is used, whatever the number of classes.
 */
export function linearCrossEntropyOver(
  tilesOf: LinearTilesOf,
  tileNumbers = 2 ** 18,
): {
  linearCrossEntropy: LinearCrossEntropy;
  linearCrossEntropyWithGradient: LinearCrossEntropyWithGradient;
} {
  type Options = LinearOptions & { reduction?: "none" | LinearReduction };

  function lossOf(
    inputs: FloatMatrix,
    weight: FloatMatrix,
    labels: Labels,
    { out, ...options }: Options & { out?: Float64Array } = {},
  ) {
    const caller = "linearCrossEntropy";
    checkLinear(caller, inputs, weight, labels, options);
    checkOut(caller, "out", out, inputs.rows);
    const { finish } = reductionOf(caller, labels, options);
    const loss = out ?? new Float64Array(inputs.rows);
    run(caller, tilesOf, tileNumbers, { inputs, weight, labels, options, loss });
    return finish(loss);
  }

  function lossAndGradientOf(
    inputs: FloatMatrix,
    weight: FloatMatrix,
    labels: Labels,
    upstream: Upstream = 1,
    {
      out = {},
      inputsGradient: wanted = true,
      ...options
    }: Options & {
      out?: LinearOut;
      inputsGradient?: boolean;
    } = {},
  ) {
    const caller = "linearCrossEntropyWithGradient";
    checkLinear(caller, inputs, weight, labels, options);
    checkUpstream(caller, upstream, inputs.rows);
    checkLinearOut(caller, inputs, weight, options, out);
    const { finish, upstreamOf } = reductionOf(caller, labels, options);
    const loss = out.loss ?? new Float64Array(inputs.rows);
    const inputsGradient = wanted ? matrixLike(inputs, out.inputsGradient) : undefined;
    const weightGradient = matrixLike(weight, out.weightGradient);
    const bias =
      options.bias && matrixLike({ data: options.bias, rows: 1, columns: weight.rows }, out.biasGradient);
    const { correct, counted } = run(caller, tilesOf, tileNumbers, {
      inputs,
      weight,
      labels,
      options,
      loss,
      upstream: upstreamOf(upstream),
      gradients: { inputs: inputsGradient?.data, weight: weightGradient.data, bias: bias?.data },
    });
    return {
      loss: finish(loss),
      ...(inputsGradient && { inputsGradient }),
      weightGradient,
      ...(bias && { biasGradient: bias.data }),
      correct,
      counted,
      accuracy: counted > 0 ? correct / counted : 0,
    };
  }

  return {
    linearCrossEntropy: lossOf as LinearCrossEntropy,
    linearCrossEntropyWithGradient: lossAndGradientOf as LinearCrossEntropyWithGradient,
  };
}

interface Work {
  inputs: FloatMatrix;
  weight: FloatMatrix;
  labels: Labels;
  options: LinearOptions;
  loss: Float64Array;
  upstream?: Upstream;
  gradients?: { inputs?: FloatArray; weight: FloatArray; bias?: FloatArray };
}

/** Fills the losses and the gradients, block by block. */
function run(
  caller: string,
  tilesOf: LinearTilesOf,
  tileNumbers: number,
  { inputs, weight, labels, options, loss, upstream = 1, gradients }: Work,
): { correct: number; counted: number } {
  const { bias, softcap, zLoss = 0, labelSmoothing = 0, weights, classWeights, ignoreLabel } = options;
  const classes = weight.rows;
  const isDropped = (i: number) => labels[i] === ignoreLabel || weights?.[i] === 0;
  const kept = rowsWithout(isDropped, inputs.rows);
  const size = tileSize(kept.length, classes, inputs.columns, tileNumbers);
  const smooth = labelSmoothing > 0;
  const problem = { inputs, weight, bias, softcap, classWeights, smooth, gradients };

  loss.fill(0);
  gradients?.weight.fill(0);
  gradients?.bias?.fill(0);
  const ranges = rangesOf(classes, size.classes, classWeights);
  const totalOfClasses = sumOver(classes, (k) => (classWeights ? classWeights[k] : 1));
  let correct = 0;

  const tiles = tilesOf(problem, size.rows, size.classes);
  const { rows } = tiles;
  try {
    for (let begin = 0; begin < kept.length; begin += size.rows) {
      const block = kept.subarray(begin, begin + size.rows);
      rows.max.fill(Number.NEGATIVE_INFINITY);
      rows.top.fill(-1);
      rows.rest.fill(0);
      rows.gap.fill(0);
      for (let r = 0; r < block.length; r++) rows.label[r] = labels[block[r]];
      tiles.start(block);
      for (const { from, to, seen } of ranges) {
        tiles.multiply(from, to);
        tiles.merge(from, to, seen);
      }
      for (let r = 0; r < block.length; r++) {
        const i = block[r];
        const label = rows.label[r];
        const top = rows.top[r];
        const max = rows.max[r];
        const rest = rows.rest[r];
        // NaN where a logit is NaN, or where the largest is +∞ or −∞: then it is not 0 from itself.
        if (Number.isNaN(rest + (max - max))) throwBadLogit(caller, inputs, weight, bias, i);
        if (top === label) correct++;
        const own = weights ? weights[i] : 1;
        const atLabel = own * (1 - labelSmoothing) * (classWeights ? classWeights[label] : 1);
        const spread = (own * labelSmoothing) / classes;
        const logSum = Math.log1p(rest);
        const logSumExp = max + logSum;
        loss[i] =
          times(atLabel, logSum + (max - rows.labelLogit[r])) +
          times(spread, totalOfClasses * logSum + rows.gap[r]) +
          times(own * zLoss, logSumExp * logSumExp);

        if (!gradients) continue;
        const scale = typeof upstream === "number" ? upstream : upstream[i];
        const total = atLabel + spread * totalOfClasses;
        const pushAtTop = spread * (classWeights ? classWeights[top] : 1) + (top === label ? atLabel : 0);
        const regular = times(2 * zLoss * own, logSumExp);
        rows.pull[r] = (scale * (total + regular)) / (1 + rest);
        rows.push[r] = scale * spread;
        rows.hit[r] = scale * atLabel;
        // (Σa)·p − a where p is largest, written so that nothing cancels where it is near one.
        rows.atTop[r] = (scale * (total - pushAtTop - pushAtTop * rest + regular)) / (1 + rest);
      }
      if (!gradients) continue;
      for (const { from, to } of ranges) {
        if (ranges.length > 1) tiles.multiply(from, to);
        tiles.differentiate(from, to);
        tiles.addGradients(from, to);
      }
      tiles.finish();
    }
  } finally {
    tiles.close();
  }
  if (gradients?.inputs) {
    const { columns } = inputs;
    for (let i = 0; i < inputs.rows; i++) {
      if (isDropped(i)) gradients.inputs.fill(0, i * columns, (i + 1) * columns);
    }
  }
  return { correct, counted: kept.length };
}

/** The rows that are not dropped, in order. */
function rowsWithout(isDropped: (i: number) => boolean, rows: number): Int32Array {
  const kept = new Int32Array(rows);
  let count = 0;
  for (let i = 0; i < rows; i++) if (!isDropped(i)) kept[count++] = i;
  return kept.subarray(0, count);
}

/**
 * How many rows and classes a tile has. All classes, if that leaves 16 rows: then the logits are kept from the first
 * pass to the second. Else up to 512 rows, so that each class is read rarely, and as many classes as fit. A block's
 * inputs' gradient, rows × features in float64, is kept as small as the tile.
 */
function tileSize(
  rows: number,
  classes: number,
  features: number,
  tileNumbers: number,
): { rows: number; classes: number } {
  const whole = Math.floor(tileNumbers / classes);
  const wanted = whole >= Math.min(16, rows) ? whole : 512;
  const most = Math.max(1, Math.floor(tileNumbers / features));
  const blockRows = Math.max(1, Math.min(wanted, most, rows));
  return { rows: blockRows, classes: Math.max(1, Math.min(classes, Math.floor(tileNumbers / blockRows))) };
}

/** The classes in ranges of a tile, with the class weights' sum before each. */
function rangesOf(
  classes: number,
  width: number,
  classWeights: ArrayLike<number> | undefined,
): { from: number; to: number; seen: number }[] {
  const ranges = [];
  let seen = 0;
  for (let from = 0; from < classes; from += width) {
    const to = Math.min(classes, from + width);
    ranges.push({ from, to, seen });
    seen += sumOver(to - from, (k) => (classWeights ? classWeights[from + k] : 1));
  }
  return ranges;
}

/** How the rows' losses become what is returned, and the upstream gradient one of the rows. */
function reductionOf(
  caller: string,
  labels: Labels,
  {
    reduction = "none",
    weights,
    classWeights,
    ignoreLabel,
  }: LinearOptions & { reduction?: "none" | LinearReduction },
): { finish: (loss: Float64Array) => Float64Array | number; upstreamOf: (upstream: Upstream) => Upstream } {
  if (reduction === "none") return { finish: (loss) => loss, upstreamOf: (upstream) => upstream };
  const given = typeof reduction === "string" ? { reduction } : reduction;
  checkReduceOptions(caller, given, labels.length);
  if (given.reduction === "sum")
    return { finish: (loss) => reduce(loss, given), upstreamOf: (upstream) => upstream };
  // The losses carry their weights, so only the divisor is made of them.
  const options: ReduceOptions & { reduction: "mean" } = {
    ...given,
    reduction: "mean",
    divisor: divisorOf(caller, labels.length, {
      ...given,
      weights: labelWeights(labels, { weights, classWeights, ignoreLabel }),
    }),
  };
  return {
    finish: (loss) => reduce(loss, options),
    upstreamOf: (upstream) => {
      if (typeof upstream === "number") return reduceGradient(labels.length, options, upstream);
      throw new XentError(
        "option",
        `${caller}: upstream has ${upstream.length} values; of a loss that is reduced it is one number`,
      );
    },
  };
}
