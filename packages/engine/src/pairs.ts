import type { PairStatistics } from "xent";
import {
  differentLengths,
  disagreement,
  notCompared,
  nothingPairs,
  repeatedKey,
  type SharedValue,
  shiftedRows,
  unpairedWarning,
} from "xent/tables";
import type { Engine, Row } from "./engine.ts";
import {
  alignedRows,
  type Pair,
  pairedRowsSql,
  pairSquaresSql,
  pairSumsSql,
  type ScannedModel,
} from "./sql/pairs.ts";
import type { Rows } from "./sql/stage.ts";

/**
 * Paired differences of all models to the baseline: rows are joined by key, or by position where there is none.
 *
 * @throws `XentError` `key` if a key occurs twice, pairs with nothing at all, or has two different labels.
 */
export async function collectPairs(
  engine: Engine,
  models: ScannedModel[],
  baseline: string,
): Promise<{ pairs: PairStatistics[]; warnings: string[] }> {
  const { scan } = models[0];
  const byPosition = scan.key.length === 0;
  if (byPosition && "column" in scan.model) {
    return { pairs: [], warnings: [notCompared] };
  }
  const base = models.findIndex(({ name }) => name === baseline);
  const others = models.flatMap((_, m) => (m === base ? [] : [m]));
  if (models.every(({ scan: { table } }) => table === scan.table) && "name" in scan.model) {
    const pairs: PairStatistics[] = [];
    for (const m of others) {
      const two = [models[m], models[base]];
      const rows = alignedRows(engine.dialect, two);
      pairs.push(...(await comparePairs(engine, two, [{ model: 0, baseline: 1 }], rows)));
    }
    return { pairs, warnings: [] };
  }
  const shifted = models.find(({ scan: own }) => own.table.unreadable > 0);
  if (byPosition && shifted) throw shiftedRows(shifted.scan.table.name);
  const rows: Rows = {
    from: await engine.keep("paired", pairedRowsSql(engine.dialect, models, byPosition)),
    steps: [],
  };
  const warnings = await checkPaired(engine, models, rows, byPosition);
  const pairs = others.map((m): Pair => ({ model: m, baseline: base }));
  return { pairs: await comparePairs(engine, models, pairs, rows), warnings };
}

/** Two passes over paired rows: the means of the differences, then their squares about the means. */
async function comparePairs(
  engine: Engine,
  models: ScannedModel[],
  pairs: Pair[],
  rows: Rows,
): Promise<PairStatistics[]> {
  const { weight, cluster } = models[0].scan;
  const weighted = weight !== undefined;
  const [sums] = await engine.query("comparing", pairSumsSql(engine.dialect, pairs, rows, weighted));
  const value = (row: Row, name: string) => Number(row[name] ?? 0);
  const means = pairs.map((_, j) => {
    const total = value(sums, `finite_weight${j}`);
    return total > 0 ? value(sums, `difference${j}`) / total : 0;
  });
  const shape = { weighted, clustered: cluster !== undefined };
  const [squares] = await engine.query(
    "comparing",
    pairSquaresSql(engine.dialect, pairs, means, rows, shape),
  );
  return pairs.map((pair, j) => ({
    model: models[pair.model].name,
    baseline: models[pair.baseline].name,
    rows: value(sums, `rows${j}`),
    weight: value(sums, `weight${j}`),
    infiniteModel: value(sums, `infinite_model${j}`),
    infiniteBaseline: value(sums, `infinite_baseline${j}`),
    infiniteBoth: value(sums, `infinite_both${j}`),
    finiteRows: value(sums, `finite${j}`),
    finiteWeight: value(sums, `finite_weight${j}`),
    meanDifference: means[j],
    clusters: value(squares, `c${j}`),
    square: value(squares, `u${j}`),
  }));
}

async function checkPaired(
  engine: Engine,
  models: ScannedModel[],
  rows: Rows,
  byPosition: boolean,
): Promise<string[]> {
  const { scan } = models[0];
  const keys = byPosition ? ["key0"] : scan.key.map((_, j) => `key${j}`);
  const keyText = (row: Row) =>
    byPosition
      ? `row ${Number(row.key0) % 2 ** 40}`
      : scan.key.map(({ name }, j) => `${name} = ${String(row[`key${j}`])}`).join(", ");
  const twice = models.map((_, m) => `n${m} > 1`).join(" OR ");
  const complete = models.map((_, m) => `n${m} >= 1`).join(" AND ");
  const shared: SharedValue[] = [
    "labels",
    ...(scan.weight ? (["weights"] as const) : []),
    ...(scan.cluster ? (["clusters"] as const) : []),
  ];
  const differ = shared.map((what) => `${what}_differ`);
  const [counts] = await engine.query(
    "checking keys",
    `SELECT count(*) AS all_keys, count(*) FILTER (WHERE ${twice}) AS twice, count(*) FILTER (WHERE ${complete}) AS complete,
  ${models.map((_, m) => `count(*) FILTER (WHERE n${m} > 0) AS keys${m}`).join(", ")}, ${differ.map((name) => `count(*) FILTER (WHERE ${name}) AS ${name}_keys`).join(", ")} FROM ${rows.from}`,
  );
  const firstWhere = async (test: string) =>
    (
      await engine.query(
        "checking keys",
        `SELECT * FROM ${rows.from} WHERE ${test} ORDER BY ${keys.join(", ")} LIMIT 1`,
      )
    )[0];

  if (Number(counts.twice) > 0) {
    const row = await firstWhere(twice);
    const m = models.findIndex((_, j) => Number(row[`n${j}`]) > 1);
    throw repeatedKey(models[m].scan.table.name, models[m].name, {
      key: keyText(row),
      times: Number(row[`n${m}`]),
      keys: Number(counts.twice),
    });
  }
  const [all, paired] = [Number(counts.all_keys), Number(counts.complete)];
  if (paired === 0) {
    throw nothingPairs(models.map(({ name }, m) => ({ name, rows: Number(counts[`keys${m}`]) })));
  }
  const lengths = models.map(({ name, scan: own }) => ({ name, rows: own.rows }));
  if (byPosition && lengths.some(({ rows }) => rows !== lengths[0].rows)) throw differentLengths(lengths);
  for (const [j, what] of shared.entries()) {
    const keysOf = Number(counts[`${differ[j]}_keys`]);
    if (keysOf > 0) throw disagreement(what, keysOf, keyText(await firstWhere(differ[j])), byPosition);
  }
  return paired < all ? [unpairedWarning(all - paired, all)] : [];
}
