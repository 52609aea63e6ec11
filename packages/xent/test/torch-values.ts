import { readFileSync } from "node:fs";
import { expect } from "vitest";
import type { FloatMatrix } from "../src/losses/index.ts";

// Json and options differ from loss to loss, and are handed on as they are.
// biome-ignore lint/suspicious/noExplicitAny: JSON has no types.
export type Json = any;

/** A value of PyTorch, and the gradient of Σ upstream·value by each of the inputs that it differentiates. */
export interface Run {
  options: Json;
  reduction: "none" | "mean" | "sum";
  value: number | number[];
  gradients: Record<string, FloatMatrix | number[] | number>;
}

/** Runs of one loss over a grid of options. */
export interface Runs {
  inputs: Json;
  upstream: number[];
  cases: Run[];
}

export type Difference = Run & { inputs: Json };

/** What bench/peers/torch_losses.py wrote. */
export const torch: {
  torch: string;
  agreements: Record<string, Runs>;
  differences: Record<string, Difference>;
} = JSON.parse(readFileSync(new URL("./golden/torch.json", import.meta.url), "utf8"), (_, value) => {
  if (value === "NaN" || value === "Infinity" || value === "-Infinity") return Number(value);
  return value?.rows === undefined ? value : { ...value, data: Float64Array.from(value.data) };
});

/**
 * Throws unless the numbers are PyTorch's: to 1e-12 relative, or to 1e-15 absolute, which is what its p − t and its
 * softmax of a few classes leave of a gradient of about one.
 */
export function expectTorch(
  actual: number | ArrayLike<number> | FloatMatrix,
  expected: number | ArrayLike<number> | FloatMatrix,
  what: string,
): void {
  const ours = numbersOf(actual);
  const theirs = numbersOf(expected);
  expect(ours.length, what).toBe(theirs.length);
  for (let j = 0; j < ours.length; j++) {
    const off = Math.abs(ours[j] - theirs[j]);
    const same = ours[j] === theirs[j] || off <= Math.max(1e-12 * Math.abs(theirs[j]), 1e-15);
    expect(same, `${what}[${j}] is ${ours[j]}, PyTorch's is ${theirs[j]}`).toBe(true);
  }
}

export function numbersOf(values: number | ArrayLike<number> | FloatMatrix): number[] {
  if (typeof values === "number") return [values];
  return Array.from("data" in values ? values.data : values);
}
