import { inUnit, renderJson, renderMarkdown, renderText, type SourceSummary } from "@xent/report";
import { type Command, Option } from "commander";
import { type Analysis, type Unit, XentError } from "xent";
import { failedGates, type Gate, parseGate } from "./gates.ts";
import { status } from "./main.ts";
import { terminal } from "./terminal.ts";
import { writeWhole } from "./write-whole.ts";

/** The flags that say what comes out of an evaluation, as commander gives them. */
export interface OutputFlags {
  unit?: Unit;
  json?: string | true;
  markdown?: string | true;
  html?: string;
  quiet?: boolean;
  failIf?: Gate[];
}

const gateFlag = (text: string, before: Gate[] | undefined): Gate[] => [...(before ?? []), parseGate(text)];

/** Adds the flags that say what comes out, below those that are already in the group. */
export const addOutputFlags = (command: Command): Command =>
  command
    .option("--json [file]", "the evaluation as JSON, to a file or instead of the text")
    .option("--markdown [file]", "the report as Markdown, to a file or instead of the text")
    .option("--html <file>", "the report as one HTML file, with charts")
    .option("--quiet", "no text, no progress")
    .option(
      "--fail-if <condition>",
      "exit with 1 where it holds: 'crossEntropy > 0.35', 'skill.lower < 0.5'; repeatable",
      gateFlag,
    );

/** @param description what the unit is without the flag, where that is no one unit. */
export const unitOption = (description = "unit of losses"): Option =>
  new Option("--unit <unit>", description).choices(["nats", "bits"]);

/**
 * The files that the flags name: to be checked before the work begins.
 *
 * @throws `XentError` `option` where two things are to be printed instead of the text.
 */
export function outputFiles({ json, markdown, html }: OutputFlags): string[] {
  if (json === true && markdown === true) {
    throw new XentError("option", "--json and --markdown cannot both be printed", "give one of them a file");
  }
  return [json, markdown, html].filter((target) => typeof target === "string");
}

/**
 * Writes an evaluation as the flags have it: to files, and one thing to standard output.
 *
 * @param unit of the losses.
 * @returns the exit status, which gates decide.
 */
export async function writeOutputs(
  analysis: Analysis,
  source: SourceSummary,
  unit: Unit,
  flags: OutputFlags,
): Promise<number> {
  const failed = failedGates(flags.failIf ?? [], inUnit(analysis, unit), source);
  const json = () => renderJson(analysis, source, unit);
  const markdown = () => renderMarkdown(analysis, source, unit);
  if (typeof flags.json === "string") await writeWhole(flags.json, json());
  if (typeof flags.markdown === "string") await writeWhole(flags.markdown, markdown());
  if (flags.html !== undefined) {
    const { renderPage } = await import("./render-page.ts");
    await writeWhole(flags.html, await renderPage(analysis, source, unit));
  }
  if (flags.json === true) process.stdout.write(json());
  else if (flags.markdown === true) process.stdout.write(markdown());
  else if (!flags.quiet) process.stdout.write(renderText(analysis, source, { unit, ...terminal() }));
  for (const failure of failed) process.stderr.write(`xent: gate failed: ${failure}\n`);
  return failed.length > 0 ? status.gateFailed : status.good;
}
