export { type SeededRandom, seededRandom } from "../numerics/seeded-random.ts";
export { bisection } from "./bisection.ts";
export { lbfgs } from "./lbfgs.ts";
export type { Method, Point, Running, Search, Stop, StopReason } from "./method.ts";
export {
  type MinimiseOptions,
  type MinimiseState,
  type Minimum,
  minimise,
  type Progress,
} from "./minimise.ts";
export type { Problem } from "./problem.ts";
