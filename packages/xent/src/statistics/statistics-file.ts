import { XentError } from "../error.ts";
import { parseJson } from "../json/parse-json.ts";
import { infiniteAsText } from "../json/reader.ts";
import { readStatistics } from "./read-statistics.ts";
import { readSourceSummary, type SourceSummary } from "./source-summary.ts";
import type { Statistics } from "./statistics.ts";

const format = "xent statistics";
const required = "a statistics file is required, which xent evaluate --statistics FILE writes";

/** The version of the file. Additions keep it. */
const fileVersion = 1;

/**
 * Statistics as the text of a file, JSON, that can be analysed later, elsewhere, and without a row of the data:
 *
 *     { "format": "xent statistics", "version": 1, "source": SourceSummary, "statistics": Statistics }
 *
 * @param source what was read and how.
 * @returns one line; ±∞ are the strings "Infinity" and "-Infinity". `readStatisticsFile` gives the same numbers again.
 * @throws `XentError` `value` for statistics that hold what no evaluation gives, such as NaN.
 */
export function statisticsFile(statistics: Statistics, source: SourceSummary): string {
  const checked = readStatistics(statistics, { caller: "statisticsFile", path: "statistics" });
  const file = {
    format,
    version: fileVersion,
    source: readSourceSummary(source, "statisticsFile"),
    statistics: checked,
  };
  return `${JSON.stringify(file, infiniteAsText)}\n`;
}

/**
 * What `statisticsFile` wrote.
 *
 * @throws `XentError` `value` that says what is wrong and where: text that is no JSON, JSON that is no such file,
 *   another version, a field that is missing or not what it should be.
 */
export function readStatisticsFile(text: string): { source: SourceSummary; statistics: Statistics } {
  const place = { caller: "readStatisticsFile", path: "" };
  const file = parseJson(text, place.caller, required);
  if (!isStatisticsFile(file))
    throw new XentError("value", `${place.caller}: its "format" is not "${format}"; ${required}`);
  if (file.version !== fileVersion) {
    const newer = typeof file.version === "number" && file.version > fileVersion;
    throw new XentError(
      "value",
      `${place.caller}: version is ${JSON.stringify(file.version) ?? "missing"}; this version of xent reads ${fileVersion}`,
      newer ? "a newer xent wrote it, and reads it" : undefined,
    );
  }
  return {
    source: readSourceSummary(file.source, place.caller),
    statistics: readStatistics(file.statistics, { ...place, path: "statistics" }),
  };
}

/** Whether parsed JSON says of itself that it is a statistics file, of whatever version. */
export const isStatisticsFile = (
  json: unknown,
): json is { format: string; version: unknown; source: unknown; statistics: unknown } =>
  typeof json === "object" && json !== null && "format" in json && json.format === format;
