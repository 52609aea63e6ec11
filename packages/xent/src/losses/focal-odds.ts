/**
 * ln h(q), where h is what the minimiser of the focal loss is to the truth: p[k] ∝ h(q[k]).
 *
 *     h(q) = q/((1 − q)^γ − γ·(1 − q)^(γ − 1)·q·ln q),   which is −1/f′ of f(q) = −(1 − q)^γ·ln q
 *
 * It rises from −∞ at q = 0 to +∞ at q = 1 (γ > 0), because f is convex.
 *
 * @param logQ ln q.
 * @param complement 1 − q > 0, with its digits where q is near one.
 * @returns ln h, and its derivative by ln q, which is above 0.
 * @see Charoenphakdee et al., On Focal Loss for Class-Posterior Probability Estimation (2021), the map Ψ^γ.
 */
export function focalOdds(logQ: number, complement: number, gamma: number): [number, number] {
  const q = Math.exp(logQ);
  const ratio = (-q * logQ) / complement;
  const factor = 1 + gamma * ratio;
  return [
    logQ - gamma * Math.log(complement) - Math.log(factor),
    1 + (gamma * q * (2 + logQ + (gamma - 1) * ratio)) / (complement * factor),
  ];
}
