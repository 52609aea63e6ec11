import { XentError } from "../error.ts";
import { checkOption } from "../losses/check.ts";

/** What a rule remembers of earlier steps: arrays of a number a parameter. */
export type RuleState = Record<string, Float64Array>;

/** How a gradient moves the parameters, apart from where the gradient comes from. */
export interface UpdateRule {
  /** What it remembers before the first step. */
  initial(size: number): RuleState;
  /**
   * One step: changes the parameters and the state.
   *
   * @param step from 0; the schedule and the corrections of `adam` depend on it.
   */
  update(parameters: Float64Array, gradient: Float64Array, state: RuleState, step: number): void;
}

/** A share of the learning rate for each step, from 0. */
export type Schedule = (step: number) => number;

/** What keeps a single batch from throwing the parameters away. */
export interface Clip {
  /** The gradient is shortened to this Euclidean norm, if it is longer. */
  norm?: number;
  /** Each component is brought into ±value, after the norm. */
  value?: number;
}

/** What all rules take. */
export interface RuleOptions {
  /** > 0. */
  learningRate?: number;
  /** Multiplies the learning rate; 1 throughout unless given. */
  schedule?: Schedule;
  clip?: Clip;
}

export function checkRule(caller: string, { learningRate, clip }: RuleOptions): void {
  const positive = { learningRate, "clip.norm": clip?.norm, "clip.value": clip?.value };
  for (const [name, value] of Object.entries(positive)) {
    if (value === undefined) continue;
    checkOption(caller, name, value, 0);
    if (value === 0) throw new XentError("option", `${caller}: ${name} is 0; it must be above 0`);
  }
}

/** Throws unless it is from 0 to below 1: the share of a moving mean that is kept. */
export function checkShare(caller: string, name: string, value: number): void {
  if (value >= 0 && value < 1) return;
  throw new XentError("option", `${caller}: ${name} is ${value}; it must be a number from 0 to below 1`);
}

/**
 * Each component of a gradient after clipping.
 *
 * @see Pascanu, Mikolov & Bengio, On the Difficulty of Training Recurrent Neural Networks (2013), algorithm 1.
 */
export function clipped(gradient: Float64Array, { norm, value }: Clip = {}): (i: number) => number {
  let scale = 1;
  if (norm !== undefined) {
    const length = Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0));
    if (length > norm) scale = norm / length;
  }
  if (value === undefined) return (i) => scale * gradient[i];
  return (i) => Math.max(-value, Math.min(value, scale * gradient[i]));
}
