/** What is done with a value that is missing: null, or not a number. */
export type MissingPolicy = "error" | "mean" | "indicator";

/** A column of numbers, or of truth values as 0 and 1: encoded as (x − mean) / scale. */
export interface NumberFeature {
  column: string;
  type: "number" | "boolean";
  mean: number;
  /** Standard deviation; 0 where the column was constant, which then is left out. */
  scale: number;
  /** Whether a column of its own says 1 where the value is missing. */
  missing: boolean;
}

/** A column of text: encoded as 1 in the column of its category and 0 in the others'. */
export interface CategoryFeature {
  column: string;
  type: "category";
  /** The most frequent categories, most frequent first. */
  vocabulary: string[];
  /** Whether the first category is the one that the others are compared with, without a column of its own. */
  reference: boolean;
  /** Whether all other categories have a column together. */
  other: boolean;
  /** Whether no category at all has a column. */
  missing: boolean;
}

/**
 * A column of arrays of one length: encoded as (x − means) / scale. One scale for all elements, because they are one
 * quantity: a pixel that is nearly always dark would otherwise count for hundreds where it is bright once.
 */
export interface ArrayFeature {
  column: string;
  type: "array";
  length: number;
  /** `[length]` */
  means: number[];
  /** Root of the mean variance of the elements that are kept. */
  scale: number;
  /** The elements that were not constant, from 0. */
  kept: number[];
  /** Whether a column of its own says 1 where an element is missing. */
  missing: boolean;
}

export type Feature = NumberFeature | CategoryFeature | ArrayFeature;

/** How rows become numbers: everything that was learnt from the training rows. */
export interface FeatureSchema {
  missing: MissingPolicy;
  features: Feature[];
  /** Columns, or how many elements of an array, that say nothing: they were constant over the training rows. */
  dropped: { column: string; elements?: number }[];
}

/** How many numbers a row of a feature has before it is encoded: a category has its index. */
export const rawWidth = (feature: Feature): number => (feature.type === "array" ? feature.length : 1);

/** The numbers of an encoded row, by name: what the columns of a linear model's coefficients are. */
export function encodedNames({ features }: FeatureSchema): string[] {
  return features.flatMap((feature) => {
    const { column } = feature;
    const names: string[] = [];
    if (feature.type === "category") {
      names.push(...feature.vocabulary.slice(feature.reference ? 1 : 0).map((name) => `${column} = ${name}`));
      if (feature.other) names.push(`${column} (other)`);
    } else if (feature.type === "array") {
      names.push(...feature.kept.map((element) => `${column}[${element}]`));
    } else if (feature.scale > 0) {
      names.push(column);
    }
    if (feature.missing) names.push(`${column} (missing)`);
    return names;
  });
}

/** For each number of an encoded row, what one unit of it is in the column's own unit; 1 for what is 0 or 1. */
export function encodedScales({ features }: FeatureSchema): { mean: number; scale: number }[] {
  const plain = { mean: 0, scale: 1 };
  return features.flatMap((feature) => {
    const scales: { mean: number; scale: number }[] = [];
    if (feature.type === "category") {
      const columns = feature.vocabulary.length - (feature.reference ? 1 : 0) + (feature.other ? 1 : 0);
      scales.push(...Array.from({ length: columns }, () => plain));
    } else if (feature.type === "array") {
      scales.push(...feature.kept.map((k) => ({ mean: feature.means[k], scale: feature.scale })));
    } else if (feature.scale > 0) {
      scales.push({ mean: feature.mean, scale: feature.scale });
    }
    if (feature.missing) scales.push(plain);
    return scales;
  });
}

/** Rows before they are encoded, row after row. */
export interface RawRows {
  data: Float64Array;
  rows: number;
  /** Numbers from one row to the next, and before the features of a row. */
  stride: number;
  first: number;
}

/**
 * Encodes rows.
 *
 * @param out `[rows, width]`: it is written here, row after row.
 */
export function encodeRows(
  { features }: FeatureSchema,
  raw: RawRows,
  out: Float64Array,
  width: number,
): void {
  let from = raw.first;
  let to = 0;
  for (const feature of features) {
    if (feature.type === "category") to += encodeCategory(feature, raw, from, out, to, width);
    else if (feature.type === "array") to += encodeArray(feature, raw, from, out, to, width);
    else to += encodeNumber(feature, raw, from, out, to, width);
    from += rawWidth(feature);
  }
}

function encodeNumber(
  { mean, scale, missing }: NumberFeature,
  { data, rows, stride }: RawRows,
  from: number,
  out: Float64Array,
  to: number,
  width: number,
): number {
  const used = scale > 0 ? 1 : 0;
  for (let i = 0; i < rows; i++) {
    const value = data[i * stride + from];
    const absent = Number.isNaN(value);
    if (used) out[i * width + to] = absent ? 0 : (value - mean) / scale;
    if (missing) out[i * width + to + used] = absent ? 1 : 0;
  }
  return used + (missing ? 1 : 0);
}

function encodeCategory(
  { vocabulary, reference, other, missing }: CategoryFeature,
  { data, rows, stride }: RawRows,
  from: number,
  out: Float64Array,
  to: number,
  width: number,
): number {
  const first = reference ? 1 : 0;
  const known = vocabulary.length - first;
  const columns = known + (other ? 1 : 0) + (missing ? 1 : 0);
  for (let i = 0; i < rows; i++) {
    const at = i * width + to;
    out.fill(0, at, at + columns);
    const index = data[i * stride + from];
    // A category that is missing without a column for that counts as the most frequent one.
    if (Number.isNaN(index)) {
      if (missing) out[at + columns - 1] = 1;
      else if (!reference) out[at] = 1;
    } else if (index >= vocabulary.length) {
      if (other) out[at + known] = 1;
    } else if (index >= first) out[at + index - first] = 1;
  }
  return columns;
}

function encodeArray(
  { length, means, scale, kept, missing }: ArrayFeature,
  { data, rows, stride }: RawRows,
  from: number,
  out: Float64Array,
  to: number,
  width: number,
): number {
  for (let i = 0; i < rows; i++) {
    const at = i * width + to;
    const start = i * stride + from;
    for (let j = 0; j < kept.length; j++) {
      const value = data[start + kept[j]];
      out[at + j] = Number.isNaN(value) ? 0 : (value - means[kept[j]]) / scale;
    }
    if (missing) {
      let absent = 0;
      for (let k = 0; k < length; k++) if (Number.isNaN(data[start + k])) absent = 1;
      out[at + kept.length] = absent;
    }
  }
  return kept.length + (missing ? 1 : 0);
}
