import {
  isStatisticsFile,
  parseJson,
  readStatisticsFile,
  type SourceSummary,
  type Statistics,
  XentError,
} from "xent";
import { isEvaluation, type ReadEvaluation, readEvaluation } from "./read-evaluation.ts";

/** What a file of results holds: an evaluation, or the statistics that any analysis can be made of. */
export type Saved =
  | ({ kind: "evaluation" } & ReadEvaluation)
  | { kind: "statistics"; statistics: Statistics; source: SourceSummary };

/**
 * A statistics file or the JSON of an evaluation, whichever it is.
 *
 * @throws `XentError` `value`, as `readStatisticsFile` and `readEvaluation` do, and for text that is neither.
 */
export function readSaved(text: string): Saved {
  const either =
    "a statistics file or an evaluation is required, which xent evaluate --statistics FILE and --json FILE write";
  const json = parseJson(text, "readSaved", either);
  if (isStatisticsFile(json)) return { kind: "statistics", ...readStatisticsFile(text) };
  if (isEvaluation(json)) return { kind: "evaluation", ...readEvaluation(text) };
  throw new XentError("value", `readSaved: it is JSON of something else; ${either}`);
}
