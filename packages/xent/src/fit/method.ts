import type { Problem } from "./problem.ts";

/** Why a minimisation ended. */
export type StopReason =
  | "converged"
  | "no progress"
  | "iteration limit"
  | "diverged"
  | "not finite"
  | "stopped";

/** Why, in a word and in a sentence. */
export interface Stop {
  reason: StopReason;
  message: string;
}

/** A place, and what is known of the function there. */
export interface Point {
  parameters: Float64Array;
  gradient: Float64Array;
  value: number;
}

/** What a method works on. */
export interface Search {
  readonly problem: Problem;
  readonly size: number;
  /** Where the search is: a method moves it. */
  readonly point: Point;
  /** `[size]` each, if there are bounds. */
  readonly lower?: Float64Array;
  readonly upper?: Float64Array;
  /** The problem's value and gradient, counted. */
  evaluate(parameters: Float64Array, gradient: Float64Array): number;
}

/** A method at work on one problem. */
export interface Running {
  /** One iteration: moves the point, or says why it could not. */
  step(): Stop | undefined;
  /** What, beside the point, the next iteration depends on: plain JSON. */
  save(): object;
}

/** A way to minimise. Made by `lbfgs()`, `newton()`, `gradientDescent()`, `sgd()`, `adam()`, `adamW()`, `bisection()`. */
export interface Method {
  readonly name: string;
  /** The interval that the method itself was given. */
  readonly interval?: { lower: number; upper: number };
  /** Begins; `saved` is what `save` returned, if an earlier run is continued. */
  begin(search: Search, saved?: object): Running;
}
