import type { SeededRandom } from "xent/fit";

/** Consecutive rows of a store. */
export interface Run {
  start: number;
  rows: number;
}

/** Rows that are in memory together: which runs are read, one after the other, and in what order their rows are taken. */
export interface Load {
  runs: Run[];
  order: Int32Array;
}

/** A load is of so many runs: the more, the better the shuffle, and the more places of a file are read. */
const runsPerLoad = 32;

/**
 * The order of the rows in one epoch. Where all rows fit into one load it is a uniform shuffle. Where they do not, runs
 * of consecutive rows are shuffled, and the rows of as many runs as fit are shuffled among each other: a file is then
 * read in long pieces, and rows that stand together in it are still apart.
 *
 * @param most rows of a load.
 */
export function* epochOrder(rows: number, most: number, random: SeededRandom): Generator<Load> {
  const length = rows <= most ? rows : Math.max(1, Math.floor(most / runsPerLoad));
  const starts = Array.from({ length: Math.ceil(rows / length) }, (_, i) => i * length);
  random.shuffle(starts);
  const together = Math.max(1, Math.floor(most / length));
  for (let i = 0; i < starts.length; i += together) {
    const runs = starts
      .slice(i, i + together)
      .map((start) => ({ start, rows: Math.min(length, rows - start) }));
    const count = runs.reduce((sum, run) => sum + run.rows, 0);
    yield { runs, order: random.shuffle(Int32Array.from({ length: count }, (_, at) => at)) };
  }
}
