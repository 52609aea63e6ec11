import type { Dialect } from "./dialect.ts";
import type { Scan } from "./scan.ts";
import { guardedRows } from "./score.ts";
import { aggregate, extend, filter, select } from "./stage.ts";

/** The good rows of a scan, and those of each model, counted. */
export const countGoodSql = (dialect: Dialect, scan: Scan): string => {
  const model = "column" in scan.model ? "model" : dialect.text(scan.model.name);
  return aggregate(dialect, guardedRows(dialect, scan, false), { model }, ["count(*) AS good"], false);
};

/** A bounded part of the rows, chosen by a hash: the same rows on every run, whatever the threads. */
export interface Sample {
  rows: number;
  of: number;
  seed: number;
}

/** How many standard deviations of a binomial count are let through the first sieve: fewer than `rows` come never. */
const deviations = 8;

/**
 * The good rows of one model as they stand in the file: `z` (an array of a fixed length, or one number), `y`,
 * `row_number` as text, and where the scan has them `w` and `cluster` as text.
 *
 * A sample are the rows of least md5(seed, key), the key being the row's number where the scan has none.
 */
export function predictionRowsSql(
  dialect: Dialect,
  scan: Scan,
  model: string,
  classes: number,
  sample: Sample | undefined,
): string {
  const numbers = scan.numbers.layout === "binary" ? "z" : `z::DOUBLE[${classes}]`;
  const columns = {
    z: numbers,
    y: "y::INTEGER",
    row_text: dialect.asText("row_number"),
    ...(scan.weight ? { w: "w" } : {}),
    ...(scan.cluster ? { cluster: dialect.asText("cluster") } : {}),
  };
  const rows = guardedRows(dialect, scan, false, { model });
  if (!sample) return select(dialect, rows, columns);
  const share = sample.rows / sample.of;
  const sieve = share + (deviations * Math.sqrt(share)) / Math.sqrt(sample.of) + deviations / sample.of;
  const parts = scan.key.length > 0 ? scan.key.map((_, j) => `key${j}`) : ["row_number"];
  const key = parts.map((part) => `coalesce(${dialect.asText(part)}, '')`).join(" || ',' || ");
  const hash = `substr(md5(${dialect.text(`sample:${sample.seed}:`)} || ${key}), 1, 15)`;
  const sieved = filter(`hash < ${dialect.text(hexOf(sieve))}`, extend({ hash }, rows));
  const chosen = `${select(dialect, sieved)} ORDER BY hash, row_number LIMIT ${sample.rows}`;
  return `${select(dialect, { from: `(${chosen})`, steps: [] }, columns)} ORDER BY row_number`;
}

/** A share as the first 15 hexadecimal digits of the hashes below it. */
function hexOf(share: number): string {
  if (share >= 1) return "g"; // after every digit
  return Math.floor(share * 16 ** 13)
    .toString(16)
    .padStart(13, "0")
    .padEnd(15, "0");
}
