import { calibrationBins, type Influence } from "xent";
import { clusterSquares } from "./cluster-squares.ts";
import type { Dialect } from "./dialect.ts";
import type { Scan } from "./scan.ts";
import { scoredRows } from "./score.ts";
import { extend } from "./stage.ts";

/** SQL of the variable that an influence is of; null where the influence leaves the row out. */
const variableSql: Record<Influence["variable"], string> = {
  surprisal: "l",
  excess: "l - h",
  predictedEntropy: "h",
  brierScore: "brier",
  correct: "CASE WHEN pred = y THEN 1e0 ELSE 0e0 END",
  overconfidence: "conf - CASE WHEN pred = y THEN 1e0 ELSE 0e0 END",
  targetEntropy: "te",
  divergence: "l - te",
};

function indexSql(dialect: Dialect, scan: Scan, influence: Influence): string {
  if (influence.by === "class") return "y";
  if (influence.by === "bin")
    return dialect.integer(`least(floor(conf * ${calibrationBins}), ${calibrationBins - 1})`);
  return influence.by === "slice" ? "v" : `v * ${scan.classes.length} + y`;
}

/** w·(scale[g]·x + offset[g] + perByte[g]·bytes): the same line that `xent` evaluates over arrays. */
function influenceSql(dialect: Dialect, scan: Scan, influence: Influence): string {
  const x = `(${variableSql[influence.variable]})`;
  const pick = (values: number[]) =>
    influence.by === "all"
      ? dialect.number(values[0])
      : dialect.element(dialect.list(values.map(dialect.number)), indexSql(dialect, scan, influence));
  const bytes = influence.perByte ? ` + ${pick(influence.perByte)} * bytes` : "";
  const line = `(${pick(influence.scale)} * ${x} + ${pick(influence.offset)}${bytes})`;
  return scan.weight ? `w * ${line}` : line;
}

/**
 * The second pass: for each influence its squared cluster sums, in total (`g` null) or by class or slice.
 * Columns u0… hold Σ over clusters of u², c0… the clusters that took part.
 */
export function dependenceSql(
  dialect: Dialect,
  scan: Scan,
  influences: Influence[],
  options: { group: "y" | "v" | null; model: string; slice?: number; values?: string[] },
): string {
  const { group, values, slice } = options;
  const scored = scoredRows(dialect, scan, { model: options.model });
  const rows = values
    ? extend({ v: dialect.position(dialect.list(values.map(dialect.text)), `slice${slice}`) }, scored)
    : scored;
  const parts = influences.map((influence) => influenceSql(dialect, scan, influence));
  return clusterSquares(dialect, parts, rows, {
    clustered: scan.cluster !== undefined,
    group,
    independent: true,
  });
}
