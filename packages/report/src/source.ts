import type { SourceSummary } from "xent";

export type { SourceSummary };

/** The policies that differ from doing nothing, as a person says them. */
export const policiesInForce = ({ policies }: SourceSummary): string[] =>
  Object.entries(policies)
    .filter(([name, value]) => value === true || (name === "floor" && value !== 0))
    .map(([name, value]) => (value === true ? name : `${name} ${value}`));
