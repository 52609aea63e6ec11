import type { Analysis, Unit } from "xent";
import { inUnit } from "./in-unit.ts";
import { plainJson } from "./plain-json.ts";
import type { SourceSummary } from "./source.ts";
import { verdict } from "./verdict.ts";

/**
 * The evaluation as JSON, version 1: additions keep the version. Losses in `unit`, ±∞ as the strings
 * "Infinity" and "-Infinity", what is unknown as null.
 */
export function renderJson(analysis: Analysis, source: SourceSummary, unit: Unit): string {
  const converted = inUnit(analysis, unit);
  const { version, level, task, classes, cluster, models, comparisons } = converted;
  const evaluation = {
    version,
    unit,
    level,
    task,
    classes,
    cluster,
    source,
    models: models.map((model) => ({ ...model, verdict: verdict(model, converted, unit) })),
    comparisons,
  };
  return plainJson(evaluation);
}
