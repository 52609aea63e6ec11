/** A small generator with a seed (mulberry32): the fixtures are the same on every run. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export type Cells = Record<string, unknown>;

export interface Fixture {
  labels: number[];
  logits: number[][];
  probabilities: number[][];
  targets: number[][];
  weights: number[];
  clusters: string[];
  regions: string[];
}

function softmax(logits: number[]): number[] {
  const max = Math.max(...logits);
  const parts = logits.map((z) => Math.exp(z - max));
  const sum = parts.reduce((a, b) => a + b);
  return parts.map((part) => part / sum);
}

export function fixture(rows: number, classes: number, seed: number, sharpness = 2): Fixture {
  const next = random(seed);
  const all: Fixture = {
    labels: [],
    logits: [],
    probabilities: [],
    targets: [],
    weights: [],
    clusters: [],
    regions: [],
  };
  for (let i = 0; i < rows; i++) {
    const label = Math.floor(next() * next() * classes);
    const logits = Array.from(
      { length: classes },
      (_, k) => sharpness * (next() + next() - 1 + (k === label ? 0.7 : 0)),
    );
    all.labels.push(label);
    all.logits.push(logits);
    all.probabilities.push(softmax(logits));
    all.targets.push(softmax(logits.map((z, k) => (k === label ? 2 : 0) + z * next())));
    all.weights.push(0.25 + 3 * next());
    all.clusters.push(`c${Math.floor(next() * 23)}`);
    all.regions.push(["north", "south", "o'east"][Math.floor(next() * 3)]);
  }
  return all;
}

export const rowsOf = (data: Fixture, columns: (i: number) => Cells): Cells[] =>
  data.labels.map((label, i) => ({
    label,
    w: data.weights[i],
    cluster: data.clusters[i],
    region: data.regions[i],
    ...columns(i),
  }));

export const wide = (row: number[], prefix = "p_"): Cells =>
  Object.fromEntries(row.map((value, k) => [`${prefix}${k}`, value]));
