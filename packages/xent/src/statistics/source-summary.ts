import { anything, count, list, object, optional, type Reader, recordOf, text } from "../json/reader.ts";

/** What was read and how: printed with every result, and kept with statistics. */
export interface SourceSummary {
  rows: number;
  badRows: number;
  policies: Record<string, unknown>;
  guesses: string[];
  warnings: string[];
  seed?: number;
  /** How to do it again: the command line as it was given. */
  command?: string;
}

const reader: Reader<SourceSummary> = object<SourceSummary>({
  rows: count,
  badRows: count,
  policies: recordOf(anything),
  guesses: list(text),
  warnings: list(text),
  seed: optional(count),
  command: optional(text),
});

/**
 * The summary of a source from JSON that comes from elsewhere.
 *
 * @param caller of whose errors these are.
 * @throws `XentError` `value` with the path of what is not as it should be.
 */
export const readSourceSummary = (json: unknown, caller: string, path = "source"): SourceSummary =>
  reader(json, { caller, path });
