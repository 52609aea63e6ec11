import type { Dialect } from "./dialect.ts";
import { aggregate, type Rows, type Stage } from "./stage.ts";

/**
 * The squares of influences: columns u0… hold Σ over clusters of (Σ influence)², c0… the clusters that took part,
 * `clusters` all of them. Without a `cluster` column each row is a cluster of its own.
 *
 * @param influences expressions over `rows`; null where a row does not take part.
 * @param rows with the column `cluster` where `clustered`.
 * @param options.group an expression by which to group, which becomes the column `g`.
 * @param options.independent whether to add Σ over rows of the first influence squared, as `independent`.
 */
export function clusterSquares(
  dialect: Dialect,
  influences: string[],
  rows: Rows,
  { clustered, group, independent }: { clustered: boolean; group?: string | null; independent?: boolean },
): string {
  const squared = (u: string) => `(${u}) * (${u})`;
  const key: Stage = group ? { g: group } : {};
  const alone = (name: string) =>
    independent ? [`${dialect.exactSum(squared(influences[0]), true)} AS ${name}`] : [];
  if (!clustered) {
    const squares = influences.map(
      (u, j) => `${dialect.exactSum(squared(u), true)} AS u${j}, count(${u}) AS c${j}`,
    );
    return aggregate(dialect, rows, key, ["count(*) AS clusters", ...alone("independent"), ...squares]);
  }
  const sums = influences.map((u, j) => `${dialect.exactSum(u, true)} AS s${j}`);
  const ofClusters = aggregate(
    dialect,
    rows,
    { ...key, cluster: "cluster" },
    [...alone("independent_square"), ...sums],
    false,
  );
  const squares = influences.map(
    (_, j) => `${dialect.orderedSum(squared(`s${j}`), squared(`s${j}`))} AS u${j}, count(s${j}) AS c${j}`,
  );
  const together = independent
    ? [`${dialect.orderedSum("independent_square", "independent_square")} AS independent`]
    : [];
  const by = group ? " GROUP BY g ORDER BY g" : "";
  return `SELECT ${[...(group ? ["g"] : []), "count(*) AS clusters", ...together, ...squares].join(", ")}
FROM (${ofClusters})${by}`;
}
