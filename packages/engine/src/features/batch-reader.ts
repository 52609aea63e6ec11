import { firstFeature } from "./learn-rows.ts";
import { encodeRows, type FeatureSchema } from "./schema.ts";

/** Rows as a model takes them. */
export interface Batch {
  features: { data: Float64Array; rows: number; columns: number };
  labels: Int32Array;
  weights: Float64Array;
  clusters: Float64Array;
}

/**
 * Gathers rows of a store and encodes them. The arrays are the reader's own, and used again for the next batch.
 *
 * @param inputs numbers of an encoded row.
 * @param width numbers of a row of the store.
 * @param most rows of a batch.
 * @returns takes rows of the store, and which of them are chosen.
 */
export function batchReader(
  schema: FeatureSchema,
  inputs: number,
  width: number,
  most: number,
): (rows: Float64Array, chosen: Int32Array) => Batch {
  const raw = new Float64Array(most * width);
  const data = new Float64Array(most * inputs);
  const labels = new Int32Array(most);
  const [weights, clusters] = [new Float64Array(most), new Float64Array(most)];
  return (rows, chosen) => {
    const count = chosen.length;
    for (let i = 0; i < count; i++) {
      const start = chosen[i] * width;
      raw.set(rows.subarray(start, start + width), i * width);
      labels[i] = raw[i * width];
      weights[i] = raw[i * width + 1];
      clusters[i] = raw[i * width + 2];
    }
    encodeRows(schema, { data: raw, rows: count, stride: width, first: firstFeature }, data, inputs);
    return {
      features: { data: data.subarray(0, count * inputs), rows: count, columns: inputs },
      labels: labels.subarray(0, count),
      weights: weights.subarray(0, count),
      clusters: clusters.subarray(0, count),
    };
  };
}
