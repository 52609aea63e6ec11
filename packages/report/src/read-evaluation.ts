import {
  type Analysis,
  parseJson,
  readAnalysis,
  readSourceSummary,
  type SourceSummary,
  type Unit,
  XentError,
} from "xent";
import { inNats } from "./in-unit.ts";

/** An evaluation that was written as JSON, with its losses in nats again. */
export interface ReadEvaluation {
  analysis: Analysis;
  source: SourceSummary;
  /** The unit of the JSON. */
  unit: Unit;
}

const required = "an evaluation is required, which xent evaluate --json FILE writes";

/**
 * What `renderJson` wrote: losses in nats again, ±∞ and what is not known as numbers again.
 *
 * @throws `XentError` `value` that says what is wrong and where: text that is no JSON, JSON that is no evaluation,
 *   another version, a field that is missing or not what it should be.
 */
export function readEvaluation(text: string): ReadEvaluation {
  const caller = "readEvaluation";
  const json = parseJson(text, caller, required);
  if (!isEvaluation(json))
    throw new XentError("value", `${caller}: it holds no models and no unit; ${required}`);
  const { version, unit } = json;
  if (version !== 1) {
    const newer = typeof version === "number" && version > 1;
    throw new XentError(
      "value",
      `${caller}: version is ${JSON.stringify(version) ?? "missing"}; this version of xent reads 1`,
      newer ? "a newer xent wrote it, and reads it" : undefined,
    );
  }
  if (unit !== "nats" && unit !== "bits") {
    throw new XentError("value", `${caller}: unit is ${JSON.stringify(unit)}; "nats" or "bits" is required`);
  }
  return {
    analysis: inNats(readAnalysis(json, caller), unit),
    source: readSourceSummary(json.source, caller),
    unit,
  };
}

/** Whether parsed JSON has what evaluations have, of whatever version. */
export const isEvaluation = (
  json: unknown,
): json is Record<"version" | "unit" | "models" | "source", unknown> =>
  typeof json === "object" && json !== null && "models" in json && "unit" in json;
