import { printable, readSaved } from "@xent/report";
import { Command } from "commander";
import { analyse, type Unit, XentError } from "xent";
import { levelFlag } from "./flag-values.ts";
import { status } from "./main.ts";
import { addOutputFlags, type OutputFlags, outputFiles, unitOption, writeOutputs } from "./outputs.ts";
import { readJsonFile } from "./read-json-file.ts";
import { terminal } from "./terminal.ts";
import { checkOutputs } from "./write-whole.ts";

interface ReportFlags extends OutputFlags {
  level?: number;
}

/** @param line the whole command line, to be kept with the result. */
export function reportCommand(exit: (code: number) => void, line: string): Command {
  const command = new Command("report")
    .summary("show a saved evaluation again, in another form, unit or level")
    .description(
      `Show what xent evaluate has saved, in any form that it comes in, without the data.

FILE is what --statistics FILE or --json FILE wrote, or - for standard input. Statistics can be shown with intervals of any level; an evaluation has its own.`,
    )
    .argument("<file...>", "statistics files, evaluations as JSON")
    .optionsGroup("What comes out:")
    .addOption(unitOption("unit of losses (default: the evaluation's own, nats for statistics)"))
    .option("--level <p>", "probability of the intervals, of statistics (default: 0.95)", levelFlag);
  return addOutputFlags(command).action(async (files: string[], flags: ReportFlags) => {
    exit(await report(files, flags, line));
  });
}

async function report(files: string[], flags: ReportFlags, line: string): Promise<number> {
  checkOneResult(files, flags);
  await checkOutputs(outputFiles(flags), files);
  let result: number = status.good;
  for (const [f, path] of files.entries()) {
    const { analysis, source, unit } = await readAnalysisFile(path, flags.level);
    if (files.length > 1 && !flags.quiet) process.stdout.write(heading(path, f));
    // What was evaluated before, and what is shown now: both steps.
    const then = path === "-" ? "|" : "&&";
    const command = source.command === undefined ? line : `${source.command} ${then} ${line}`;
    const written = await writeOutputs(analysis, { ...source, command }, flags.unit ?? unit, flags);
    if (written !== status.good) result = written;
  }
  return result;
}

/** Several files are several reports: they have nothing to be compared by. */
function checkOneResult(files: string[], { json, markdown, html }: ReportFlags): void {
  const [name] = Object.entries({ json, markdown, html }).find(([, target]) => target !== undefined) ?? [];
  if (name !== undefined && files.length > 1) {
    throw new XentError("option", `--${name} is of one file; there are ${files.length}`);
  }
}

function heading(path: string, index: number): string {
  const { bold = (text: string) => text } = terminal();
  return `${index > 0 ? "\n\n" : ""}${bold(`${printable(path)}:`)}\n\n`;
}

async function readAnalysisFile(path: string, level: number | undefined) {
  const saved = await readJsonFile(
    path,
    readSaved,
    "it is a file that xent evaluate SOURCE --statistics FILE or --json FILE writes",
  );
  if (saved.kind === "statistics") {
    return { analysis: analyse(saved.statistics, { level }), source: saved.source, unit: "nats" as Unit };
  }
  if (level !== undefined && level !== saved.analysis.level) {
    throw new XentError(
      "option",
      `${path}: is an evaluation whose intervals have level ${saved.analysis.level}; --level is of statistics`,
      "xent evaluate --statistics FILE keeps what intervals of any level are made of",
    );
  }
  return saved;
}
