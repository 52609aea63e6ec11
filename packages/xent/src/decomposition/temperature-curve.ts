/** Where a loss and its first two derivatives by β are known: Σw·loss, Σw·loss′, Σw·loss″, …. */
export interface CurveNode {
  beta: number;
  derivatives: number[];
}

/** The loss of all rows, or of a sample of them, at inverse temperatures far and near. */
export interface CurveNodes {
  /** By rising β. */
  nodes: CurveNode[];
  weight: number;
  /** Whether these are all rows. */
  exact: boolean;
}

/** One point of the mean loss as a function of β = 1/T, in nats. */
export interface CurvePoint {
  inverseTemperature: number;
  loss: number;
}

/** What is known of all rows: the mean loss as it is, where it is known, and the least one. */
export interface KnownLosses {
  plain?: number;
  optimum?: CurvePoint;
}

/** The curve reaches so far beyond T = 1 and the optimum, as a factor. */
const reach = 4;

const mostPoints = 64;

/**
 * The mean loss as a function of the temperature, about T = 1 and the optimum: at powers of a root of 2, so that models
 * share their temperatures, and at the optimum itself. Between the nodes it is interpolated (quintic Hermite in ln β).
 * The curve of a sample is corrected so that it is that of all rows at T = 1 and the optimum, and lowest there.
 *
 * @param about the β that the curve is to be about, with 1.
 * @returns points by falling β, which is by rising temperature.
 */
export function temperatureCurve(
  { nodes, weight, exact }: CurveNodes,
  { plain, optimum }: KnownLosses,
  about: number,
): CurvePoint[] {
  const known = nodes.map(({ beta, derivatives: [d0, d1, d2] }): Node => {
    const [loss, slope, curvature] = [d0 / weight, d1 / weight, d2 / weight];
    return {
      beta,
      u: Math.log(beta),
      loss,
      slope: beta * slope,
      curvature: beta * (beta * curvature + slope),
    };
  });
  const correction = exact ? () => 0 : correctionOf(known, plain, optimum);
  const from = Math.max(Math.min(1, about) / reach, known[0].beta);
  const to = Math.min(Math.max(1, about) * reach, known[known.length - 1].beta);
  const points = gridOf(from, to).map((beta): CurvePoint => {
    if (beta === 1 && plain !== undefined) return { inverseTemperature: 1, loss: plain };
    return { inverseTemperature: beta, loss: Math.max(interpolated(known, beta).loss + correction(beta), 0) };
  });
  return (
    optimum
      ? [...points.filter((point) => point.inverseTemperature !== optimum.inverseTemperature), optimum]
      : points
  ).sort((a, b) => b.inverseTemperature - a.inverseTemperature);
}

/** The loss and its derivatives by u = ln β. */
interface Node {
  beta: number;
  u: number;
  loss: number;
  slope: number;
  curvature: number;
}

/** 2^(i/n) between two numbers, 1 among them; n a power of two, so that the points are at most `mostPoints`. */
function gridOf(from: number, to: number): number[] {
  const octaves = Math.log2(to / from);
  let parts = 8;
  while (octaves * parts > mostPoints && parts > 1) parts /= 2;
  const first = Math.ceil(Math.log2(from) * parts - 1e-9);
  const last = Math.floor(Math.log2(to) * parts + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => 2 ** ((first + i) / parts));
}

/** The loss at β, and its slope by β, by the polynomial of degree 5 through both neighbours' derivatives. */
function interpolated(nodes: Node[], beta: number): { loss: number; slope: number } {
  const next = nodes.findIndex((node) => node.beta >= beta);
  const right = nodes[next];
  if (right.beta === beta) return { loss: right.loss, slope: right.slope / beta };
  const left = nodes[next - 1];
  const h = right.u - left.u;
  const t = (Math.log(beta) - left.u) / h;
  // About the left node: a Taylor polynomial, and what the right node adds to it.
  const [c0, c1, c2] = [left.loss, left.slope * h, (left.curvature * h * h) / 2];
  const r0 = right.loss - c0 - c1 - c2;
  const r1 = right.slope * h - c1 - 2 * c2;
  const r2 = right.curvature * h * h - 2 * c2;
  const c3 = 10 * r0 - 4 * r1 + r2 / 2;
  const c4 = -15 * r0 + 7 * r1 - r2;
  const c5 = 6 * r0 - 3 * r1 + r2 / 2;
  return {
    loss: c0 + t * (c1 + t * (c2 + t * (c3 + t * (c4 + t * c5)))),
    slope: (c1 + t * (2 * c2 + t * (3 * c3 + t * (4 * c4 + t * 5 * c5)))) / (h * beta),
  };
}

/**
 * What the curve of a sample lacks to the one of all rows: with β* the optimum, whose slope is zero,
 *
 *     a + b·(β − β*) + c·(β − β*)² / (β + β*)
 *
 * which like the loss itself is finite at β = 0 and grows no faster than β.
 */
function correctionOf(
  nodes: Node[],
  plain: number | undefined,
  optimum: CurvePoint | undefined,
): (beta: number) => number {
  if (!optimum) {
    const lacking = plain === undefined ? 0 : plain - interpolated(nodes, 1).loss;
    return () => lacking;
  }
  const { inverseTemperature: best, loss } = optimum;
  const here = interpolated(nodes, best);
  const a = loss - here.loss;
  const line = (beta: number) => a - here.slope * (beta - best);
  const square = (beta: number) => (beta - best) ** 2 / (beta + best);
  // So near to 1 that what is left there is rounding.
  const near = Math.abs(best - 1) < 1e-3;
  const c = plain === undefined || near ? 0 : (plain - interpolated(nodes, 1).loss - line(1)) / square(1);
  return (beta) => line(beta) + c * square(beta);
}
