import { isEvaluation, readSaved, type SourceSummary } from "@xent/report";
import { type Analysis, isStatisticsFile, type Statistics, type Unit, XentError } from "xent";
import type { NamedFile } from "./command-line.ts";
import type { Settings } from "./settings.ts";

/** What a report is made of: statistics, or the analysis alone where an evaluation was opened. */
export interface Result {
  statistics?: Statistics;
  analysis?: Analysis;
  source: SourceSummary;
  /** Which files and settings it is of; undefined where the result itself was opened. */
  of?: { files: NamedFile[]; settings: Settings; state: string };
  /** The file that was opened. */
  name?: string;
  unit?: Unit;
}

/** Results are small: sums and figures. What is larger is rows. */
const largest = 100e6;

/**
 * A statistics file or an evaluation as JSON.
 *
 * @returns undefined where it is neither: most likely rows.
 * @throws `XentError` `source` for a result that is not as it must be.
 */
export async function openResult(file: File): Promise<Result | undefined> {
  if (!/\.json$/i.test(file.name) || file.size > largest) return undefined;
  const text = await file.text();
  if (!isResult(text)) return undefined;
  try {
    return { ...readSaved(text), name: file.name };
  } catch (error) {
    if (!(error instanceof XentError)) throw error;
    throw new XentError("source", `${file.name}: ${error.message.replace(/^\w+: /, "")}`, error.remedy);
  }
}

function isResult(text: string): boolean {
  try {
    const json = JSON.parse(text);
    return isStatisticsFile(json) || isEvaluation(json);
  } catch {
    return false; // lines of JSON are no JSON
  }
}
