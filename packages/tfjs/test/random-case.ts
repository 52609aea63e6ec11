import * as tf from "@tensorflow/tfjs";

/** A small generator with a seed: the cases are the same in every run. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0; // Numerical Recipes' constants
    return state / 2 ** 32;
  };
}

export function matrixOf(rows: number[][]): { data: Float64Array; rows: number; columns: number } {
  return { data: Float64Array.from(rows.flat()), rows: rows.length, columns: rows[0]?.length ?? 0 };
}

/** One problem for a loss of this package and for its twin in `xent/losses`, with the same float32 numbers. */
export function randomCase(rows: number, classes: number, flags: string[], seed = 1) {
  const random = randomNumbers(seed);
  const floats = (count: number, of: () => number) => Array.from({ length: count }, () => Math.fround(of()));
  const logits = floats(rows * classes, () => 8 * (random() - 0.5));
  const labels = Array.from({ length: rows }, () => Math.floor(random() * classes));
  const targets = floats(rows * classes, () => (random() < 0.3 ? 0 : random()));
  targets.fill(0, 0, classes); // a row of zeros
  const weights = floats(rows, () => 2 * random());
  weights[1] = 0;
  const classWeights = floats(classes, () => 2 * random());
  // A class is out in each row, but never the label, and no target is there.
  const mask = new Array(rows * classes).fill(1);
  for (let i = 0; i < rows; i++) {
    const out = i * classes + ((labels[i] + 1) % classes);
    mask[out] = 0;
    if (flags.includes("mask")) targets[out] = 0;
  }
  const pick = <T extends object>(all: T) =>
    Object.fromEntries(Object.entries(all).filter(([name]) => flags.includes(name))) as Partial<T>;
  return {
    logits: tf.tensor2d(logits, [rows, classes]),
    matrix: { data: Float64Array.from(logits), rows, columns: classes },
    labels,
    targets: { data: Float64Array.from(targets), rows, columns: classes },
    upstream: floats(rows, () => random() - 0.5),
    options: pick({ weights, classWeights, mask: inRows(mask, classes) }),
    plainOptions: pick({ weights, classWeights, mask }),
  };
}

const inRows = (values: number[], length: number): number[][] =>
  Array.from({ length: values.length / length }, (_, i) => values.slice(i * length, (i + 1) * length));
