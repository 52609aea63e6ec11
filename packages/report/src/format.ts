import type { Estimate } from "xent";

/** 1,234,567 */
export const count = (value: number): string => value.toLocaleString("en-US");

/** A number with as many decimals as its error leaves: two digits of the half-width, at least two decimals. */
export function decimalsFor(halfWidth: number): number {
  // Below this an error is the rounding of no error at all.
  if (!(halfWidth > 1e-7)) return 4;
  return Math.min(Math.max(1 - Math.floor(Math.log10(halfWidth)), 2), 8);
}

export function figure(value: number, decimals = 4): string {
  if (Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const text = Math.abs(value) >= 1e6 ? value.toExponential(3) : value.toFixed(decimals);
  return text.replace("-", "−").replace(/^−(0(\.0*)?)$/, "$1");
}

export const percent = (share: number, decimals = 1): string =>
  Number.isFinite(share) ? `${figure(share * 100, decimals)} %` : figure(share);

const halfWidth = ({ interval }: Estimate): number =>
  interval ? (interval[1] - interval[0]) / 2 : Number.NaN;

/** 0.4056 ± 0.0412 */
export function withError(estimate: Estimate): string {
  const half = halfWidth(estimate);
  const decimals = decimalsFor(half);
  const error = half >= 0 ? ` ± ${figure(half, decimals)}` : "";
  return figure(estimate.estimate, decimals) + error;
}

/** 93.6 % ± 0.5 */
export function percentWithError(estimate: Estimate): string {
  const half = halfWidth(estimate) * 100;
  const decimals = Math.min(Math.max(decimalsFor(half) - 1, 1), 3);
  const error = half >= 0 ? ` ± ${figure(half, decimals)}` : "";
  return `${figure(estimate.estimate * 100, decimals)}${Number.isFinite(estimate.estimate) ? " %" : ""}${error}`;
}

/** 0.0021 to 0.0254, with the sign of each end where one is negative. */
export function range([low, high]: [number, number]): string {
  const decimals = decimalsFor((high - low) / 2);
  return `${figure(low, decimals)} to ${figure(high, decimals)}`;
}
