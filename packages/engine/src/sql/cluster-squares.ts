import type { Dialect } from "./dialect.ts";

/**
 * The squares of influences: columns u0… hold Σ over clusters of (Σ influence)², c0… the clusters that took part,
 * `clusters` all of them. Without a `cluster` column each row is a cluster of its own.
 *
 * @param influences expressions over `rows`; null where a row does not take part.
 * @param rows what stands in FROM; it has the column `cluster` where `clustered`.
 * @param options.group an expression by which to group, which becomes the column `g`.
 * @param options.independent whether to add Σ over rows of the first influence squared, as `independent`.
 */
export function clusterSquares(
  dialect: Dialect,
  influences: string[],
  rows: string,
  { clustered, group, independent }: { clustered: boolean; group?: string | null; independent?: boolean },
): string {
  const squared = (u: string) => `(${u}) * (${u})`;
  const key = group ? `${group} AS g, ` : "";
  const by = group ? " GROUP BY g ORDER BY g" : "";
  const alone = independent ? `${dialect.exactSum(squared(influences[0]), true)} AS independent, ` : "";
  if (!clustered) {
    const squares = influences.map(
      (u, j) => `${dialect.exactSum(squared(u), true)} AS u${j}, count(${u}) AS c${j}`,
    );
    return `SELECT ${key}count(*) AS clusters, ${alone}${squares.join(", ")} FROM ${rows}${by}`;
  }
  const sums = influences.map((u, j) => `${dialect.exactSum(u, true)} AS u${j}`);
  const squares = influences.map(
    (_, j) => `${dialect.orderedSum(squared(`u${j}`), squared(`u${j}`))} AS u${j}, count(u${j}) AS c${j}`,
  );
  const together = independent ? `${dialect.orderedSum("independent", "independent")} AS independent, ` : "";
  return `SELECT ${group ? "g, " : ""}count(*) AS clusters, ${together}${squares.join(", ")}
FROM (SELECT ${key}cluster, ${alone}${sums.join(", ")} FROM ${rows} GROUP BY ALL)${by}`;
}
