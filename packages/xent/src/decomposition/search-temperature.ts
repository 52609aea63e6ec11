import type { CurveNode, CurveNodes } from "./temperature-curve.ts";

/** Where β is looked for, as powers of two: beyond them a temperature is none, but certainty or its opposite. */
const lowestExponent = -16; // naive Bayes over long texts is too sure by factors of hundreds
const highestExponent = 10;

/** The first candidates: a factor of two apart, and of √2 where temperatures are to be expected. */
const grid = Array.from(
  { length: 2 * (highestExponent - lowestExponent) + 1 },
  (_, i) => lowestExponent + i / 2,
)
  .filter((exponent) => Math.abs(exponent) < 3 || Number.isInteger(exponent))
  .map((exponent) => 2 ** exponent);
const lowest = grid[0];
const highest = grid[grid.length - 1];

/** As far from a candidate, of its size, four derivatives give the optimum to 2e-7 of its size or better. */
const near = 0.015;

/** From here the next pass is near. */
const roughly = 0.05;

/** Of a sample the standard error of ln β, roughly, above which one candidate is too little for all rows. */
const uncertain = 0.08;

const leastSample = 2048;
const mostSample = 65_536;

/** The sums that the search asks for: for each fold, and each candidate, Σw·loss and its derivatives. */
export interface TemperatureRequest {
  /** Inverse temperatures β, > 0. */
  candidates: number[];
  /** Over the rows of a sample; over all of them where it is undefined. */
  sample?: Sample;
}

/**
 * Rows spread over a file by their number, whatever it is sorted by and however models take turns in it: those where
 * ((row mod `prime`) · `multiplier`) mod `modulus` is below `limit`.
 *
 * @see Knuth, The Art of Computer Programming, volume 3 (1998), section 6.4, for the multiplier.
 */
export interface Sample {
  prime: number;
  multiplier: number;
  modulus: number;
  limit: number;
}

function sampleOf(rows: number, size: number): Sample {
  const modulus = 2 ** 32;
  return { prime: 1_048_573, multiplier: 2_654_435_761, modulus, limit: Math.ceil((size / rows) * modulus) };
}

/** Whether a row, counted from 1, is in a sample. */
export const isInSample = (row: number, { prime, multiplier, modulus, limit }: Sample): boolean =>
  ((row % prime) * multiplier) % modulus < limit;

/** Σ over the rows of one fold whose loss is finite. */
export interface FoldSums {
  fold: number;
  rows: number;
  weight: number;
  /** `[candidates][5]`: Σw·loss(β) and Σw of its four derivatives. */
  derivatives: ArrayLike<number>[];
}

/** The β that minimises a set's loss. */
export interface Optimum {
  beta: number;
  /** Σw·loss there. */
  loss: number;
  /** Σw and Σw·loss″ of the set. */
  weight: number;
  curvature: number;
  /**
   * `inside`, or why there is none: `lowest` where the loss falls to β = 0, the predictions pointing the wrong way;
   * `highest` where it falls without end, each label having the highest probability; `flat` where all predictions
   * are uniform; `empty` without rows.
   */
  kind: "inside" | "lowest" | "highest" | "flat" | "empty";
}

export interface TemperatureFit {
  /** How many rows there were. */
  rows: number;
  /** Of all rows. */
  all: Optimum;
  /** `[folds]`: of all rows but those of the fold. */
  without: Optimum[];
  /** Whether the last step was so small that what is left of it is below 2e-7 of β. */
  converged: boolean;
  /** The loss far and near, of all rows or of the first pass's sample; undefined where that has no weight. */
  curve?: CurveNodes;
}

/**
 * The inverse temperatures that minimise the loss of all rows and of all rows without each fold, from sums for
 * several candidates at once: at most three passes over the rows, the first over a sample. It asks for sums and
 * never sees a row, so that arrays and engines share it.
 *
 * The loss is convex in β, so that the sign of its slope at each candidate brackets the optimum; between, it is
 * followed by its Taylor series from the nearest candidate.
 *
 * @param rows how many rows there are, or a few more: it only decides on the sample.
 * @param folds 0 where only all rows matter.
 */
export function* searchTemperature(
  rows: number,
  folds: number,
): Generator<TemperatureRequest, TemperatureFit, FoldSums[]> {
  const sample = Math.min(Math.max(Math.ceil(rows / 16), leastSample), mostSample);
  const sets = [allRows, ...Array.from({ length: folds }, (_, fold) => allBut(fold))];
  const nodes: CurveNode[][] = sets.map(() => []);
  let weights = sets.map(() => 0);
  let counted = 0;
  let curve: CurveNodes | undefined;
  const add = (candidates: number[], sums: FoldSums[], ofSample = false): void => {
    if (!ofSample) counted = sums.reduce((sum, one) => sum + one.rows, 0);
    weights = sets.map((isIn) => sums.filter(isIn).reduce((sum, one) => sum + one.weight, 0));
    for (const [s, isIn] of sets.entries()) {
      const own = sums.filter(isIn);
      for (const [c, beta] of candidates.entries()) {
        const derivatives = [0, 0, 0, 0, 0].map((_, j) =>
          own.reduce((sum, one) => sum + one.derivatives[c][j], 0),
        );
        nodes[s].push({ beta, derivatives });
      }
    }
    if (candidates === grid && weights[0] > 0)
      curve = { nodes: nodes[0].slice(-grid.length), weight: weights[0], exact: !ofSample };
  };
  const optima = () => nodes.map((of, s) => optimumOf(of, weights[s]));

  let candidates: number[];
  if (rows > sample) {
    const sums = yield { candidates: grid, sample: sampleOf(rows, sample) };
    add(grid, sums, true);
    const [all, ...without] = optima();
    candidates =
      all.kind === "inside" ? cover([...around(all), ...without.map(({ beta }) => beta)], roughly) : grid;
    for (const of of nodes) of.length = 0; // a sample brackets nothing of all rows
  } else {
    add(grid, yield { candidates: grid });
    candidates = cover(
      optima().map(({ beta }) => beta),
      near,
    );
  }
  let found = optima();
  for (let pass = 0; pass < 2; pass++) {
    add(candidates, yield { candidates });
    found = optima();
    if (found.every(({ moved }) => moved <= near)) break;
    candidates = cover(
      found.map(({ beta }) => beta),
      near,
    );
  }
  const [all, ...without] = found.map(({ moved: _, ...optimum }): Optimum => optimum);
  return { rows: counted, all, without, converged: found.every(({ moved }) => moved <= near), curve };
}

const allRows = (): boolean => true;
const allBut =
  (fold: number) =>
  (sums: FoldSums): boolean =>
    sums.fold !== fold;

/** One candidate where a sample is sure of it, and several where it isn't. */
function around({ beta, curvature }: Optimum): number[] {
  const error = 1 / (beta * Math.sqrt(curvature));
  if (error < uncertain) return [beta];
  const step = Math.min(1.5 * error, 1);
  return [0, -2, -1, 1, 2].map((i) => clipped(beta * Math.exp(i * step)));
}

const clipped = (beta: number): number => Math.min(Math.max(beta, lowest), highest);

/** Few candidates that leave none of the optima further than `distance` from one; the first of them is one itself. */
function cover([first, ...others]: number[], distance: number): number[] {
  const candidates = [first];
  const reach = 1 + distance;
  for (const beta of others.sort((a, b) => a - b)) {
    if (!candidates.some((one) => beta <= one * reach && one <= beta * reach))
      candidates.push(clipped(beta * reach));
  }
  return candidates;
}

function optimumOf(nodes: CurveNode[], weight: number): Optimum & { moved: number } {
  const at = (node: CurveNode, kind: Optimum["kind"], beta = node.beta) => ({
    beta,
    loss: node.derivatives[0],
    weight,
    curvature: node.derivatives[2],
    kind,
    moved: 0,
  });
  const sorted = [...nodes].sort((a, b) => a.beta - b.beta);
  const slope = (node: CurveNode) => node.derivatives[1];
  if (sorted.length === 0 || !(weight > 0))
    return { beta: 1, loss: 0, weight: 0, curvature: 0, kind: "empty", moved: 0 };
  const [first] = sorted;
  const last = sorted[sorted.length - 1];
  if (sorted.every((node) => node.derivatives[1] === 0 && node.derivatives[2] === 0))
    return at(first, "flat", 1);
  if (first.beta === lowest && slope(first) >= 0) return at(first, "lowest");
  if (last.beta === highest && slope(last) <= 0) return at(last, "highest");
  const below = sorted.filter((node) => slope(node) < 0).at(-1);
  const above = sorted.find((node) => slope(node) >= 0);
  const stepOf = (node: CurveNode | undefined) =>
    node && node.derivatives[2] > 0
      ? Math.abs(slope(node) / node.derivatives[2]) / node.beta
      : Number.POSITIVE_INFINITY;
  const nearest = (stepOf(below) < stepOf(above) ? below : above) ?? below ?? first;
  return follow(nearest, weight, below?.beta ?? lowest, above?.beta ?? highest);
}

/** The Taylor series beyond this share of β may not converge, where classes are many. */
const trusted = 0.3;

/** From a candidate along its Taylor series to where the slope is zero, within what is known to hold it. */
function follow(
  { beta, derivatives: [d0, d1, d2, d3, d4] }: CurveNode,
  weight: number,
  low: number,
  high: number,
): Optimum & { moved: number } {
  const slope = (x: number) => d1 + x * (d2 + x * (d3 / 2 + (x * d4) / 6));
  const end = d1 < 0 ? Math.min(high - beta, trusted * beta) : Math.max(low - beta, -trusted * beta);
  let step = end;
  if (slope(end) * d1 <= 0) {
    let [near, far] = [0, end];
    for (let i = 0; i < 100; i++) {
      step = (near + far) / 2;
      if (step === near || step === far) break;
      if (slope(step) * d1 > 0) near = step;
      else far = step;
    }
  }
  return {
    beta: beta + step,
    loss: d0 + step * (d1 + step * (d2 / 2 + step * (d3 / 6 + (step * d4) / 24))),
    weight,
    curvature: d2 + step * (d3 + (step * d4) / 2),
    kind: "inside",
    moved: Math.abs(step) / beta,
  };
}
