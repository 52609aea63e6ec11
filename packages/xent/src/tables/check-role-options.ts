import { XentError } from "../error.ts";
import type { RoleOptions } from "./role-options.ts";

/** @throws `XentError` `option` for roles that contradict each other. */
export function checkRoleOptions(roles: RoleOptions): void {
  const { targets, probability, positive, labelLogProbability } = roles;
  const families = [roles.probabilities, roles.logits, roles.logProbabilities].filter(
    (of) => of !== undefined,
  );
  const kinds =
    families.length + Number(probability !== undefined) + Number(labelLogProbability !== undefined);
  const single = probability !== undefined || labelLogProbability !== undefined;
  if (kinds > 1 && single) {
    throw new XentError(
      "option",
      "--probability and --label-log-probability each stand alone: name the predictions in one way",
    );
  }
  if (positive !== undefined && probability === undefined) {
    throw new XentError(
      "option",
      "--positive needs --probability: it says which label that column speaks of",
    );
  }
  if (targets !== undefined && single) {
    throw new XentError(
      "option",
      "--targets needs predictions of all classes: --probabilities, --logits or --log-probabilities",
    );
  }
}
