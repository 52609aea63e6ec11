import { calibrationBins, mostMeanSquares, surprisalDecades } from "xent";
import { isOfTargets } from "xent/tables";
import { clusterSquares } from "./cluster-squares.ts";
import type { Dialect } from "./dialect.ts";
import type { Scan } from "./scan.ts";
import { guardedRows, inputStage, joined, scoredRows } from "./score.ts";
import { aggregate, extend, filter, type Rows, rowsFrom, type Stage } from "./stage.ts";

/** Where second moments are centred: near the mean, so that no digits cancel. Any value is right, near is exact. */
export interface Centres {
  l: number;
  h: number;
  brier: number;
  conf: number;
  excess: number;
  te: number;
  divergence: number;
}

export const noCentres: Centres = { l: 0, h: 0, brier: 0, conf: 0, excess: 0, te: 0, divergence: 0 };

const modelKey = (scan: Scan): Stage => ("column" in scan.model ? { model: "model" } : {});

/** The means of the first rows, at most `rows` of them; of all rows where it is chance which come first. */
export function centresSql(dialect: Dialect, scan: Scan, rows: number): string {
  const from = dialect.isFlat ? scan.table.from : `(SELECT * FROM ${scan.table.from} LIMIT ${rows})`;
  const head: Scan = { ...scan, table: { ...scan.table, from } };
  const full = scan.task !== "label-only";
  const means = ["avg(l) AS mean_l"];
  if (full) means.push("avg(h) AS mean_h", "avg(brier) AS mean_brier", "avg(l - h) AS mean_excess");
  if (scan.task === "labels") means.push("avg(conf) AS mean_conf");
  if (scan.task === "targets") means.push("avg(te) AS mean_te", "avg(l - te) AS mean_divergence");
  return aggregate(dialect, scoredRows(dialect, head), {}, means);
}

/** Class, predicted class, confidence bin and decade of surprisal, packed into one integer. */
export const cellKey = {
  decades: surprisalDecades + 1,
  bins: calibrationBins,
  unpack(key: number, classes: number) {
    const decade = key % this.decades;
    const rest = Math.floor(key / this.decades);
    const bin = rest % this.bins;
    const pair = Math.floor(rest / this.bins);
    return { decade, bin, predicted: pair % classes, label: Math.floor(pair / classes) };
  },
};

function keySql(dialect: Dialect, scan: Scan): string {
  const decade = `CASE WHEN l IS NULL THEN ${surprisalDecades} ELSE least(greatest(floor(l * ${dialect.number(Math.LOG10E)}), 0), ${surprisalDecades - 1}) END`;
  const bin = `least(floor(conf * ${calibrationBins}), ${calibrationBins - 1})`;
  const cell =
    scan.task === "labels"
      ? `((y * ${scan.classes.length} + pred) * ${calibrationBins} + ${dialect.integer(bin)}) * ${cellKey.decades} + `
      : "";
  return `${cell}${dialect.integer(decade)}`;
}

/**
 * All sums of a model in one scan, by cell: the statistics of classes, bins, decades and the confusion are
 * sums over cells, and within a cell `correct` is constant. Two sums a variable, Σx and Σ(x − centre)².
 */
export function statisticsSql(dialect: Dialect, scan: Scan, centres: Centres): string {
  const sums = ["count(*) AS cell_rows", "count(l) AS finite", surprisalSums(dialect, scan, centres.l)];
  if (scan.bytes) sums.push(bytesSum(dialect, scan));
  const square = (name: keyof Centres, value: string, sum: (x: string) => string) => {
    const centre = dialect.number(centres[name]);
    return `${sum(`(${value} - ${centre}) * (${value} - ${centre})`)} AS ${name}_square`;
  };
  const both = (name: keyof Centres, value: string) => {
    if (scan.weight) sums.push(`${dialect.exactSum(`w * ${value}`, true)} AS ${name}_sum`);
    else sums.push(`${dialect.boundedSum(value)} AS ${name}_sum`, square(name, value, dialect.boundedSum));
  };
  const excess = (name: keyof Centres, value: string) => {
    if (scan.weight) return;
    const distance = `(${value} - ${dialect.number(centres[name])})`;
    sums.push(`${lossSquare(dialect, scan, distance)} AS ${name}_square`);
  };
  if (scan.task !== "label-only") {
    both("h", "h");
    both("brier", "brier");
    excess("excess", "(l - h)");
  }
  if (scan.task === "labels") both("conf", "conf");
  if (scan.task === "targets") {
    both("te", "te");
    excess("divergence", "(l - te)");
  }
  const keys = { ...modelKey(scan), cell: keySql(dialect, scan) };
  return aggregate(dialect, scoredRows(dialect, scan), keys, sums);
}

/** −ln of a double is at most 745; logits and log-probabilities can say anything. */
const isUnbounded = (scan: Scan): boolean => scan.form !== "probabilities";

/** From here on the rounding of the squares averages out below 1e-12 of their sum, at half the cost. */
const manyRows = 100_000;

/** 745² fits 63 bits with 43 of them behind the point. */
const lossSquareBits = 43;

function lossSquare(dialect: Dialect, scan: Scan, distance: string): string {
  const square = `${distance} * ${distance}`;
  return isUnbounded(scan) || scan.rows < manyRows
    ? dialect.exactSum(square, isUnbounded(scan))
    : dialect.boundedSum(square, lossSquareBits);
}

function surprisalSums(dialect: Dialect, scan: Scan, centre: number): string {
  if (scan.weight) {
    return `${dialect.exactSum("w", true)} AS weight, ${dialect.exactSum("CASE WHEN l IS NOT NULL THEN w END", true)} AS finite_weight, ${dialect.exactSum("w * l", true)} AS l_sum`;
  }
  const distance = `(l - ${dialect.number(centre)})`;
  const wide = isUnbounded(scan);
  const sum = wide ? dialect.exactSum("l", wide) : dialect.boundedSum("l");
  return `${sum} AS l_sum, ${lossSquare(dialect, scan, distance)} AS l_square`;
}

const bytesSum = (dialect: Dialect, scan: Scan): string =>
  `${dialect.exactSum(scan.weight ? "w * bytes" : "bytes", true)} AS bytes_sum`;

/** Sums of the surprisal by slice value and class. */
export function sliceSql(dialect: Dialect, scan: Scan, slice: number, centre: number): string {
  const keys = { ...modelKey(scan), value: `slice${slice}`, y: "y" };
  const sums = ["count(*) AS cell_rows", "count(l) AS finite", surprisalSums(dialect, scan, centre)];
  if (scan.bytes) sums.push(bytesSum(dialect, scan));
  return aggregate(dialect, scoredRows(dialect, scan), keys, sums);
}

/** Σ and Σ of squares of each class's predictions, and of its soft targets, over all good rows; `clean` where no row is bad. */
export function meanSql(dialect: Dialect, scan: Scan, clean: boolean): string {
  // Probabilities as they come need neither scoring nor, where all rows are good, the guard.
  const { layout } = scan.numbers;
  const plain =
    (layout === "columns" || layout === "array") &&
    scan.form === "probabilities" &&
    !scan.policies.normalize &&
    scan.task === "labels";
  const lists = scan.task === "targets" ? ["p", "t"] : ["p"];
  const all = lists.flatMap((list) => scan.classes.map((_, k) => ({ list, k, name: `${list}${k}` })));
  const numberOf = (list: string, k: number): string =>
    plain && layout === "columns" ? `z${k}` : dialect.element(plain ? "z" : list, String(k));
  const rows = plain ? guardedRows(dialect, scan, clean) : scoredRows(dialect, scan);
  const sumsOver = (sums: string[], of: Rows) => aggregate(dialect, of, modelKey(scan), sums);
  if (scan.weight) {
    const sums = all.map(
      ({ list, k, name }) => `${dialect.exactSum(`w * ${numberOf(list, k)}`, true)} AS sum_${name}`,
    );
    return sumsOver(sums, rows);
  }
  // Columns of their own: an element of a list that stands three times in an expression is looked up three times.
  const value = (name: string) => `value_${name}`;
  const rounded = (name: string) => `rounded_${name}`;
  const values = Object.fromEntries(all.map(({ list, k, name }) => [value(name), numberOf(list, k)]));
  const parts = Object.fromEntries(
    all.map(({ name }) => [rounded(name), dialect.unitRounded(value(name), scan.rows)]),
  );
  // Clusters take their squares in the second pass.
  const squared = !scan.cluster && scan.classes.length <= mostMeanSquares;
  const sums = all.flatMap(({ name }) => [
    `${dialect.unitSum(value(name), rounded(name), scan.rows)} AS sum_${name}`,
    // An error needs no more digits than one part has.
    ...(squared
      ? [`sum(${dialect.unitRounded(`${value(name)} * ${value(name)}`, scan.rows)}) AS ${name}_square`]
      : []),
  ]);
  return sumsOver(sums, extend(parts, extend(values, rows)));
}

/** The squares of each class's predictions about their means, u0… u(classes − 1), and then of its truth. */
export function meanSquaresSql(
  dialect: Dialect,
  scan: Scan,
  means: { prediction: number[]; share: number[] },
  model: string,
): string {
  const w = scan.weight ? "w * " : "";
  const truth = (k: number) =>
    scan.task === "targets" ? dialect.element("t", String(k)) : `CASE WHEN y = ${k} THEN 1e0 ELSE 0e0 END`;
  const about = (value: string, mean: number) => `${w}(${value} - ${dialect.number(mean)})`;
  const influences = [
    ...scan.classes.map((_, k) => about(dialect.element("p", String(k)), means.prediction[k])),
    ...scan.classes.map((_, k) => about(truth(k), means.share[k])),
  ];
  const rows = scoredRows(dialect, scan, { model });
  return clusterSquares(dialect, influences, rows, { clustered: scan.cluster !== undefined });
}

/** Rows that give probability zero to some class, whatever the label: a zone map answers where there is none. */
export function zeroRowsSql(dialect: Dialect, scan: Scan): string {
  const { numbers } = scan;
  const value = (name: string) => dialect.column(name);
  const zero = scan.form === "probabilities" ? "0e0" : dialect.infinity(-1);
  const test =
    numbers.layout === "columns"
      ? joined(
          numbers.columns.map((column) => `${value(column.name)} = ${zero}`),
          "OR",
        )
      : numbers.layout === "array"
        ? dialect.contains(value(numbers.column.name), zero)
        : `${value(numbers.column.name)} IN (0e0, 1e0)`;
  const model = "column" in scan.model ? dialect.asText(value(scan.model.column.name)) : "''";
  return `SELECT ${model} AS model, count(*) AS zero_rows FROM ${dialect.tableAs(scan.table.from)} WHERE ${test} GROUP BY model`;
}

/** What is wrong with the rows that were left out: each fault, how many rows have it first, and where. */
export function faultsSql(dialect: Dialect, scan: Scan, mostText: number): string {
  const { input, checks } = inputStage(dialect, scan);
  const cases = Object.entries(checks)
    .map(([name, check]) => `WHEN NOT coalesce(${check}, false) THEN ${dialect.text(name)}`)
    .join(" ");
  const ofTargets = Object.keys(checks).filter(isOfTargets);
  // A fault of the targets shows the targets.
  const numbers = scan.targets
    ? `CASE WHEN fault IN (${ofTargets.map(dialect.text).join(", ")}) THEN ${dialect.asText("t")} ELSE ${dialect.asText("z")} END`
    : dialect.asText("z");
  const found = extend({ fault: `CASE ${cases} END` }, rowsFrom(scan.table.from, input));
  const rows = extend(
    {
      shown_label: scan.label ? "label_text" : "NULL",
      shown_numbers: `coalesce(left(${numbers}, ${mostText}), 'null')`,
    },
    filter("fault IS NOT NULL", found),
  );
  const sums = [
    "count(*) AS fault_rows",
    "min(row_number) AS first_row",
    `${dialect.argMin("shown_label", "row_number")} AS label`,
    `${dialect.argMin("shown_numbers", "row_number")} AS numbers`,
  ];
  return `${aggregate(dialect, rows, { fault: "fault" }, sums, false)} ORDER BY first_row, fault`;
}

/** The distinct labels, for messages and for the classes of a binary file; at most `limit`. */
export function distinctSql(
  dialect: Dialect,
  expression: string,
  table: { from: string; row: string },
  limit: number,
): string {
  const rows = rowsFrom(table.from, { value: expression, position: dialect.integer(table.row) });
  const known = filter("value IS NOT NULL", rows);
  return `${aggregate(dialect, known, { value: "value" }, ["min(position) AS first_row"])} LIMIT ${limit}`;
}
