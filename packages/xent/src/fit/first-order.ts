import { seededRandom } from "../numerics/seeded-random.ts";
import { clamp } from "./bounds.ts";
import { checkCount } from "./check.ts";
import type { Method } from "./method.ts";
import type { RuleState, UpdateRule } from "./update-rule.ts";

/** How `minimise` runs a rule. */
export interface BatchOptions {
  /** Rows of a batch, where the problem has `batches`; 32 unless given. */
  batchSize?: number;
  /** An integer: what the order of the rows is drawn with; 0 unless given. */
  seed?: number;
}

/**
 * A rule as a method. With `batches` an iteration is an epoch: a step for each batch of the rows in a new random order,
 * and the value and gradient over all rows at the end. Without, it is one step.
 */
export function firstOrder(
  name: string,
  rule: UpdateRule,
  { batchSize = 32, seed = 0 }: BatchOptions,
): Method & UpdateRule {
  checkCount(name, "batchSize", batchSize, 1);
  checkCount(name, "seed", seed, Number.MIN_SAFE_INTEGER);
  return {
    ...rule,
    name,
    begin(search, saved) {
      const { problem, point, size } = search;
      const { batches } = problem;
      const kept = saved as { steps: number; random: number[]; state: Record<string, number[]> } | undefined;
      const random = seededRandom(kept?.random ?? seed);
      const state: RuleState = rule.initial(size);
      for (const [key, values] of Object.entries(kept?.state ?? {})) state[key].set(values);
      let steps = kept?.steps ?? 0;
      const gradient = new Float64Array(size);

      function update(slope: Float64Array): void {
        rule.update(point.parameters, slope, state, steps++);
        for (let i = 0; i < size; i++) point.parameters[i] = clamp(point.parameters[i], i, search);
      }

      return {
        step() {
          if (batches) {
            const order = random.shuffle(Int32Array.from({ length: batches.rows }, (_, i) => i));
            for (let begin = 0; begin < order.length; begin += batchSize) {
              batches.valueAndGradient(point.parameters, order.subarray(begin, begin + batchSize), gradient);
              update(gradient);
            }
          } else update(point.gradient);
          point.value = search.evaluate(point.parameters, point.gradient);
          return undefined;
        },
        save: () => ({
          steps,
          random: random.state(),
          state: Object.fromEntries(Object.entries(state).map(([key, values]) => [key, Array.from(values)])),
        }),
      };
    },
  };
}
