import { type Column, faultKinds, type Numbers, ofPredictions } from "xent/tables";
import type { Dialect } from "./dialect.ts";
import { labelIndex, labelText } from "./labels.ts";
import type { Scan } from "./scan.ts";
import { extend, filter, type Rows, rowsFrom, type Stage } from "./stage.ts";

/**
 * Small enough to leave every p above 1e-284 as it is, so that p·ln(p + tiny) is p·ln p, and 0 where p is 0:
 * a CASE a class costs more than the logarithm.
 */
const tiny = "1e-300";

/**
 * The rows of a scan, scored: rows with the columns
 *
 *     model, y, w, bytes, cluster, slice0…, key0…, row_number   where the scan has them
 *     l          surprisal; null where the label's probability is zero
 *     h, brier, conf, pred   where every class is known
 *     te         entropy of soft targets
 *
 * Bad rows are left out, before any logarithm.
 */
export function scoredRows(dialect: Dialect, scan: Scan, only: RowChoice = {}): Rows {
  let rows = guardedRows(dialect, scan, false, only);
  for (const stage of scoringStages(dialect, scan)) rows = extend(stage, rows);
  return rows;
}

/** Which rows of a scan, and which of its table's columns come along as they are. */
interface RowChoice {
  model?: string;
  along?: string[];
}

/** The rows of a scan as they come, under our own names, without the bad ones; `clean` where none is bad. */
export function guardedRows(
  dialect: Dialect,
  scan: Scan,
  clean: boolean,
  { model, along = [] }: RowChoice = {},
): Rows {
  const { input, checks } = inputStage(dialect, scan);
  for (const column of along) input[column] = column;
  const isNeedless = (kind: string) =>
    impliedChecks.has(kind) || (isHopeful(dialect, scan) && hopedChecks.has(kind));
  const conditions = Object.entries(checks)
    .filter(([name]) => !clean && !isNeedless(ofPredictions(name)))
    .map(([, check]) => `(${check})`);
  if (model !== undefined && "column" in scan.model) conditions.unshift(`model = ${dialect.text(model)}`);
  const rows = rowsFrom(scan.table.from, input);
  return conditions.length === 0 ? rows : filter(conditions.join(" AND "), rows);
}

/**
 * Checks that another one implies: they only tell people which fault it is. A null or NaN sum is within no
 * tolerance of one, and a null label has no class.
 */
const impliedChecks = new Set<string>([
  faultKinds.noLabel,
  faultKinds.noNumberInColumn,
  faultKinds.notFinite,
]);

/**
 * Checks that cost more than they find. While a scan is not `careful` they are left to what would fail anyway: the
 * logarithm of a negative number, a product of arrays that hold nulls or are of different lengths. Then the scan is
 * taken again with care.
 */
const hopedChecks = new Set<string>([faultKinds.negative, faultKinds.noNumber, faultKinds.length]);

const isHopeful = (dialect: Dialect, scan: Scan): boolean =>
  !dialect.isFlat &&
  !scan.careful &&
  scan.form === "probabilities" &&
  scan.task !== "label-only" &&
  scan.numbers.layout !== "binary";

/** Log-probabilities that are to be normalised are logits. */
const isFromLogits = ({ form, policies }: Scan): boolean =>
  form === "logits" || (form === "log-probabilities" && policies.normalize);

/** Terms joined as a balanced tree: a chain of a thousand is deeper than the engine allows. */
export function joined(terms: string[], operator: "+" | "OR" | "AND"): string {
  if (terms.length === 1) return terms[0];
  const half = Math.ceil(terms.length / 2);
  return `(${joined(terms.slice(0, half), operator)} ${operator} ${joined(terms.slice(half), operator)})`;
}

/** The columns as they come, under our own names, and what each row must satisfy, by name of the fault. */
export function inputStage(dialect: Dialect, scan: Scan): { input: Stage; checks: Record<string, string> } {
  const { asText } = dialect;
  const input: Stage = { row_number: scan.table.row };
  const checks: Record<string, string> = {};
  if ("column" in scan.model) {
    input.model = asText(dialect.column(scan.model.column.name));
    checks[faultKinds.noModel] = "model IS NOT NULL";
  }
  if (scan.label) {
    input.label_text = labelText(dialect, scan.label);
    input.y = dialect.integer(labelIndex(dialect, scan.label, scan.classes));
    checks[faultKinds.noLabel] = "label_text IS NOT NULL";
    checks[faultKinds.notAClass] = "y IS NOT NULL";
  } else {
    input.y = dialect.integer("0");
  }
  if (scan.weight) {
    input.w = dialect.double(dialect.column(scan.weight.name));
    checks[faultKinds.weight] = `w IS NOT NULL AND ${dialect.isFinite("w")} AND w >= 0`;
  }
  if (scan.bytes) {
    input.bytes = dialect.double(dialect.column(scan.bytes.name));
    // Above 2⁵³ a double no longer counts every byte.
    checks[faultKinds.bytes] = `bytes IS NOT NULL AND bytes >= 0e0 AND bytes <= ${dialect.number(2 ** 53)}`;
  }
  if (scan.cluster) {
    input.cluster = dialect.column(scan.cluster.name);
    checks[faultKinds.noCluster] = "cluster IS NOT NULL";
  }
  scan.slices.forEach((column, j) => {
    input[`slice${j}`] = `coalesce(${asText(dialect.column(column.name))}, '(null)')`;
  });
  scan.key.forEach((column, j) => {
    input[`key${j}`] = dialect.column(column.name);
    checks[faultKinds.noKey(column.name)] = `key${j} IS NOT NULL`;
  });
  Object.assign(input, numbersInput(dialect, scan.numbers, "z", scan.classes.length));
  Object.assign(checks, numbersChecks(dialect, scan));
  if (scan.targets) {
    Object.assign(input, numbersInput(dialect, scan.targets, "t", scan.classes.length));
    const { tolerance } = scan.policies;
    // Names of their own: the same names would take the place of the predictions' checks.
    for (const [name, check] of Object.entries(
      distributionChecks(dialect, scan, scan.targets, "t", tolerance),
    ))
      checks[faultKinds.ofTargets(name)] = check;
  }
  return { input, checks };
}

function numbersInput(dialect: Dialect, numbers: Numbers, name: string, classes: number): Stage {
  const value = (column: Column) => dialect.double(dialect.column(column.name));
  if (numbers.layout === "columns") {
    const parts = Object.fromEntries(
      numbers.columns.map((column, k) => [`${name}${k}`, dialect.known(value(column))]),
    );
    const known = numbers.columns.map((column) => `${dialect.column(column.name)} IS NOT NULL`);
    return {
      ...parts,
      [name]: dialect.list(numbers.columns.map((column) => dialect.known(value(column)))),
      [`${name}_known`]: joined(known, "AND"),
    };
  }
  const { column } = numbers;
  if (numbers.layout !== "array") return { [name]: value(column) };
  const array = dialect.column(column.name);
  return {
    [name]: dialect.doubles(array, classes),
    [`${name}_length`]: dialect.length(array),
    [`${name}_known`]: dialect.countKnown(array),
  };
}

/** Each number of a row, under the name it has after `numbersInput`. */
const parts = (numbers: { columns: Column[] }, name: string): string[] =>
  numbers.columns.map((_, k) => `${name}${k}`);

function numbersChecks(dialect: Dialect, scan: Scan): Record<string, string> {
  const { numbers, form, policies, classes } = scan;
  if (numbers.layout === "label") {
    return { [faultKinds.labelLogProbability]: "z IS NOT NULL AND z <= 1e-9" };
  }
  if (numbers.layout === "binary") {
    return form === "logits"
      ? { [faultKinds.binaryLogit]: `z IS NOT NULL AND ${dialect.isFinite("z")}` }
      : { [faultKinds.binaryProbability]: "z IS NOT NULL AND z >= 0e0 AND z <= 1e0" };
  }
  if (isFromLogits(scan)) {
    return {
      ...shapeChecks(numbers, "z", classes.length),
      [faultKinds.logit]: dialect.isFiniteLargest(largestOf(dialect, numbers, "z"), "z"),
    };
  }
  if (form === "log-probabilities") {
    const sum = dialect.sumOf(dialect.map("z", (x) => `exp(${x})`));
    return {
      ...shapeChecks(numbers, "z", classes.length),
      [faultKinds.logProbability]: `${largestOf(dialect, numbers, "z")} <= ${dialect.number(policies.tolerance)}`,
      [faultKinds.sum]: `abs(${sum} - 1e0) <= ${dialect.number(policies.tolerance)}`,
    };
  }
  const tolerance = policies.normalize ? Number.POSITIVE_INFINITY : policies.tolerance;
  return distributionChecks(dialect, scan, numbers, "z", tolerance);
}

function shapeChecks(numbers: Numbers, name: string, classes: number): Record<string, string> {
  if (numbers.layout === "columns") {
    return { [faultKinds.noNumber]: `${name}_known` };
  }
  return {
    [faultKinds.length]: `${name} IS NOT NULL AND ${name}_length = ${classes}`,
    [faultKinds.noNumber]: `${name}_known = ${classes}`,
  };
}

/** NaN and infinities make the sum NaN or infinite, and NaN is below no tolerance. */
function distributionChecks(
  dialect: Dialect,
  { classes: { length: classes }, careful }: Scan,
  numbers: Numbers,
  name: string,
  tolerance: number,
): Record<string, string> {
  // A product with ones is the faster sum, but refuses nulls and other lengths.
  const arraySum = careful || dialect.isFlat ? dialect.sumOf(name) : dialect.dot(name, dialect.ones(classes));
  const sum = numbers.layout === "columns" ? joined(parts(numbers, name), "+") : arraySum;
  const smallest =
    numbers.layout === "columns" ? dialect.least(parts(numbers, name)) : dialect.smallest(name);
  const { [faultKinds.noNumber]: known, ...shape } = shapeChecks(numbers, name, classes);
  return {
    ...shape,
    // A sum of columns is null where one is; the sum of an array passes over nulls.
    [numbers.layout === "columns" ? faultKinds.noNumberInColumn : faultKinds.noNumber]: known,
    [faultKinds.notFinite]: dialect.isFinite(sum),
    [faultKinds.negative]: `${smallest} >= 0e0`,
    [faultKinds.sum]: Number.isFinite(tolerance)
      ? `abs(${sum} - 1e0) <= ${dialect.number(tolerance)}`
      : `${sum} > 0e0 AND ${dialect.isFinite(sum)}`,
  };
}

const largestOf = (dialect: Dialect, numbers: Numbers, name: string): string =>
  numbers.layout === "columns" ? dialect.greatest(parts(numbers, name)) : dialect.largest(name);

/** ln(1 + x), which the engine lacks, by Kahan's correction of the rounded 1 + x; x > −1. */
const logOnePlus = (x: string): string =>
  `CASE WHEN 1e0 + ${x} = 1e0 THEN ${x} ELSE ln(1e0 + ${x}) * (${x} / ((1e0 + ${x}) - 1e0)) END`;

function scoringStages(dialect: Dialect, scan: Scan): Stage[] {
  const { numbers, form, task } = scan;
  if (task === "label-only")
    return [{ l: floored(dialect, `CASE WHEN z > ${dialect.infinity(-1)} THEN -z END`, scan) }];
  const stages: Stage[] = [];
  if (numbers.layout === "binary") stages.push(...binaryStages(dialect, scan));
  else if (isFromLogits(scan)) {
    stages.push(...logitStages(dialect, numbers));
  } else if (form === "log-probabilities") {
    stages.push(
      { p: dialect.map("z", (x) => `exp(${x})`), lq: "z" },
      { top: dialect.position("p", dialect.largest("p")), py: dialect.element("p", "y") },
      { conf: dialect.element("p", "top"), pred: "top" },
    );
  } else stages.push(...probabilityStages(dialect, scan));
  stages.push(task === "targets" ? targetStage(dialect, scan) : labelStage(dialect, scan));
  if (task === "targets")
    stages.push({ l: floored(dialect, "CASE WHEN NOT impossible THEN loss END", scan) });
  return stages;
}

function floored(dialect: Dialect, surprisal: string, { policies: { floor } }: Scan): string {
  if (floor === 0) return surprisal;
  const most = dialect.number(-Math.log(floor));
  return dialect.least([`coalesce(${surprisal}, ${most})`, most]);
}

/** Σ left·right. The engine's refuses nulls, also in rows that the guard has left out: there any number will do. */
function dot(dialect: Dialect, scan: Scan, left: string, right: string): string {
  const known = (list: string) =>
    scan.careful && !dialect.isFlat ? dialect.map(list, (x) => `coalesce(${x}, 0e0)`) : list;
  return dialect.dot(known(left), known(right));
}

/** ln x where x is 0 or above; a hopeful scan fails at a negative x. */
const safeLog = (dialect: Dialect, scan: Scan, x: string): string =>
  isHopeful(dialect, scan) ? `ln(${x} + ${tiny})` : `ln(abs(${x}) + ${tiny})`;

const predictedEntropy = (dialect: Dialect, scan: Scan): string =>
  `-${dot(
    dialect,
    scan,
    "p",
    dialect.map("p", (x) => safeLog(dialect, scan, x)),
  )}`;

/** p, py, conf and pred from probabilities; the maximum is only looked for where the label's isn't above half. */
function probabilityStages(dialect: Dialect, scan: Scan): Stage[] {
  const { numbers, policies } = scan;
  const half = policies.normalize ? 0.5 : (1 + policies.tolerance) / 2;
  const certain = `py > ${dialect.number(half)}`;
  const stages: Stage[] = [];
  const largest =
    numbers.layout === "columns" && !policies.normalize
      ? largestOf(dialect, numbers, "z")
      : dialect.largest("p");
  if (policies.normalize) {
    stages.push({ total: dialect.sumOf("z") }, { p: dialect.map("z", (x) => `${x} / total`) });
  } else stages.push({ p: "z" });
  stages.push({ py: scan.label ? dialect.element("p", "y") : dialect.double("0") });
  stages.push({ conf: `CASE WHEN ${certain} THEN py ELSE ${largest} END` });
  stages.push({ pred: `CASE WHEN ${certain} THEN y ELSE ${dialect.position("p", "conf")} END` });
  return stages;
}

/** softmax, max first; the loss keeps its digits near zero by log1p of the other classes' sum. */
function logitStages(dialect: Dialect, numbers: Numbers): Stage[] {
  return [
    { max: largestOf(dialect, numbers, "z") },
    { pred: dialect.position("z", "max") },
    { e: dialect.mapWithIndex("z", (x, i) => `CASE WHEN ${i} = pred THEN 0e0 ELSE exp(${x} - max) END`) },
    { rest: dialect.sumOf("e") },
    {
      log_sum: logOnePlus("rest"),
      p: dialect.mapWithIndex("e", (x, i) => `CASE WHEN ${i} = pred THEN 1e0 ELSE ${x} END / (1e0 + rest)`),
    },
    {
      conf: dialect.element("p", "pred"),
      py: dialect.element("p", "y"),
      lq: dialect.map("z", (x) => `${x} - max - log_sum`),
      ly: `log_sum - (${dialect.element("z", "y")} - max)`,
    },
  ];
}

/** One number: the probability, or the logit, of the second of two classes. */
function binaryStages(dialect: Dialect, scan: Scan): Stage[] {
  const pair = (first: string, second: string) => dialect.list([first, second]);
  if (scan.form === "logits") {
    const other = "exp(-abs(z))";
    return [
      { rest: other },
      { log_sum: logOnePlus("rest"), conf: "1e0 / (1e0 + rest)" },
      { p: `CASE WHEN z > 0e0 THEN ${pair("rest * conf", "conf")} ELSE ${pair("conf", "rest * conf")} END` },
      {
        pred: "CASE WHEN z > 0e0 THEN 1 ELSE 0 END",
        py: dialect.element("p", "y"),
        ly: "log_sum + CASE WHEN (z > 0e0) = (y = 1) THEN 0e0 ELSE abs(z) END",
      },
    ];
  }
  const q = scan.form === "log-probabilities" ? "exp(z)" : "z";
  return [
    { q },
    { p: pair("1e0 - q", "q") },
    {
      pred: "CASE WHEN q > 1e0 - q THEN 1 ELSE 0 END",
      conf: "CASE WHEN q > 1e0 - q THEN q ELSE 1e0 - q END",
      py: dialect.element("p", "y"),
      // −ln(1 − q) from q itself: the rounding of 1 − q must not become the loss.
      ly: `CASE WHEN y = 1 THEN CASE WHEN q > 0e0 THEN -ln(q) END
                WHEN q < 1e0 THEN CASE WHEN 1e0 - q = 1e0 THEN q
                     ELSE ln(1e0 - q) * (q / ((1e0 - q) - 1e0)) END END`,
    },
  ];
}

function labelStage(dialect: Dialect, scan: Scan): Stage {
  const { numbers, form } = scan;
  let surprisal = "CASE WHEN py > 0e0 THEN -ln(py) END";
  if (numbers.layout === "binary") surprisal = "ly";
  else if (isFromLogits(scan)) surprisal = `CASE WHEN ly < ${dialect.infinity(1)} THEN ly END`;
  else if (form === "log-probabilities") {
    const own = dialect.element("z", "y");
    surprisal = `CASE WHEN ${own} > ${dialect.infinity(-1)} THEN -${own} END`;
  }
  return {
    l: floored(dialect, surprisal, scan),
    h: predictedEntropy(dialect, scan),
    brier: `(${dot(dialect, scan, "p", "p")} - py * py) + (1e0 - py) * (1e0 - py)`,
  };
}

function targetStage(dialect: Dialect, scan: Scan): Stage {
  const { floor } = scan.policies;
  const lowest = floor > 0 ? Math.log(floor) : -1e300;
  const logs = scan.form === "probabilities" ? dialect.map("p", (x) => safeLog(dialect, scan, x)) : "lq";
  // An impossible class (ln 0) counts only where its target is above zero; 0 · −1e300 is 0, 0 · −∞ is not.
  const bounded = dialect.map(logs, (x) => `greatest(${x}, ${dialect.number(lowest)})`);
  const impossible =
    floor > 0
      ? "false"
      : `${dot(
          dialect,
          scan,
          "t",
          dialect.map(scan.form === "probabilities" ? "p" : "lq", (x) =>
            scan.form === "probabilities"
              ? `CASE WHEN ${x} > 0e0 THEN 0e0 ELSE 1e0 END`
              : `CASE WHEN ${x} > ${dialect.infinity(-1)} THEN 0e0 ELSE 1e0 END`,
          ),
        )} > 0e0`;
  return {
    impossible,
    loss: `-${dot(dialect, scan, "t", bounded)}`,
    te: `-${dot(
      dialect,
      scan,
      "t",
      dialect.map("t", (x) => safeLog(dialect, scan, x)),
    )}`,
    h: predictedEntropy(dialect, scan),
    brier: `(${dot(dialect, scan, "p", "p")} - 2e0 * ${dot(dialect, scan, "p", "t")}) + ${dot(dialect, scan, "t", "t")}`,
  };
}
