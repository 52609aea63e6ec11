import type { ModelRows } from "./model-rows.ts";

/** Rows that depend on each other, by number. */
export interface Clusters {
  /** What the clustering column is called. */
  name: string;
  count: number;
  /** `[rows]` integers from 0 to count − 1. */
  codes: Int32Array;
  /** A cluster's value as text: what its fold is a hash of. */
  text(code: number): string;
}

/** Numbers the different values of a column in the order in which they come. */
export function clustersOf(name: string, values: ArrayLike<unknown>, textOf = String): Clusters {
  const known = new Map<unknown, number>();
  const codes = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    let code = known.get(values[i]);
    if (code === undefined) {
      code = known.size;
      known.set(values[i], code);
    }
    codes[i] = code;
  }
  const distinct = [...known.keys()];
  return { name, count: distinct.length, codes, text: (code) => textOf(distinct[code]) };
}

/**
 * Visits the rows of a model cluster after cluster, each row a cluster of its own where there are none.
 *
 * @param visit whether the row at hand, the `done`-th, takes part.
 * @param close ends a cluster, where any of its rows took part.
 */
export function visitClusters(
  { rows, clusters }: Pick<ModelRows, "rows" | "clusters">,
  visit: (i: number, done: number) => boolean,
  close: (code: number) => void,
): void {
  if (!clusters) {
    for (let i = 0; i < rows; i++) if (visit(i, i)) close(i);
    return;
  }
  const { order, ends } = inOrder(clusters, rows);
  let done = 0;
  for (let code = 0; code < ends.length; code++) {
    let takesPart = false;
    for (; done < ends[code]; done++) if (visit(order[done], done)) takesPart = true;
    if (takesPart) close(code);
  }
}

/** Rows sorted by cluster, in their own order within each, by counting. */
function inOrder({ codes, count }: Clusters, rows: number): { order: Int32Array; ends: Int32Array } {
  const places = new Int32Array(count + 1);
  for (let i = 0; i < rows; i++) places[codes[i] + 1]++;
  for (let code = 0; code < count; code++) places[code + 1] += places[code];
  const order = new Int32Array(rows);
  for (let i = 0; i < rows; i++) order[places[codes[i]]++] = i;
  // Each place has moved on to where the next cluster starts.
  return { order, ends: places.subarray(0, count) };
}
