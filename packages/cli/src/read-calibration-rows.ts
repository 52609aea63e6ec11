import type { PolicyOptions, PredictionRows, SourceSpec } from "@xent/engine";
import type { BaseRateFlags } from "./base-rates.ts";
import type { LimitFlags } from "./limit-flags.ts";
import { policiesOf } from "./policy-flags.ts";
import { type RoleFlags, rolesOf } from "./role-flags.ts";
import { runEngine } from "./run-engine.ts";
import { sourceSpec } from "./sources.ts";

/** The flags of xent calibrate on which it depends what is read. */
interface ReadFlags extends RoleFlags, PolicyOptions, LimitFlags, BaseRateFlags {
  pick?: string;
  method?: string;
  compare?: unknown;
  penalty?: number;
  sample?: number;
  seed: number;
  level: number;
  quiet?: boolean;
}

/** The rows to fit to, and those whose base rates are sought. */
export function readCalibrationRows(
  sources: SourceSpec[],
  flags: ReadFlags,
): Promise<{ rows: PredictionRows; target?: PredictionRows }> {
  const { pick, sample, seed, target } = flags;
  const roles = rolesOf(flags);
  const shared = { policies: policiesOf(flags), sample, seed };
  // Without a fit nobody needs labels to undo what sampling did.
  const unlabelled = flags.undoDownsampling !== undefined && flags.method === undefined;
  // Of all methods a temperature alone is fitted to sums, and so to any number of rows.
  const ofAll = (flags.method ?? "temperature") === "temperature" && !flags.compare && !flags.penalty;
  const temperatureOfAll = ofAll && !unlabelled ? { level: flags.level } : undefined;
  return runEngine(flags, async (options) => {
    const { readPredictions } = await import("@xent/engine");
    const rows = await readPredictions(
      { ...shared, sources, roles, pick, unlabelled, temperatureOfAll },
      options,
    );
    if (target === undefined) return { rows };
    const { probabilities, logits, logProbabilities, probability, positive, model } = roles;
    const now = await readPredictions(
      {
        ...shared,
        sources: [sourceSpec(target)],
        roles: {
          probabilities,
          logits,
          logProbabilities,
          probability,
          positive,
          classes: roles.classes,
          model,
        },
        pick: model === undefined ? undefined : pick,
        unlabelled: true,
        expected: { names: rows.classes, by: "the source has" },
      },
      options,
    );
    return { rows, target: now };
  });
}
