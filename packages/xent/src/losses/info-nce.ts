import { XentError } from "../error.ts";
import { checkMatrix, checkOption, checkOut, checkUpstream, checkWeights } from "./check.ts";
import { linearCrossEntropy, linearCrossEntropyWithGradient } from "./linear-cross-entropy.ts";
import { type FloatArray, type FloatMatrix, matrixLike, type Upstream } from "./matrix.ts";

export interface InfoNceOptions {
  /** τ > 0: divides the similarities; 1 unless given. */
  temperature?: number;
  /** Compare directions (cosine), not lengths; false unless given. */
  normalize?: boolean;
  /** The mean of both ways: each query among the keys, and each key among the queries. */
  symmetric?: boolean;
  /** ε from 0 to 1, spread over all keys; 0 unless given. */
  labelSmoothing?: number;
  /** `[queries]` ≥ 0: multiplies the query's loss; 1 unless given. */
  weights?: ArrayLike<number>;
}

export interface InfoNceGradient {
  /** `[queries, features]` */
  queries: FloatMatrix;
  /** `[keys, features]` */
  keys: FloatMatrix;
  /** With respect to τ, which may be learned. */
  temperature: number;
}

/**
 * Contrastive loss of each query: the cross-entropy of finding its own key, the i-th, among all keys.
 *
 *     loss[i] = −ln softmaxⱼ(queries[i]·keys[j] / τ)[i]
 *
 * Keys beyond the number of queries are negatives for all. ln(keys) less the mean loss bounds from below the mutual
 * information of queries and keys, and never exceeds ln(keys). It is a `linearCrossEntropy` with the keys as weight:
 * similarities of all with all are never in memory; queries and keys are copied in float64.
 *
 * @param queries `[queries, features]` finite.
 * @param keys `[keys, features]` finite; as many as the queries, or more. The i-th belongs to the i-th query.
 * @param options `temperature`, `normalize`, `symmetric`, `labelSmoothing`, `weights`, `out`.
 * @returns `[queries]` in nats, ≥ 0; if symmetric, half of it, and half of the loss of finding the query by its key.
 * @throws `XentError` `shape` if shapes differ, or there are fewer keys than queries (or more, if symmetric), `value`
 *   for a number that is not finite and, to normalize, for a row of zeros, `option` for an option outside its range.
 * @see van den Oord et al., Representation Learning with Contrastive Predictive Coding (2018), eq. 4; symmetric:
 *   Radford et al., Learning Transferable Visual Models (CLIP, 2021), figure 3.
 */
export function infoNce(
  queries: FloatMatrix,
  keys: FloatMatrix,
  { out, ...options }: InfoNceOptions & { out?: Float64Array } = {},
): Float64Array {
  const caller = "infoNce";
  checkContrast(caller, queries, keys, options);
  checkOut(caller, "out", out, queries.rows);
  const { ways } = waysOf(caller, queries, keys, options);
  const loss = (out ?? new Float64Array(queries.rows)).fill(0);
  for (const { inputs, weight } of ways) {
    const of = linearCrossEntropy(inputs, weight, ownKeys(queries.rows), choose(options));
    for (let i = 0; i < loss.length; i++) loss[i] += of[i] / ways.length;
  }
  return loss;
}

/**
 * `infoNce` and the gradient of Σ upstream[i]·loss[i], in one pass.
 *
 * @param upstream one number, or `[queries]`; 1 unless given.
 * @param options as `infoNce`; `out` buffers `loss`, `queries` and `keys`.
 * @returns the loss, and the gradient with respect to queries, keys (each of its precision) and temperature.
 * @throws as `infoNce`.
 */
export function infoNceWithGradient(
  queries: FloatMatrix,
  keys: FloatMatrix,
  upstream: Upstream = 1,
  options: InfoNceOptions & { out?: { loss?: Float64Array; queries?: FloatArray; keys?: FloatArray } } = {},
): { loss: Float64Array; gradient: InfoNceGradient } {
  const caller = "infoNceWithGradient";
  const { out = {}, ...others } = options;
  const { temperature = 1 } = others;
  checkContrast(caller, queries, keys, others);
  checkUpstream(caller, upstream, queries.rows);
  checkOut(caller, "out.loss", out.loss, queries.rows);
  checkOut(caller, "out.queries", out.queries, queries.data.length);
  checkOut(caller, "out.keys", out.keys, keys.data.length);
  const { sides, ways } = waysOf(caller, queries, keys, others);
  const loss = (out.loss ?? new Float64Array(queries.rows)).fill(0);
  const sums = { queries: new Float64Array(queries.data.length), keys: new Float64Array(keys.data.length) };
  const share = Array.from(
    loss,
    (_, i) => (typeof upstream === "number" ? upstream : upstream[i]) / ways.length,
  );
  let byTemperature = 0;
  for (const { inputs, weight, from, to } of ways) {
    const one = linearCrossEntropyWithGradient(inputs, weight, ownKeys(queries.rows), share, choose(others));
    for (let i = 0; i < loss.length; i++) loss[i] += one.loss[i] / ways.length;
    const { data } = one.inputsGradient;
    for (let at = 0; at < data.length; at++) {
      sums[from][at] += data[at] / temperature;
      // The logits are inputs·weight with 1/τ in the inputs: d/dτ of them is −1/τ times themselves.
      byTemperature -= (data[at] * inputs.data[at]) / temperature;
    }
    const ofWeight = one.weightGradient.data;
    for (let at = 0; at < ofWeight.length; at++) sums[to][at] += ofWeight[at];
  }
  const gradient = {
    queries: matrixLike(queries, out.queries),
    keys: matrixLike(keys, out.keys),
    temperature: byTemperature,
  };
  for (const side of ["queries", "keys"] as const) writeGradient(sides[side], sums[side], gradient[side]);
  return { loss, gradient };
}

/** Vectors as they are compared, and the norms that they were divided by. */
interface Side {
  vectors: FloatMatrix<Float64Array>;
  norms?: Float64Array;
}

/** What is looked for in what: queries among keys and, if symmetric, keys among queries. */
interface Way {
  /** The vectors of `from`, divided by τ. */
  inputs: FloatMatrix;
  weight: FloatMatrix;
  from: "queries" | "keys";
  to: "queries" | "keys";
}

function waysOf(
  caller: string,
  queries: FloatMatrix,
  keys: FloatMatrix,
  { temperature = 1, normalize = false, symmetric = false }: InfoNceOptions,
): { sides: { queries: Side; keys: Side }; ways: Way[] } {
  const sides = {
    queries: sideOf(caller, "queries", queries, normalize),
    keys: sideOf(caller, "keys", keys, normalize),
  };
  const way = (from: Way["from"], to: Way["to"]): Way => {
    const { vectors } = sides[from];
    const inputs = { ...vectors, data: vectors.data.map((value) => value / temperature) };
    return { inputs, weight: sides[to].vectors, from, to };
  };
  return {
    sides,
    ways: symmetric ? [way("queries", "keys"), way("keys", "queries")] : [way("queries", "keys")],
  };
}

/** The vectors in float64, of length 1 if they are to be normalised. */
function sideOf(
  caller: string,
  name: string,
  { data, rows, columns }: FloatMatrix,
  normalize: boolean,
): Side {
  const vectors = { data: Float64Array.from(data), rows, columns };
  if (!normalize) return { vectors };
  const norms = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const row = vectors.data.subarray(i * columns, (i + 1) * columns);
    let most = 0;
    for (const value of row) most = Math.max(most, Math.abs(value));
    if (most === 0) {
      throw new XentError(
        "value",
        `${caller}: ${name}[${i}] is a row of zeros; to normalize it needs a direction`,
      );
    }
    let sum = 0;
    for (const value of row) sum += (value / most) ** 2; // squares of the numbers may overflow, and the norm too
    const relative = Math.sqrt(sum);
    norms[i] = most * relative;
    for (let j = 0; j < columns; j++) row[j] = row[j] / most / relative;
  }
  return { vectors, norms };
}

/** The gradient of the vectors as they are compared becomes that of the ones given: (g − (g·v)·v) / norm. */
function writeGradient({ vectors, norms }: Side, sums: Float64Array, into: FloatMatrix): void {
  const { data, rows, columns } = vectors;
  for (let i = 0; i < rows; i++) {
    const start = i * columns;
    let along = 0;
    if (norms) for (let at = start; at < start + columns; at++) along += sums[at] * data[at];
    const norm = norms ? norms[i] : 1;
    for (let at = start; at < start + columns; at++) into.data[at] = (sums[at] - along * data[at]) / norm;
  }
}

const ownKeys = (rows: number): Int32Array => Int32Array.from({ length: rows }, (_, i) => i);

/** The options that are those of `linearCrossEntropy`. */
const choose = ({ labelSmoothing, weights }: InfoNceOptions) => ({ labelSmoothing, weights });

function checkContrast(
  caller: string,
  queries: FloatMatrix,
  keys: FloatMatrix,
  { temperature = 1, symmetric = false, labelSmoothing = 0, weights }: InfoNceOptions,
): void {
  checkMatrix(caller, "queries", queries);
  checkMatrix(caller, "keys", keys);
  if (queries.columns !== keys.columns) {
    throw new XentError(
      "shape",
      `${caller}: queries has ${queries.columns} columns and keys ${keys.columns}; they must be the same`,
    );
  }
  if (symmetric ? queries.rows !== keys.rows : queries.rows > keys.rows) {
    const required = symmetric ? "to be symmetric they must be as many" : "each query needs a key of its own";
    throw new XentError(
      "shape",
      `${caller}: there are ${queries.rows} queries and ${keys.rows} keys; ${required}`,
    );
  }
  checkOption(caller, "temperature", temperature, 0);
  if (temperature === 0) throw new XentError("option", `${caller}: temperature is 0; it must be above 0`);
  checkOption(caller, "labelSmoothing", labelSmoothing, 0, 1);
  checkWeights(caller, "weights", weights, queries.rows, "queries");
  for (const [name, { data, columns }] of [
    ["queries", queries],
    ["keys", keys],
  ] as const) {
    const at = data.findIndex((value) => !Number.isFinite(value));
    if (at < 0) continue;
    throw new XentError(
      "value",
      `${caller}: ${name}[${Math.floor(at / columns)}, ${at % columns}] is ${data[at]}; it must be a finite number`,
    );
  }
}
