import { DOUBLE, type DuckDBAppender, DuckDBDataChunk, type DuckDBType } from "@duckdb/node-api";
import { XentError } from "xent";
import { mlpLogits } from "xent/fit";
import { logSoftmax } from "xent/losses";
import { type Column, columnOf, isList, isNumeric, type SourceSpec } from "xent/tables";
import { checkOther } from "../check-other.ts";
import { copyNumbers, writeNumbers } from "../duckdb/column-numbers.ts";
import { duckdb } from "../duckdb/dialect.ts";
import { type Session, type SessionOptions, withSession } from "../duckdb/session.ts";
import { engineError } from "../source/errors.ts";
import { type Need, type OpenSource, openSource } from "../source/source.ts";
import type { Table } from "../sql/scan.ts";
import { checkTable, writeTable } from "../write-table.ts";
import { checksum } from "./checksum.ts";
import { neitherTruth, partSql, splitParts } from "./feature-sql.ts";
import { checkLengths, missingError, type Read, rawSql, rowNumber } from "./learn-rows.ts";
import { decodeParameters, type FittedModel } from "./model-file.ts";
import { encodeRows, type Feature, rawWidth } from "./schema.ts";

/** Which rows are predicted: every field is a flag of the command. */
export interface PredictRequest {
  model: FittedModel;
  source: SourceSpec;
  output: string;
  /** Columns that come along; all that are no features unless given. */
  keep?: string[];
  logits: boolean;
  split: "all" | "training" | "validation";
  skipBadRows: boolean;
}

export interface Predicted {
  rows: number;
  columns: string[];
  warnings: string[];
}

/** Applies a model to the rows of a source, a chunk at a time, and writes what `evaluate` reads. */
export async function predictSource(request: PredictRequest, options: SessionOptions): Promise<Predicted> {
  await checkTable(request.output);
  return withSession(options, async (session) => {
    try {
      await checkOther(
        session,
        request.source.path,
        request.output,
        "has lost the features it was predicted from",
      );
      return await predictIn(session, request);
    } catch (error) {
      throw engineError(error, request.source.path);
    }
  });
}

async function predictIn(session: Session, request: PredictRequest): Promise<Predicted> {
  const { model, output } = request;
  const source = await openSource(session, request.source, [
    ...model.schema.features.map(({ column }) => column),
    ...(request.keep ?? []),
    ...(model.split?.cluster ? [model.split.cluster] : []),
  ]);
  const reads = model.schema.features.map((feature) => readOf(source, feature));
  const kept = keptColumns(source, request);
  const cluster = clusterOf(source, request);
  const table = await source.load(needsOf(reads, kept, cluster), { skipBadRows: request.skipBadRows });
  for (const read of reads) {
    read.column = table.columns.find(({ name }) => name === read.column.name) ?? read.column;
    if (read.type === "array") await checkLengths(session, table, read.column, read.length);
  }
  const where = await rowsOf(session, table, cluster, request);
  const keptSql: string[] = [];
  for (const column of kept) keptSql.push(await typedSql(session, table, column));
  const result = await writePredictions(session, request, { table, reads, kept, keptSql, where });
  await writeTable(session, `SELECT * FROM ${predictions}`, output);
  return result;
}

/** Not temporary: it is written by another connection than the one that reads. */
const predictions = "memory.main.predictions";

/** How a feature of the model is read from this source. */
function readOf(source: OpenSource, feature: Feature): Read {
  const found = source.columns.find(({ name }) => name === feature.column);
  if (!found) {
    throw new XentError(
      "column",
      `${source.name}: there is no column "${feature.column}", which is a feature of the model`,
      `the columns are ${source.columns
        .slice(0, 20)
        .map(({ name }) => `"${name}"`)
        .join(", ")}${source.columns.length > 20 ? ", …" : ""}`,
    );
  }
  const text = /^(VARCHAR|JSON)$/.test(found.type);
  const fits = {
    number: isNumeric(found) || found.type === "BOOLEAN" || text,
    boolean: found.type === "BOOLEAN" || isNumeric(found) || text,
    category: !isList(found) && !/^(STRUCT|MAP)/.test(found.type),
    array: isList(found) || text,
  }[feature.type];
  if (!fits) {
    throw new XentError(
      "column",
      `${source.name}: the column "${found.name}" is of type ${found.type}; the model was fitted to ${{ number: "numbers", boolean: "true or false", category: "categories", array: "arrays of numbers" }[feature.type]} there`,
    );
  }
  const type = feature.type === "number" && found.type === "BOOLEAN" ? "boolean" : feature.type;
  return {
    column: found,
    type: type === "boolean" && isNumeric(found) ? "number" : type,
    vocabulary: feature.type === "category" ? feature.vocabulary : [],
    length: rawWidth(feature),
  };
}

function keptColumns(source: OpenSource, { model, keep, logits }: PredictRequest): Column[] {
  const features = new Set(model.schema.features.map(({ column }) => column));
  const kept = keep
    ? keep.map((name) => columnOf(source, name, "--keep"))
    : source.columns.filter(({ name }) => !features.has(name));
  const written = new Set(outputNames(model, logits));
  const met = kept.find(({ name }) => written.has(name));
  if (met) {
    throw new XentError(
      "column",
      `${source.name}: has a column "${met.name}", and the predictions need that name`,
      "choose the columns that come along with --keep",
    );
  }
  return kept;
}

const outputNames = ({ classes }: FittedModel, logits: boolean): string[] =>
  classes.map((name) => `${logits ? "logit" : "p"}_${name}`);

function clusterOf(source: OpenSource, { model, split }: PredictRequest): Column | undefined {
  if (split === "all") return undefined;
  if (!model.split) {
    throw new XentError(
      "option",
      `--split ${split}: the model was fitted to all rows, none was held out`,
      "fit it again with --validation 0.2",
    );
  }
  return model.split.cluster === null
    ? undefined
    : columnOf(source, model.split.cluster, "the model's --cluster");
}

function needsOf(reads: Read[], kept: Column[], cluster: Column | undefined): Need[] {
  const needs: Need[] = reads.map(({ column, type }) => ({
    column,
    as: type === "number" ? "number" : type === "array" ? "numbers" : "text",
  }));
  const known = new Set(needs.map(({ column }) => column.name));
  for (const column of cluster ? [...kept, cluster] : kept) {
    if (!known.has(column.name)) needs.push({ column, as: isList(column) ? "numbers" : "text" });
    known.add(column.name);
  }
  return needs;
}

/** The rows that are asked for, as a condition; and where they are known by their number, whether it is the same data. */
async function rowsOf(
  session: Session,
  table: Table,
  cluster: Column | undefined,
  { model, split }: PredictRequest,
): Promise<string> {
  const [{ all_rows }] = await session.query("counting", `SELECT count(*) AS all_rows FROM ${table.from}`);
  if (Number(all_rows) === 0) throw new XentError("source", `${table.name}: there are no rows`);
  session.size.rows = Number(all_rows);
  if (split === "all" || !model.split) return "true";
  const { share, seed } = model.split;
  const known = model.data.rows + model.data.badRows;
  if (!cluster && Number(all_rows) + table.unreadable !== known) throw otherData(table.name, split);
  const part = partSql(cluster ? duckdb.identifier(cluster.name) : table.row, seed);
  return `${part} ${split === "validation" ? "<" : ">="} ${Math.round(share * splitParts)}`;
}

const otherData = (name: string, split: string): XentError =>
  new XentError(
    "source",
    `${name}: --split ${split}: these are not the rows that the model was fitted to, and it was split by their numbers`,
    "give the source that xent fit read; a model that is fitted with --cluster knows its clusters in any source",
  );

/** A column that text formats gave as text, in the type that it has in the file, if all its cells are of it. */
async function typedSql(session: Session, table: Table, column: Column): Promise<string> {
  const value = duckdb.identifier(column.name);
  const loaded = table.columns.find(({ name }) => name === column.name);
  if (!loaded || loaded.type === column.type || loaded.type !== "VARCHAR") return value;
  if (/^(VARCHAR|JSON|ENUM|STRUCT|MAP|UNION)/.test(column.type)) return value;
  const typed = `TRY_CAST(${value} AS ${column.type})`;
  const [{ lost }] = await session.query(
    "looking",
    `SELECT count(*) FILTER (${value} IS NOT NULL AND ${typed} IS NULL) AS lost FROM ${table.from}`,
  );
  return Number(lost) === 0 ? typed : value;
}

interface Reading {
  table: Table;
  reads: Read[];
  kept: Column[];
  keptSql: string[];
  where: string;
}

async function writePredictions(
  session: Session,
  request: PredictRequest,
  { table, reads, kept, keptSql, where }: Reading,
): Promise<Predicted> {
  const { model, split } = request;
  const names = outputNames(model, request.logits);
  const parameters = decodeParameters(model.parameters);
  const stride = reads.reduce((sum, { length }) => sum + length, 0);
  const sum = checksum();
  const notes = noteTaker(model, reads, table.name);
  const columns = [
    `${duckdb.double(table.row)} AS position`,
    ...reads.map((read, j) => `${rawSql(read)} AS f${j}`),
    ...keptSql.map((sql, j) => `${sql} AS k${j}`),
  ];
  const writer = await session.connect();
  let appender: DuckDBAppender | undefined;
  let rows = 0;
  try {
    const sql = `SELECT ${columns.join(", ")} FROM ${table.from} WHERE ${where}`;
    for await (const chunk of session.stream("predicting", sql)) {
      const types = kept.map((_, j) => chunk.getColumnVector(1 + reads.length + j).type);
      if (!appender) {
        await createTable(writer, kept, types, names);
        appender = await writer.createAppender("predictions", "main", "memory");
      }
      const block = new Float64Array(chunk.rowCount * stride);
      reads.reduce((first, { length }, j) => {
        copyNumbers(chunk, 1 + j, block, { stride, first, length });
        return first + length;
      }, 0);
      const position = new Float64Array(chunk.rowCount);
      copyNumbers(chunk, 0, position, { stride: 1, first: 0 });
      for (let i = 0; i < chunk.rowCount; i++) {
        notes.take(block, i * stride, position[i]);
        sum.add(block, i * stride, (i + 1) * stride);
      }
      const out = predictBlock(model, parameters, block, chunk.rowCount, stride, request.logits);
      appender.appendDataChunk(outputChunk(chunk, 1 + reads.length, types, out, names.length));
      rows += chunk.rowCount;
    }
    appender?.flushSync();
  } finally {
    appender?.closeSync();
    writer.closeSync();
  }
  if (rows === 0) throw new XentError("source", `${table.name}: no row belongs to --split ${split}`);
  const same = model.data.checksums[split === "validation" ? "validation" : "training"] === sum.digits();
  const checked = split !== "all" && model.split?.cluster === null && model.data.badRows === 0;
  if (checked && !same) throw otherData(table.name, split);
  return { rows, columns: [...kept.map(({ name }) => name), ...names], warnings: notes.warnings() };
}

async function createTable(
  writer: Awaited<ReturnType<Session["connect"]>>,
  kept: Column[],
  types: DuckDBType[],
  names: string[],
): Promise<void> {
  const columns = [
    ...kept.map(({ name }, j) => `${duckdb.identifier(name)} ${types[j]}`),
    ...names.map((name) => `${duckdb.identifier(name)} DOUBLE`),
  ];
  await writer.run(`CREATE TABLE ${predictions} (${columns.join(", ")})`);
}

/** `[rows, classes]` probabilities, or logits, row after row. */
function predictBlock(
  { schema, shape }: FittedModel,
  parameters: Float64Array,
  block: Float64Array,
  rows: number,
  stride: number,
  logits: boolean,
): Float64Array {
  const data = new Float64Array(rows * shape.inputs);
  encodeRows(schema, { data: block, rows, stride, first: 0 }, data, shape.inputs);
  const own = mlpLogits(shape, parameters, { data, rows, columns: shape.inputs });
  return logits ? own.data : (logSoftmax(own).data as Float64Array).map(Math.exp);
}

function outputChunk(
  chunk: DuckDBDataChunk,
  firstKept: number,
  types: DuckDBType[],
  out: Float64Array,
  classes: number,
): DuckDBDataChunk {
  const written = DuckDBDataChunk.create([...types, ...Array(classes).fill(DOUBLE)], chunk.rowCount);
  for (let j = 0; j < types.length; j++) written.setColumnValues(j, chunk.getColumnValues(firstKept + j));
  for (let k = 0; k < classes; k++)
    writeNumbers(written, types.length + k, out, { stride: classes, first: k });
  return written;
}

/** Looks at rows: what is missing where the training rows had all is an error, what is new is counted. */
function noteTaker({ schema }: FittedModel, reads: Read[], name: string) {
  const unseen = new Map<number, number>();
  const absent = new Map<number, number>();
  return {
    take(block: Float64Array, start: number, position: number): void {
      for (let j = 0, at = start; j < reads.length; j++) {
        const { length, type, column, vocabulary } = reads[j];
        const feature = schema.features[j];
        let missing = false;
        for (let k = 0; k < length; k++, at++) {
          const value = block[at];
          if (Number.isNaN(value)) {
            missing = true;
            block[at] = Number.NaN;
          } else if (Math.abs(value) === Number.POSITIVE_INFINITY) {
            throw new XentError(
              "value",
              `${name}: "${column.name}" (row ${rowNumber(position)}) is infinite; a feature must be finite`,
            );
          } else if (type === "boolean" && value === neitherTruth) {
            throw new XentError(
              "value",
              `${name}: "${column.name}" (row ${rowNumber(position)}) is neither true nor false`,
            );
          } else if (feature.type === "category" && !feature.other && value >= vocabulary.length) {
            unseen.set(j, (unseen.get(j) ?? 0) + 1);
          }
        }
        if (!missing) continue;
        if (schema.missing === "error") throw missingError(name, column.name, 1, position, 0);
        if (schema.missing === "indicator" && !feature.missing) absent.set(j, (absent.get(j) ?? 0) + 1);
      }
    },
    warnings(): string[] {
      const rows = (count: number) =>
        count === 1 ? "1 row has" : `${count.toLocaleString("en-US")} rows have`;
      return [
        ...[...unseen].map(([j, count]) => {
          const feature = schema.features[j];
          const as =
            feature.type === "category" && feature.reference
              ? `as "${feature.vocabulary[0]}", which the others are compared with`
              : "as none of those it knows";
          return `${rows(count)} a category in "${reads[j].column.name}" that the model never saw; it takes it ${as}`;
        }),
        ...[...absent].map(
          ([j, count]) =>
            `${rows(count)} no "${reads[j].column.name}", which no row to train on lacked; the mean stands for it`,
        ),
      ];
    },
  };
}
