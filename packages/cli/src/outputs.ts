import { inUnit, renderJson, renderText, type SourceSummary } from "@xent/report";
import { type Command, Option } from "commander";
import type { Analysis, Unit } from "xent";
import { failedGates, type Gate, parseGate } from "./gates.ts";
import { status } from "./main.ts";
import { terminal } from "./terminal.ts";
import { writeWhole } from "./write-whole.ts";

/** The flags that say what comes out of an evaluation, as commander gives them. */
export interface OutputFlags {
  unit?: Unit;
  json?: string | true;
  quiet?: boolean;
  failIf?: Gate[];
}

const gateFlag = (text: string, before: Gate[] | undefined): Gate[] => [...(before ?? []), parseGate(text)];

/** Adds the flags that say what comes out, below those that are already in the group. */
export const addOutputFlags = (command: Command): Command =>
  command
    .option("--json [file]", "the evaluation as JSON, to a file or instead of the text")
    .option("--quiet", "no text, no progress")
    .option(
      "--fail-if <condition>",
      "exit with 1 where it holds: 'crossEntropy > 0.35', 'skill.lower < 0.5'; repeatable",
      gateFlag,
    );

export const unitOption = (): Option =>
  new Option("--unit <unit>", "unit of losses").choices(["nats", "bits"]);

/** The files that the flags name: to be checked before the work begins. */
export const outputFiles = ({ json }: OutputFlags): string[] => (typeof json === "string" ? [json] : []);

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
  const rendered: [target: string | true | undefined, render: () => string][] = [
    [flags.json, () => renderJson(analysis, source, unit)],
  ];
  for (const [target, render] of rendered) if (typeof target === "string") await writeWhole(target, render());
  const instead = rendered.find(([target]) => target === true);
  if (instead) process.stdout.write(instead[1]());
  else if (!flags.quiet) process.stdout.write(renderText(analysis, source, { unit, ...terminal() }));
  for (const failure of failed) process.stderr.write(`xent: gate failed: ${failure}\n`);
  return failed.length > 0 ? status.gateFailed : status.good;
}
