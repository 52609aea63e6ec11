import type { Form } from "./row-scorer.ts";

/** A row that is no distribution: why, for a message. */
export type BadRow = { kind: "number"; class: number; value: number } | { kind: "sum"; value: number };

/** Probabilities, or log-probabilities, as a distribution in `into`; or why they are none. */
export function readDistribution(
  numbers: Float64Array,
  form: "probabilities" | "log-probabilities",
  { tolerance, normalize }: { tolerance: number; normalize: boolean },
  into: Float64Array,
): BadRow | undefined {
  const bad = badNumber(numbers, form);
  if (bad) return bad;
  let sum = 0;
  for (let k = 0; k < numbers.length; k++) {
    into[k] = form === "probabilities" ? numbers[k] : Math.exp(numbers[k]);
    sum += into[k];
  }
  if (normalize && sum > 0) {
    for (let k = 0; k < into.length; k++) into[k] /= sum;
    return undefined;
  }
  return Math.abs(sum - 1) <= tolerance ? undefined : { kind: "sum", value: sum };
}

/** The first number that is none of its form. */
export function badNumber(
  numbers: Float64Array,
  form: Form,
  finite = form === "probabilities",
): BadRow | undefined {
  const least = form === "probabilities" ? 0 : Number.NEGATIVE_INFINITY;
  for (let k = 0; k < numbers.length; k++) {
    const value = numbers[k];
    const isGood =
      value >= least && value < Number.POSITIVE_INFINITY && (!finite || value > Number.NEGATIVE_INFINITY);
    if (!isGood) return { kind: "number", class: k, value };
  }
  return undefined;
}
