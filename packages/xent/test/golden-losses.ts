import { readFileSync } from "node:fs";

/** A number, or the string that stands for an infinite one. */
type Golden = number | "Infinity" | "-Infinity";

interface Categorical {
  name: string;
  logits: Golden[];
  label: number;
  softmaxCrossEntropy: Golden;
  gradient: Golden[];
  logSumExp: Golden;
  labelSmoothing?: Record<string, { value: Golden; gradient: Golden[] }>;
  soft?: { target: number[]; value: Golden; gradient: Golden[] };
  focal?: Record<string, { value: Golden; gradient: Golden[] }>;
}

interface Binary {
  logit: Golden;
  target: number;
  positiveWeight: number;
  value: Golden;
  gradient: Golden;
}

/** Values from 360-digit arithmetic, correctly rounded. */
export const golden: { categorical: Categorical[]; binary: Binary[] } = JSON.parse(
  readFileSync(new URL("./golden/losses.json", import.meta.url), "utf8"),
);

export const numbers = (values: Golden[]): Float64Array => Float64Array.from(values, Number);

/** Whether a value is golden: 1e-13 relative or 4e-16 absolute; exact where it is 0 or infinite. */
export function isGolden(actual: number, expected: Golden): boolean {
  const value = Number(expected);
  if (actual === value) return true;
  if (!Number.isFinite(value)) return false;
  return Math.abs(actual - value) <= Math.max(1e-13 * Math.abs(value), 4e-16);
}
