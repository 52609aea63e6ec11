/**
 * What a class costs as a function f of its log-probability u = ln p, with two derivatives in u.
 *
 * Each takes −ln p, p and 1 − p, all of which the caller has without loss.
 */
export interface ClassTerm {
  /** f(u) ≥ 0. */
  value: (surprisal: number, p: number, complement: number) => number;
  /** −f′(u): finite. */
  slope: (surprisal: number, p: number, complement: number) => number;
  /** f″(u). */
  curvature: (surprisal: number, p: number, complement: number) => number;
}

/** f = −ln p. */
export const logTerm: ClassTerm = {
  value: (surprisal) => surprisal,
  slope: () => 1,
  curvature: () => 0,
};

/** f = (1 − p)^γ·(−ln p). With γ = 0 it is `logTerm`, bit for bit. */
export function focalTerm(gamma: number): ClassTerm {
  // −p·ln p/(1 − p), from 0 at p = 0 to 1 at p = 1: that limit is why nothing overflows at saturation.
  const ratio = (surprisal: number, p: number, complement: number) =>
    p === 0 ? 0 : complement === 0 ? 1 : (p * surprisal) / complement;
  return {
    value: (surprisal, _, complement) => complement ** gamma * surprisal,
    slope: (surprisal, p, complement) => complement ** gamma * (1 + gamma * ratio(surprisal, p, complement)),
    curvature: (surprisal, p, complement) => {
      // With γ < 1 it tends to infinity at p = 1; but callers multiply it by at most (1 − p)², which there is 0.
      if (p === 0 || complement < 1e-300) return 0;
      const bracket = 2 - surprisal + (gamma - 1) * ratio(surprisal, p, complement);
      return gamma * p * complement ** (gamma - 1) * bracket;
    },
  };
}
