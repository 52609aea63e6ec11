import { type Column, isList } from "xent/tables";
import { duckdb } from "../duckdb/dialect.ts";
import { labelText } from "../sql/labels.ts";

/** What stands for a truth value that is neither, so that the row can be named. */
export const neitherTruth = -1;

/** A category's text; null where it is missing. */
export const categoryText = (column: Column): string => labelText(duckdb, column);

/** A number as a double, null where it is missing. */
export const numberSql = ({ name }: Column): string => duckdb.double(duckdb.identifier(name));

/** 1 for true, 0 for false. */
export function booleanSql({ name, type }: Column): string {
  const value = duckdb.identifier(name);
  if (type === "BOOLEAN") return duckdb.double(value);
  return `CASE WHEN ${value} IS NOT NULL THEN coalesce(TRY_CAST(TRY_CAST(${value} AS BOOLEAN) AS DOUBLE), ${neitherTruth}e0) END`;
}

/** Where a category stands in the vocabulary, from 0; the vocabulary's length for all others. */
export function categorySql(column: Column, vocabulary: string[]): string {
  const value = categoryText(column);
  const known = duckdb.position(duckdb.list(vocabulary.map(duckdb.text)), value);
  return `CASE WHEN (${value}) IS NOT NULL THEN coalesce(${known}, ${vocabulary.length})::DOUBLE END`;
}

/** An array as a list of doubles: text is read as one. */
export const listSql = (column: Column): string =>
  isList(column)
    ? `${duckdb.identifier(column.name)}::DOUBLE[]`
    : `TRY_CAST(${duckdb.identifier(column.name)} AS DOUBLE[])`;

/** An array of one length, null where it is missing or has another. */
export const arraySql = (column: Column, length: number): string =>
  `(CASE WHEN len(${listSql(column)}) = ${length} THEN ${listSql(column)} END)::DOUBLE[${length}]`;

/** Parts of the rows by which a share of them is held out. */
export const splitParts = 10_000;

/**
 * The part of a row, from 0 to below `splitParts`: the first 15 hexadecimal digits of the MD5 of the cluster's text,
 * or of the row's number where there is no cluster, behind the seed where it is not 0.
 */
export function partSql(value: string, seed: number): string {
  const salted = seed === 0 ? duckdb.asText(value) : `${duckdb.text(`${seed}:`)} || ${duckdb.asText(value)}`;
  return `('0x' || left(md5(${salted}), 15))::BIGINT % ${splitParts}`;
}

/** A number that the rows of a cluster share, and with near certainty no others: 52 bits of the MD5, exact in a double. */
export const clusterSql = ({ name }: Column): string =>
  `('0x' || left(md5(${duckdb.asText(duckdb.identifier(name))}), 13))::BIGINT::DOUBLE`;
