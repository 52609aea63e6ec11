import { XentError } from "../error.ts";

/** What to do with bad input: every field is a flag of the command. */
export interface PolicyOptions {
  normalize?: boolean;
  /** 1e-9, or 1e-5 for single precision, unless given. */
  tolerance?: number;
  floor?: number;
  skipBadRows?: boolean;
}

/** @throws `XentError` `option` for a policy outside its range. */
export function checkPolicies({ tolerance = 0, floor = 0 }: PolicyOptions): void {
  if (!(tolerance >= 0 && tolerance < 1))
    throw new XentError("option", `--tolerance is ${tolerance}; it must be at least 0 and below 1`);
  if (!(floor >= 0 && floor < 1))
    throw new XentError("option", `--floor is ${floor}; it must be at least 0 and below 1`);
}

/** Policies with their defaults filled in. */
export interface Policies {
  tolerance: number;
  normalize: boolean;
  floor: number;
}

/** @param single whether the numbers are of single precision, where sums are further from one. */
export const policiesFor = (
  { normalize = false, floor = 0, tolerance }: PolicyOptions,
  single: boolean,
): Policies => ({ normalize, floor, tolerance: tolerance ?? (single ? 1e-5 : 1e-9) });
