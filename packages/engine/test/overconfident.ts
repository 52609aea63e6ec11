/** Rows of a model that is too sure: its logits are 2.5 times what they should be. Each row has `id` and a `game` of 6. */
export interface OverconfidentRow {
  id: number;
  game: string;
  label: string;
  logits: number[];
  probabilities: number[];
}

export const classes = ["a", "b", "c"];

/** @param sharpness by what the logits are too large. */
export function overconfident(rows: number, sharpness = 2.5, seed = 7): OverconfidentRow[] {
  const next = random(seed);
  return Array.from({ length: rows }, (_, id) => {
    const true_ = classes.map(() => 4 * (next() + next() - 1));
    const u = next();
    const p = softmax(true_);
    const k = u < p[0] ? 0 : u < p[0] + p[1] ? 1 : 2;
    const logits = true_.map((z) => z * sharpness);
    return { id, game: `g${Math.floor(id / 6)}`, label: classes[k], logits, probabilities: softmax(logits) };
  });
}

export function softmax(logits: number[]): number[] {
  const max = Math.max(...logits);
  const parts = logits.map((z) => Math.exp(z - max));
  const sum = parts.reduce((a, b) => a + b);
  return parts.map((part) => part / sum);
}

/** mulberry32: the fixtures are the same on every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `id,game,label,p_a,p_b,p_c` */
export const csvOf = (rows: OverconfidentRow[]): string =>
  [
    "id,game,label,p_a,p_b,p_c",
    ...rows.map((row) => [row.id, row.game, row.label, ...row.probabilities].join(",")),
  ].join("\n");
