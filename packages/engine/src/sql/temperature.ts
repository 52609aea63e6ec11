import type { Sample } from "xent";
import type { Dialect } from "./dialect.ts";
import { labelText } from "./labels.ts";
import type { Scan } from "./scan.ts";
import { scoredRows } from "./score.ts";
import { aggregate, extend, filter, type Rows, repeat, type Stage } from "./stage.ts";
import { columnVectors, listVectors, type Vectors } from "./vectors.ts";

/** Which rows of a scan are decomposed, and into what folds. */
export interface TemperedScan {
  scan: Scan;
  model: string;
  /** 0 where all rows are one. */
  folds: number;
  seed: number;
  /** Whether some class has probability zero somewhere. */
  zeros: boolean;
}

/** As `xent` has it: what stands for ln 0, so that its exponential is 0 and its fourth power a number. */
const impossible = "-1e75";

/** The fold of a row or of its cluster: `foldOf` of xent. */
export function foldSql(dialect: Dialect, { scan, folds, seed }: TemperedScan): string {
  if (folds === 0) return dialect.integer("0");
  const text = scan.cluster ? labelText(dialect, scan.cluster, "cluster") : dialect.asText("row_number");
  const seeded = seed === 0 ? text : `${dialect.text(`${seed}:`)} || ${text}`;
  return `${dialect.md5Start(seeded)} % ${folds}`;
}

/**
 * The rows whose loss is finite, with `fold` and, as `temperedRow` of xent has them, the vector `below` (logarithms
 * less the largest) and `own`.
 */
function temperedRows(dialect: Dialect, of: TemperedScan, vector: Vectors, sample?: Sample): Rows {
  const { scan, model, zeros } = of;
  const { numbers, form } = scan;
  const from = sample ? sampled(scan, sample) : scan.table.from;
  const unfloored = { ...scan, table: { ...scan.table, from }, policies: { ...scan.policies, floor: 0 } };
  let rows = filter("l IS NOT NULL", scoredRows(dialect, unfloored, { model }));
  const add = (stage: Stage) => {
    rows = extend(stage, rows);
  };
  const isLog = form !== "probabilities" || numbers.layout === "binary";
  const fold = { fold: foldSql(dialect, of) };
  if (numbers.layout === "binary") add({ ...fold, ...vector.parts("raw", binaryLogs(dialect, scan)) });
  else if (numbers.layout === "columns")
    add({
      ...fold,
      ...vector.parts(
        "raw",
        numbers.columns.map((_, k) => `z${k}`),
      ),
    });
  else add({ ...fold, ...vector.fromList("raw", "z") });
  const largest = vector.largest("raw");
  add({ largest: isLog ? largest : `CASE WHEN ${largest} > 0e0 THEN ln(${largest}) END` });
  const isPossible = (x: string) => (isLog ? `${x} > ${dialect.infinity(-1)}` : `${x} > 0e0`);
  const below = (x: string) => `${isLog ? x : `ln(${x})`} - largest`;
  add(
    vector.define("below", "raw", (x) =>
      zeros || scan.careful || numbers.layout === "binary"
        ? `CASE WHEN ${isPossible(x)} THEN ${below(x)} ELSE ${impossible} END`
        : below(x),
    ),
  );
  if (scan.task === "targets") {
    const targets = scan.careful && !dialect.isFlat ? dialect.map("t", (x) => `coalesce(${x}, 0e0)`) : "t";
    add(vector.fromList("truth", targets));
    add({ own: vector.dot("truth", "below") });
  } else if (isLog || scan.policies.normalize) add({ own: vector.element("below", "y") });
  else add({ own: "-l - largest" }); // l is −ln of the label's own
  return rows;
}

/** The sample stands below everything: rows outside it are not even scored. */
const sampled = ({ table }: Scan, { prime, multiplier, modulus, limit }: Sample): string =>
  `(SELECT * FROM ${table.from} WHERE ((${table.row} % ${prime}) * ${multiplier}) % ${modulus} < ${limit})`;

/** ln(1 − q) and ln q, −∞ for 0, from the one number of a row: the rounding of 1 − q must not become a loss. */
function binaryLogs(dialect: Dialect, { form }: Scan): string[] {
  if (form === "logits") return ["0e0", "z"];
  const other = `CASE WHEN q < 1e0 THEN CASE WHEN 1e0 - q = 1e0 THEN -q
    ELSE -(ln(1e0 - q) * (q / ((1e0 - q) - 1e0))) END ELSE ${dialect.infinity(-1)} END`;
  const own = `CASE WHEN q > 0e0 THEN ln(q) ELSE ${dialect.infinity(-1)} END`;
  return [other, form === "log-probabilities" ? "z" : own];
}

/** Moments of `below` under softmax(beta·below), up to an order, and the stages that lead to them. */
function momentStages(vector: Vectors, orders: number): Stage[] {
  const means = Array.from({ length: orders }, (_, j) => [`m${j + 1}`, `moment${j + 1} / s`]);
  return [
    vector.define("weights", "below", (x) => `exp(beta * ${x})`),
    ...vector.moments("weights", "below", orders),
    Object.fromEntries(means),
  ];
}

/** The loss at `beta` and its derivatives: cumulants, as `temperatureTerms` of xent has them. */
const cumulants = [
  "ln(s) - beta * own",
  "m1 - own",
  "m2 - m1 * m1",
  "m3 - 3e0 * m2 * m1 + 2e0 * m1 * m1 * m1",
  "m4 - 4e0 * m3 * m1 - 3e0 * m2 * m2 + 12e0 * m2 * m1 * m1 - 6e0 * m1 * m1 * m1 * m1",
];

/** Fewer rows are computed as lists before columns are planned. */
const mostListedRows = 200_000;

/** More classes than this are lists, however many rows. */
const mostColumns = 32;

const vectorsOf = (dialect: Dialect, { classes, rows }: Scan): Vectors =>
  classes.length <= mostColumns && rows > mostListedRows
    ? columnVectors(dialect, classes.length)
    : listVectors(dialect);

/** Below it every sum is exact to the last bit; above, rounding averages out. */
const manyRows = 100_000;

/** The largest −ln of a double above 0. */
const mostSurprisal = 745.2;

/** A sum of terms of which none is larger than `most` where numbers are probabilities. */
function total(dialect: Dialect, scan: Scan, term: string, most: number): string {
  if (scan.weight || scan.form !== "probabilities" || scan.rows < manyRows)
    return dialect.exactSum(term, true);
  return dialect.boundedSum(term, Math.min(53, 62 - Math.ceil(Math.log2(most))));
}

/** No derivative of the loss by β is larger, whatever the row. */
const mostOf = (scan: Scan, order: number, beta: number): number =>
  order === 0
    ? beta * mostSurprisal + Math.log(scan.classes.length)
    : [1, 1, 4, 26][order - 1] * mostSurprisal ** order;

/** Σ of the loss and of its derivatives, d0 … d4, by fold and candidate β: a row for each. */
export function temperatureSumsSql(
  dialect: Dialect,
  of: TemperedScan,
  candidates: number[],
  sample?: Sample,
): string {
  const { scan } = of;
  const vector = vectorsOf(dialect, scan);
  const rows = extend(vector.powers("below", 4), temperedRows(dialect, of, vector, sample));
  // Candidates are rows, not columns: an engine plans dozens of columns for longer than it computes few rows.
  let all = repeat("candidate", candidates.length, rows);
  const betas = dialect.list(candidates.map(dialect.number));
  all = extend({ beta: dialect.element(betas, "candidate") }, all);
  for (const stage of momentStages(vector, 4)) all = extend(stage, all);
  const sums = cumulants.map((term, j) => {
    const most = mostOf(scan, j, Math.max(...candidates));
    return `${total(dialect, scan, scan.weight ? `w * (${term})` : term, most)} AS d${j}`;
  });
  const weight = scan.weight ? dialect.exactSum("w", true) : dialect.double("count(*)");
  const keys = { fold: "fold", candidate: "candidate" };
  return aggregate(dialect, all, keys, ["count(*) AS fold_rows", `${weight} AS weight`, ...sums]);
}

/**
 * Each row at the β of its fold: by fold its rows, Σw, Σw·loss″, and of the loss, the gain and the slope the sums
 * `…_sum`, `…_square` and `…_product` that `HeldOutSums` of xent names.
 */
export function heldOutSql(
  dialect: Dialect,
  of: TemperedScan,
  inverseTemperatures: number[],
  centres: { loss: number; gain: number },
): string {
  const { scan } = of;
  const vector = vectorsOf(dialect, scan);
  let rows = temperedRows(dialect, of, vector);
  const betas = dialect.list(inverseTemperatures.map(dialect.number));
  rows = extend({ ...vector.powers("below", 2), beta: dialect.element(betas, "fold") }, rows);
  for (const stage of momentStages(vector, 2)) rows = extend(stage, rows);
  const [loss, slope, curvature] = cumulants;
  rows = extend({ tempered_loss: loss }, rows);
  const w = scan.weight ? "w * " : "";
  const variables = {
    loss: `(tempered_loss - ${dialect.number(centres.loss)})`,
    gain: `((l - tempered_loss) - ${dialect.number(centres.gain)})`,
    slope: `(${slope})`,
  };
  rows = extend(
    {
      ...Object.fromEntries(Object.entries(variables).map(([name, x]) => [`u_${name}`, w + x])),
      u_curvature: `${w}(${curvature})`,
      ...(scan.weight ? {} : { w: "1e0" }),
    },
    rows,
  );
  const names = Object.keys(variables);
  const highest = Math.max(...inverseTemperatures);
  const most = (1 + highest) * mostSurprisal + Math.log(scan.classes.length) + 1;
  const sum = (term: string, bound: number) => total(dialect, scan, term, bound);
  if (scan.cluster) {
    const inner = aggregate(
      dialect,
      rows,
      { fold: "fold", cluster: "cluster" },
      [
        "count(*) AS cluster_rows",
        `${dialect.exactSum("w", true)} AS w_sum`,
        `${sum("u_curvature", mostSurprisal ** 2)} AS s_curvature`,
        ...names.map((name) => `${sum(`u_${name}`, most)} AS s_${name}`),
      ],
      false,
    );
    const ordered = (term: string) => dialect.orderedSum(term, term);
    const parts = names.flatMap((name) => [
      `${ordered(`s_${name}`)} AS ${name}_sum`,
      `${ordered(`s_${name} * s_${name}`)} AS ${name}_square`,
      `${ordered(`s_${name} * w_sum`)} AS ${name}_product`,
    ]);
    return `SELECT fold, sum(cluster_rows) AS fold_rows, count(*) AS clusters, ${ordered("w_sum")} AS weight,
  ${ordered("w_sum * w_sum")} AS weight_square, ${ordered("s_curvature")} AS curvature, ${parts.join(", ")}
FROM (${inner}) GROUP BY fold ORDER BY fold`;
  }
  const parts = names.flatMap((name) => [
    `${sum(`u_${name}`, most)} AS ${name}_sum`,
    `${sum(`u_${name} * u_${name}`, most ** 2)} AS ${name}_square`,
    ...(scan.weight ? [`${sum(`u_${name} * w`, most)} AS ${name}_product`] : []),
  ]);
  const weights = scan.weight
    ? `${dialect.exactSum("w", true)} AS weight, ${dialect.exactSum("w * w", true)} AS weight_square`
    : `${dialect.double("count(*)")} AS weight, ${dialect.double("count(*)")} AS weight_square`;
  return aggregate(dialect, rows, { fold: "fold" }, [
    "count(*) AS fold_rows",
    "count(*) AS clusters",
    weights,
    `${sum("u_curvature", mostSurprisal ** 2)} AS curvature`,
    ...parts,
  ]);
}
