// Imported from the host.
declare function pow(base: f64, exponent: f64): f64;

/** (1 − p)^γ·(−ln p). */
export function focalValue(gamma: f64, surprisal: f64, complement: f64): f64 {
  const power = pow(complement, gamma);
  return power === 0 ? 0 : power * surprisal; // 0·∞ is 0
}

/** What it falls by with ln p: (1 − p)^γ·(1 + γ·r), r = −p·ln p/(1 − p) from 0 at p = 0 to 1 at p = 1. */
export function focalSlope(gamma: f64, surprisal: f64, p: f64, complement: f64): f64 {
  const ratio = p === 0 ? 0 : complement === 0 ? 1 : (p * surprisal) / complement;
  return pow(complement, gamma) * (1 + gamma * ratio);
}
