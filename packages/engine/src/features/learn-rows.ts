import { join } from "node:path";
import type { DuckDBDataChunk } from "@duckdb/node-api";
import { XentError } from "xent";
import { type Column, isList } from "xent/tables";
import { copyNumbers } from "../duckdb/column-numbers.ts";
import { duckdb } from "../duckdb/dialect.ts";
import type { Session } from "../duckdb/session.ts";
import { labelIndex, labelText } from "../sql/labels.ts";
import type { Table } from "../sql/scan.ts";
import { distinctSql } from "../sql/statistics.ts";
import type { FeatureColumn } from "./bind-features.ts";
import { checksum } from "./checksum.ts";
import {
  arraySql,
  booleanSql,
  categorySql,
  categoryText,
  clusterSql,
  listSql,
  neitherTruth,
  numberSql,
  partSql,
  splitParts,
} from "./feature-sql.ts";
import { openRowStore, type RowStore } from "./row-store.ts";
import { runningMoments } from "./running-moments.ts";
import type { Feature, FeatureSchema, MissingPolicy } from "./schema.ts";

/** The columns of a table of training rows, as it was loaded. */
export interface TrainingTable {
  table: Table;
  label: Column;
  features: FeatureColumn[];
  weight?: Column;
  cluster?: Column;
}

export interface LearnOptions {
  classes: string[];
  missing: MissingPolicy;
  /** Most categories of a column that have a column of their own. */
  vocabulary: number;
  /** Whether a column's first category has none, as the errors of a linear model's coefficients need. */
  reference: boolean;
  /** Share of the rows that is held out. */
  validation: number;
  seed: number;
  skipBadRows: boolean;
  /** Most bytes of rows in memory; more are kept in a file of the session. */
  memory: number;
}

/**
 * Rows to train on and rows held out, and what was learnt from the former. A row of a store: label, weight, a number
 * that rows of one cluster share, features.
 */
export interface LearntRows {
  schema: FeatureSchema;
  train: RowStore;
  validation: RowStore;
  /** Whether the rows are in memory. */
  inMemory: boolean;
  /** Of each class, the rows to train on and the rows held out, and their weights. */
  counts: { train: ClassCounts; validation: ClassCounts };
  /** Rows left out because of their label, weight or cluster. */
  bad: number;
  /** Of the features of the rows of each part, in their order. */
  checksums: { training: string; validation: string };
  warnings: string[];
}

export interface ClassCounts {
  rows: number[];
  weight: number[];
}

/** Before the features of a row in a store stand its label, its weight and its cluster. */
export const firstFeature = 3;

/** A feature as it is read: of a category the vocabulary, of an array the length. */
export interface Read {
  column: Column;
  type: FeatureColumn["type"];
  vocabulary: string[];
  length: number;
}

const width = (reads: Read[]): number => reads.reduce((sum, { length }) => sum + length, firstFeature);

/** Reads all rows once: splits them, keeps them, and learns how they are encoded from those to train on. */
export async function learnRows(
  session: Session,
  source: TrainingTable,
  options: LearnOptions,
): Promise<LearntRows> {
  const { table } = source;
  const part = partSql(source.cluster ? duckdb.identifier(source.cluster.name) : table.row, options.seed);
  const reads: Read[] = [];
  for (const feature of source.features) {
    reads.push(await readAs(session, table, feature, `${part} >= ${cut(options)}`, options));
  }
  const stride = width(reads);
  const rows = session.size.rows ?? 0;
  const inMemory = rows * stride * Float64Array.BYTES_PER_ELEMENT <= options.memory;
  const path = (name: string) => (inMemory ? undefined : join(session.folder, name));
  const train = openRowStore(stride, path("train"));
  const validation = openRowStore(stride, path("validation"));
  const moments = runningMoments(stride);
  const sums = { train: checksum(), validation: checksum() };
  const absent = new Map<number, { rows: number; first: number }>();
  const present = new Uint8Array(stride);
  const zeros = () => options.classes.map(() => 0);
  const counts = {
    train: { rows: zeros(), weight: zeros() },
    validation: { rows: zeros(), weight: zeros() },
  };
  const state: Scanned = {
    ...{ source, reads, stride, moments, sums, absent, present, train, validation, counts },
    bad: 0,
  };
  try {
    const columns = [
      `${duckdb.double(table.row)} AS position`,
      `${duckdb.double(labelIndex(duckdb, source.label, options.classes))} AS label`,
      `${source.weight ? numberSql(source.weight) : "1e0"} AS weight`,
      `${duckdb.double(part)} AS part`,
      `${source.cluster ? clusterSql(source.cluster) : "0e0"} AS cluster`,
      ...reads.map((read, j) => `${rawSql(read)} AS f${j}`),
    ];
    for await (const chunk of session.stream("reading", `SELECT ${columns.join(", ")} FROM ${table.from}`)) {
      const bad = takeChunk(chunk, state, options);
      if (bad !== undefined) throw await badRow(session, source, bad, options);
    }
    if (train.rows === 0) throw new XentError("source", `${table.name}: there are no rows to train on`);
    if (options.validation > 0 && validation.rows === 0) {
      throw new XentError(
        "source",
        `${table.name}: no row is held out: ${source.cluster ? "there are too few clusters" : "there are too few rows"} for a share of ${options.validation}`,
        "raise --validation, choose another --seed, or train without it: --validation 0",
      );
    }
    checkMissing(state, options);
    const { schema, warnings } = schemaOf(state, options);
    const { bad } = state;
    const checksums = { training: sums.train.digits(), validation: sums.validation.digits() };
    return { schema, train, validation, inMemory, counts, bad, checksums, warnings };
  } catch (error) {
    train.close();
    validation.close();
    throw error;
  }
}

/** Parts below this are held out. */
const cut = ({ validation }: { validation: number }): number => Math.round(validation * splitParts);

/** The classes that occur, where nobody named them: integers by value, others by their text. */
export async function occurringClasses(session: Session, { table, label }: TrainingTable): Promise<string[]> {
  const sql = distinctSql(duckdb, labelText(duckdb, label), table, mostClasses + 1);
  const found = (await session.query("looking", sql)).map((row) => String(row.value));
  if (found.length > mostClasses) {
    throw new XentError(
      "label",
      `${table.name}: the label "${label.name}" has more than ${mostClasses.toLocaleString("en-US")} values; it must be a class`,
      "is it a number that should be predicted, or a key?",
    );
  }
  const integers = found.every((name) => /^-?\d{1,15}$/.test(name));
  return integers ? found.sort((a, b) => Number(a) - Number(b)) : found.sort();
}

/** More labels than this are no classes that anybody could name, but most likely a number or a key. */
const mostClasses = 1000;

async function readAs(
  session: Session,
  table: Table,
  feature: FeatureColumn,
  training: string,
  { vocabulary: most }: LearnOptions,
): Promise<Read> {
  const loaded = table.columns.find(({ name }) => name === feature.column.name) ?? feature.column;
  const read: Read = { column: loaded, type: feature.type, vocabulary: [], length: 1 };
  if (read.type === "category" && (await looksLikeArray(session, table, loaded))) read.type = "array";
  if (read.type === "array") read.length = await arrayLength(session, table, loaded);
  if (read.type === "category") {
    const value = categoryText(loaded);
    const rows = await session.query(
      "counting categories",
      `SELECT value, count(*) AS value_rows FROM (SELECT ${value} AS value FROM ${table.from} WHERE ${training})
WHERE value IS NOT NULL GROUP BY value ORDER BY value_rows DESC, value LIMIT ${most}`,
    );
    read.vocabulary = rows.map((row) => String(row.value));
  }
  return read;
}

/** Whether a column of text begins with an array such as [0.1, 0.9]: CSV has no other way to write one. */
async function looksLikeArray(session: Session, { from }: Table, column: Column): Promise<boolean> {
  if (column.type !== "VARCHAR") return false;
  const value = duckdb.identifier(column.name);
  const [row] = await session.query(
    "looking",
    `SELECT TRY_CAST(${value} AS DOUBLE[]) IS NOT NULL AND ${value} LIKE '[%' AS array FROM ${from} WHERE ${value} IS NOT NULL LIMIT 1`,
  );
  return row?.array === true;
}

async function arrayLength(session: Session, table: Table, column: Column): Promise<number> {
  const fixed = /\[(\d+)\]$/.exec(column.type);
  if (fixed) return Number(fixed[1]);
  const list = listSql(column);
  const value = duckdb.identifier(column.name);
  const [first] = await session.query(
    "looking",
    `SELECT len(${list}) AS elements FROM ${table.from} WHERE ${value} IS NOT NULL LIMIT 1`,
  );
  const elements = Number(first?.elements ?? 0);
  if (elements === 0) {
    throw new XentError("shape", `${table.name}: "${column.name}" has no array with elements`);
  }
  await checkLengths(session, table, column, elements);
  return elements;
}

/** @throws `XentError` `shape` if an array has another length, `value` if a text is no array. */
export async function checkLengths(
  session: Session,
  table: Table,
  column: Column,
  elements: number,
): Promise<void> {
  const list = listSql(column);
  const value = duckdb.identifier(column.name);
  const [other] = await session.query(
    "checking",
    `SELECT count(*) AS other_rows, min(xent_row) AS first_row, arg_min(len(${list}), xent_row) AS elements
FROM ${table.from} WHERE ${value} IS NOT NULL AND len(${list}) IS DISTINCT FROM ${elements}`,
  );
  if (Number(other.other_rows) === 0) return;
  const row = rowNumber(Number(other.first_row));
  if (other.elements === null && !isList(column)) {
    throw new XentError("value", `${table.name}: "${column.name}" (row ${row}) is not an array of numbers`);
  }
  throw new XentError(
    "shape",
    `${table.name}: ${Number(other.other_rows).toLocaleString("en-US")} rows have arrays of another length in "${column.name}" (first: row ${row} has ${Number(other.elements ?? 0)} elements); all must have ${elements}`,
  );
}

/** A row's number in its own file: above it stands the file's, where there are several. */
export const rowNumber = (position: number): number => position % 2 ** 40;

export function rawSql({ column, type, vocabulary, length }: Read): string {
  if (type === "number") return numberSql(column);
  if (type === "boolean") return booleanSql(column);
  return type === "category" ? categorySql(column, vocabulary) : arraySql(column, length);
}

interface Scanned {
  source: TrainingTable;
  reads: Read[];
  stride: number;
  moments: ReturnType<typeof runningMoments>;
  sums: { train: ReturnType<typeof checksum>; validation: ReturnType<typeof checksum> };
  /** By feature: rows where it is missing, and the first of them. */
  absent: Map<number, { rows: number; first: number }>;
  /** By place in a row: bit 0 where a training row has a value, 1 where it lacks one, 2 for a category beyond the vocabulary. */
  present: Uint8Array;
  train: RowStore;
  validation: RowStore;
  counts: LearntRows["counts"];
  bad: number;
}

/** A row that cannot be used, and why. */
interface BadRow {
  position: number;
  column: Column;
  what: "label" | "weight" | "cluster" | "infinite" | "truth";
}

/** Takes the rows of a chunk. Returns the first that cannot be used and must not be left out. */
function takeChunk(chunk: DuckDBDataChunk, state: Scanned, options: LearnOptions): BadRow | undefined {
  const { reads, stride, source, train, validation } = state;
  const rows = chunk.rowCount;
  const head = new Float64Array(rows * 2);
  const block = new Float64Array(rows * stride);
  copyNumbers(chunk, 0, head, { stride: 2, first: 0 });
  copyNumbers(chunk, 3, head, { stride: 2, first: 1 });
  copyNumbers(chunk, 1, block, { stride, first: 0 });
  copyNumbers(chunk, 2, block, { stride, first: 1 });
  copyNumbers(chunk, 4, block, { stride, first: 2 });
  for (let j = 0, first = firstFeature; j < reads.length; j++) {
    const { length } = reads[j];
    copyNumbers(chunk, 5 + j, block, { stride, first, length });
    first += length;
  }
  const limit = cut(options);
  let trained = 0;
  const held = new Float64Array(rows * stride);
  let heldRows = 0;
  for (let i = 0; i < rows; i++) {
    const start = i * stride;
    const position = head[i * 2];
    const part = head[i * 2 + 1];
    const bad = badRole(source, block[start], block[start + 1], part);
    if (bad) {
      if (!options.skipBadRows) return { position, ...bad };
      state.bad++;
      continue;
    }
    const training = part >= limit;
    const fault = takeValues(state, block, start, position, training);
    if (fault) return fault;
    const counts = training ? state.counts.train : state.counts.validation;
    counts.rows[block[start]]++;
    counts.weight[block[start]] += block[start + 1];
    const sum = training ? state.sums.train : state.sums.validation;
    sum.add(block, start + firstFeature, start + stride);
    if (training) {
      state.moments.add(block, start);
      block.copyWithin(trained++ * stride, start, start + stride);
    } else {
      held.set(block.subarray(start, start + stride), heldRows++ * stride);
    }
  }
  train.append(block, trained);
  validation.append(held, heldRows);
  return undefined;
}

function badRole(
  { label, weight, cluster }: TrainingTable,
  index: number,
  w: number,
  part: number,
): Omit<BadRow, "position"> | undefined {
  if (Number.isNaN(index)) return { column: label, what: "label" };
  if (weight && !(w >= 0 && w < Number.POSITIVE_INFINITY)) return { column: weight, what: "weight" };
  return cluster && Number.isNaN(part) ? { column: cluster, what: "cluster" } : undefined;
}

/** Looks at the features of one row: notes what is missing, and finds what is no number. */
function takeValues(
  { reads, absent, present }: Scanned,
  block: Float64Array,
  start: number,
  position: number,
  training: boolean,
): BadRow | undefined {
  for (let j = 0, at = firstFeature; j < reads.length; j++) {
    const { length, type, column, vocabulary } = reads[j];
    let missing = false;
    for (let k = 0; k < length; k++, at++) {
      const value = block[start + at];
      if (Number.isNaN(value)) {
        missing = true;
        // One NaN of many: the checksum must not depend on which.
        block[start + at] = Number.NaN;
        if (training) present[at] |= 2;
      } else if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) {
        return { position, column, what: "infinite" };
      } else if (type === "boolean" && value === neitherTruth) {
        return { position, column, what: "truth" };
      } else if (training) {
        present[at] |= type === "category" && value >= vocabulary.length ? 4 : 1;
      }
    }
    if (!missing) continue;
    const known = absent.get(j);
    if (known) known.rows++;
    else absent.set(j, { rows: 1, first: position });
  }
  return undefined;
}

async function badRow(
  session: Session,
  { table }: TrainingTable,
  { position, column, what }: BadRow,
  { classes }: LearnOptions,
): Promise<XentError> {
  const shown = what === "label" ? labelText(duckdb, column) : duckdb.asText(duckdb.identifier(column.name));
  const [row] = await session.query(
    "looking",
    `SELECT left(${shown}, 60) AS value FROM ${table.from} WHERE ${table.row} = ${position}`,
  );
  const value = row?.value === null ? "missing" : `"${row?.value}"`;
  const where = `${table.name}: "${column.name}" (row ${rowNumber(position)})`;
  const skip = "correct the file, or leave such rows out with --skip-bad-rows";
  switch (what) {
    case "label":
      return value === "missing"
        ? new XentError("label", `${where} is missing; every row to train on needs its class`, skip)
        : new XentError(
            "label",
            `${where} is ${value}, which is not a class; the classes are ${classes.slice(0, 10).join(", ")}${classes.length > 10 ? ", …" : ""}`,
            "name the classes with --classes, or leave such rows out with --skip-bad-rows",
          );
    case "weight":
      return new XentError("value", `${where} is ${value}; a weight is a number from 0`, skip);
    case "cluster":
      return new XentError("key", `${where} is missing; every row needs its cluster`, skip);
    case "truth":
      return new XentError("value", `${where} is ${value}; it must be true or false`);
    default:
      return new XentError(
        "value",
        `${where} is infinite; a feature must be finite`,
        "replace it, or make it missing (an empty cell) and choose --missing mean or --missing indicator",
      );
  }
}

function checkMissing({ absent, reads, source }: Scanned, { missing }: LearnOptions): void {
  if (missing !== "error" || absent.size === 0) return;
  const [j, { rows, first }] = [...absent].sort((a, b) => a[1].first - b[1].first)[0];
  throw missingError(source.table.name, reads[j].column.name, rows, first, absent.size - 1);
}

export function missingError(
  table: string,
  column: string,
  rows: number,
  first: number,
  more: number,
): XentError {
  const count = rows === 1 ? "1 row" : `${rows.toLocaleString("en-US")} rows`;
  return new XentError(
    "value",
    `${table}: "${column}" is missing in ${count} (first: row ${rowNumber(first)})${more > 0 ? `, and so are values of ${more} more columns` : ""}`,
    `--missing mean puts the mean there, --missing indicator adds a column that says so; or leave it out with --without '${column}'`,
  );
}

function schemaOf(
  { reads, present, moments }: Scanned,
  { missing: policy, reference }: LearnOptions,
): { schema: FeatureSchema; warnings: string[] } {
  const schema: FeatureSchema = { missing: policy, features: [], dropped: [] };
  const warnings: string[] = [];
  const variance = moments.variance();
  let at = firstFeature;
  for (const { column, type, vocabulary, length } of reads) {
    const name = column.name;
    const own = present.subarray(at, at + length);
    const missing = policy === "indicator" && own.some((bits) => (bits & 2) !== 0);
    let feature: Feature;
    if (type === "category") {
      const other = (own[0] & 4) !== 0;
      const constant = vocabulary.length < 2 && !other && !missing;
      feature = { column: name, type, vocabulary, reference: reference || constant, other, missing };
      if (other) {
        warnings.push(
          `"${name}" has more than ${vocabulary.length} categories: the others are one (--vocabulary)`,
        );
      }
      if (constant) schema.dropped.push({ column: name });
    } else if (type === "array") {
      const kept = Array.from(own.keys()).filter((k) => variance[at + k] > 0);
      const scale = Math.sqrt(kept.reduce((sum, k) => sum + variance[at + k], 0) / Math.max(kept.length, 1));
      const means = Array.from(moments.mean.subarray(at, at + length));
      feature = { column: name, type, length, means, scale, kept, missing };
      if (kept.length < length) schema.dropped.push({ column: name, elements: length - kept.length });
    } else {
      feature = { column: name, type, mean: moments.mean[at], scale: Math.sqrt(variance[at]), missing };
      if (feature.scale === 0) schema.dropped.push({ column: name });
    }
    schema.features.push(feature);
    at += length;
  }
  return { schema, warnings };
}
