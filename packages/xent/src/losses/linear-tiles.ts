import type { FloatArray, FloatMatrix } from "./matrix.ts";

/** What the logits of `linearCrossEntropy` are made of, and where its gradients go. */
export interface LinearProblem {
  /** `[rows, features]` */
  inputs: FloatMatrix;
  /** `[classes, features]` */
  weight: FloatMatrix;
  /** `[classes]` */
  bias?: FloatArray;
  /** c, of c·tanh(logit / c). */
  softcap?: number;
  /** `[classes]` */
  classWeights?: ArrayLike<number>;
  /** Whether `gap` is wanted (it is for label smoothing). */
  smooth: boolean;
  /** The gradients to add to: filled with 0 before. The inputs' may be the inputs' own array, or be left out. */
  gradients?: { inputs?: FloatArray; weight: FloatArray; bias?: FloatArray };
}

/** One number for each row of a block: what is known of it, and what its gradient is made of. */
export interface BlockRows {
  label: Int32Array;
  /** The largest logit seen, −∞ at first; its class (ties go to the lowest); Σ exp(logit − max) of the others. */
  max: Float64Array;
  top: Int32Array;
  rest: Float64Array;
  labelLogit: Float64Array;
  /** Σ classWeights[k]·(max − logit[k]) over the classes seen, where 0·∞ is 0. */
  gap: Float64Array;
  /** The gradient at class k is pull·exp(logit − max) − push·classWeights[k] − [k = label]·hit, but `atTop` at top. */
  pull: Float64Array;
  push: Float64Array;
  hit: Float64Array;
  atTop: Float64Array;
}

/**
 * The arithmetic of `linearCrossEntropy`, on a block of rows times a range of classes: a tile. The algorithm is
 * written once over it (`linearCrossEntropyOver`), and knows neither where the numbers lie nor their precision.
 *
 * For each block: `start`; for each range `multiply` and `merge`; then, for gradients, for each range `multiply`
 * (unless the tile still holds it), `differentiate` and `addGradients`; then `finish`.
 */
export interface LinearTiles {
  /** Room for the rows of the largest block. */
  rows: BlockRows;
  /** Begins a block: which rows of the inputs it has. */
  start(block: Int32Array): void;
  /** The tile becomes the logits of the block's rows and of the classes from `from` to before `to`. */
  multiply(from: number, to: number): void;
  /**
   * Adds the tile's logits to max, top, rest, labelLogit and gap; `seen` is Σ classWeights of the classes before
   * `from`. A logit that is NaN makes `rest` NaN.
   */
  merge(from: number, to: number, seen: number): void;
  /** The tile's logits become the gradient with respect to the logits before the softcap. */
  differentiate(from: number, to: number): void;
  /** Adds tile·weight to the block's inputs' gradient, tileᵀ·inputs to the weight's and Σ tile to the bias's. */
  addGradients(from: number, to: number): void;
  /** Ends a block: its inputs' gradient is complete, and is written. */
  finish(): void;
  /** No more blocks: memory may be given back. */
  close(): void;
}

/** Tiles of at most this many rows and classes. */
export type LinearTilesOf = (problem: LinearProblem, rows: number, classes: number) => LinearTiles;

/** Room for the numbers of a block's rows. */
export function blockRows(rows: number): BlockRows {
  const numbers = () => new Float64Array(rows);
  return {
    label: new Int32Array(rows),
    max: numbers(),
    top: new Int32Array(rows),
    rest: numbers(),
    labelLogit: numbers(),
    gap: numbers(),
    pull: numbers(),
    push: numbers(),
    hit: numbers(),
    atTop: numbers(),
  };
}

/**
 * Tiles in plain TypeScript. All sums are in float64: the inputs' gradient of a block over all classes, and that of
 * a class over the rows of a block, which is then added to what the earlier blocks left.
 */
export const linearTiles: LinearTilesOf = (problem, mostRows, mostClasses) => {
  const { inputs, weight, bias, softcap, classWeights, smooth, gradients } = problem;
  const features = inputs.columns;
  const x = inputs.data;
  const w = weight.data;
  const rows = blockRows(mostRows);
  const tile = new Float64Array(mostRows * mostClasses);
  const inputsSums = new Float64Array(gradients?.inputs ? mostRows * features : 0);
  const weightSums = new Float64Array(gradients ? features : 0);
  let block: Int32Array = new Int32Array(0);

  return {
    rows,

    start(next) {
      block = next;
      inputsSums.fill(0);
    },

    multiply(from, to) {
      const classes = to - from;
      for (let r = 0; r < block.length; r++) {
        multiplyRow(x, block[r] * features, w, from * features, features, tile, r * classes, classes);
      }
      if (bias) {
        for (let at = 0; at < block.length * classes; at++) tile[at] += bias[from + (at % classes)];
      }
      if (softcap !== undefined) {
        for (let at = 0; at < block.length * classes; at++)
          tile[at] = softcap * Math.tanh(tile[at] / softcap);
      }
    },

    merge(from, to, seen) {
      const classes = to - from;
      for (let r = 0; r < block.length; r++) {
        const start = r * classes;
        const label = rows.label[r];
        if (label >= from && label < to) rows.labelLogit[r] = tile[start + label - from];
        let max = rows.max[r];
        let top = rows.top[r];
        for (let k = 0; k < classes; k++) {
          if (tile[start + k] > max) {
            max = tile[start + k];
            top = from + k;
          }
        }
        // Where the largest moved, it leaves the others' sum and the earlier one joins it.
        const moved = max - rows.max[r];
        let rest = max > rows.max[r] ? (1 + rows.rest[r]) * Math.exp(-moved) : rows.rest[r];
        let gap = rows.gap[r];
        if (smooth && moved > 0 && seen > 0) gap += seen * moved;
        // −∞ from itself is NaN: a row that has only −∞ so far adds nothing but the NaN of a NaN.
        const reference = max === Number.NEGATIVE_INFINITY ? 0 : max;
        for (let k = 0; k < classes; k++) {
          if (from + k !== top) rest += Math.exp(tile[start + k] - reference);
        }
        if (smooth) {
          for (let k = 0; k < classes; k++) {
            const share = classWeights ? classWeights[from + k] : 1;
            if (share > 0) gap += share * (reference - tile[start + k]);
          }
        }
        rows.max[r] = max;
        rows.top[r] = top;
        rows.rest[r] = rest;
        rows.gap[r] = gap;
      }
    },

    differentiate(from, to) {
      const classes = to - from;
      // d(c·tanh(x/c))/dx = 1 − tanh², of the capped logit.
      const slope = (logit: number) =>
        softcap === undefined ? 1 : (1 - logit / softcap) * (1 + logit / softcap);
      for (let r = 0; r < block.length; r++) {
        const start = r * classes;
        const label = rows.label[r];
        const top = rows.top[r];
        const max = rows.max[r];
        const pull = rows.pull[r];
        const push = rows.push[r];
        const atTop = top >= from && top < to ? rows.atTop[r] * slope(tile[start + top - from]) : 0;
        for (let k = 0; k < classes; k++) {
          const logit = tile[start + k];
          let value = pull * Math.exp(logit - max);
          if (push !== 0) value -= push * (classWeights ? classWeights[from + k] : 1);
          if (from + k === label) value -= rows.hit[r];
          tile[start + k] = value * slope(logit);
        }
        if (top >= from && top < to) tile[start + top - from] = atTop;
      }
    },

    addGradients(from, to) {
      if (!gradients) return;
      const classes = to - from;
      for (let r = 0; gradients.inputs && r < block.length; r++) {
        const sourceAt = (k: number) => (from + k) * features;
        addCombination(tile, r * classes, 1, classes, w, sourceAt, inputsSums, r * features, features);
      }
      const inputsAt = (r: number) => block[r] * features;
      for (let k = 0; k < classes; k++) {
        weightSums.fill(0);
        addCombination(tile, k, classes, block.length, x, inputsAt, weightSums, 0, features);
        const start = (from + k) * features;
        for (let j = 0; j < features; j++) gradients.weight[start + j] += weightSums[j];
        if (gradients.bias) {
          let sum = 0;
          for (let r = 0; r < block.length; r++) sum += tile[r * classes + k];
          gradients.bias[from + k] += sum;
        }
      }
    },

    finish() {
      if (!gradients?.inputs) return;
      for (let r = 0; r < block.length; r++) {
        for (let j = 0; j < features; j++) {
          gradients.inputs[block[r] * features + j] = inputsSums[r * features + j];
        }
      }
    },

    close() {},
  };
};

/** out[k] = Σⱼ x[j]·w[k, j] of one row x; four classes at a time, so that x is read once for four. */
function multiplyRow(
  x: FloatArray,
  xAt: number,
  w: FloatArray,
  wAt: number,
  features: number,
  out: Float64Array,
  outAt: number,
  classes: number,
): void {
  let k = 0;
  for (; k + 3 < classes; k += 4) {
    const first = wAt + k * features;
    const second = first + features;
    const third = second + features;
    const fourth = third + features;
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let j = 0; j < features; j++) {
      const value = x[xAt + j];
      a += value * w[first + j];
      b += value * w[second + j];
      c += value * w[third + j];
      d += value * w[fourth + j];
    }
    out[outAt + k] = a;
    out[outAt + k + 1] = b;
    out[outAt + k + 2] = c;
    out[outAt + k + 3] = d;
  }
  for (; k < classes; k++) {
    let sum = 0;
    for (let j = 0; j < features; j++) sum += x[xAt + j] * w[wAt + k * features + j];
    out[outAt + k] = sum;
  }
}

/** sums[j] += Σₙ factor[n]·source[n, j]; four n at a time, so that the sums are read once for four. */
function addCombination(
  factors: Float64Array,
  factorsAt: number,
  stride: number,
  count: number,
  source: FloatArray,
  sourceAt: (n: number) => number,
  sums: Float64Array,
  sumsAt: number,
  length: number,
): void {
  let n = 0;
  for (; n + 3 < count; n += 4) {
    const a = factors[factorsAt + n * stride];
    const b = factors[factorsAt + (n + 1) * stride];
    const c = factors[factorsAt + (n + 2) * stride];
    const d = factors[factorsAt + (n + 3) * stride];
    const first = sourceAt(n);
    const second = sourceAt(n + 1);
    const third = sourceAt(n + 2);
    const fourth = sourceAt(n + 3);
    for (let j = 0; j < length; j++) {
      sums[sumsAt + j] +=
        a * source[first + j] + b * source[second + j] + c * source[third + j] + d * source[fourth + j];
    }
  }
  for (; n < count; n++) {
    const factor = factors[factorsAt + n * stride];
    const start = sourceAt(n);
    for (let j = 0; j < length; j++) sums[sumsAt + j] += factor * source[start + j];
  }
}
