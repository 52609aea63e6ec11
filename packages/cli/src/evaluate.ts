import { existsSync } from "node:fs";
import type { RoleOptions, SourceSpec } from "@xent/engine";
import { inUnit, renderJson, renderText } from "@xent/report";
import { Command, InvalidArgumentError, Option } from "commander";
import pc from "picocolors";
import { analyse, type Unit, XentError } from "xent";
import { failedGates, type Gate, parseGate } from "./gates.ts";
import { status } from "./main.ts";
import { progressLine } from "./progress.ts";
import { checkWritable, writeWhole } from "./write-whole.ts";

interface EvaluateFlags extends Omit<RoleOptions, "slices"> {
  slice?: string[];
  baseline?: string;
  normalize?: boolean;
  tolerance?: number;
  floor?: number;
  skipBadRows?: boolean;
  unit: Unit;
  level: number;
  json?: string | true;
  quiet?: boolean;
  failIf?: Gate[];
  memory?: string;
  threads?: number;
}

const numberFlag = (text: string): number => {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new InvalidArgumentError("It must be a number.");
  return value;
};

const levelFlag = (text: string): number => {
  const value = numberFlag(text);
  if (!(value > 0 && value < 1))
    throw new InvalidArgumentError("It must be above 0 and below 1, such as 0.95.");
  return value;
};

const threadsFlag = (text: string): number => {
  const value = numberFlag(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError("It must be a whole number from 1.");
  return value;
};

/** `a,b,c`; a name that holds a comma is written with a backslash before it. */
const classesFlag = (text: string): string[] =>
  text.split(/(?<!\\),/).map((name) => name.replaceAll("\\,", ",").trim());

const gateFlag = (text: string, before: Gate[] | undefined): Gate[] => [...(before ?? []), parseGate(text)];

const collect = (text: string, before: string[] | undefined): string[] => [...(before ?? []), text];

export function evaluateCommand(exit: (code: number) => void): Command {
  return new Command("evaluate")
    .summary("score predictions by cross-entropy, and compare models")
    .description(
      `Score predicted probabilities by cross-entropy: how good each model is, how sure that is, whether one is better, on which classes it loses, and what is wrong with the file.

SOURCE is a file or pattern (CSV, TSV, JSON lines, Parquet, .npy, .npz; text also as .gz, .zst), - for standard input, or name=FILE to name a model. FILE.npz#array names the array of predictions.`,
    )
    .argument("<source...>", "files of predictions")
    .optionsGroup("What the columns are:")
    .option("--label <column>", "the true class")
    .option(
      "--probabilities <columns>",
      "columns by pattern ('p_*': the class is what * matches) or one array column; model='a_*' and again for each model",
      collect,
    )
    .option("--logits <columns>", "the same, before softmax", collect)
    .option("--log-probabilities <columns>", "the same, natural logarithms of probabilities", collect)
    .option("--probability <column>", "two classes in one column: the probability of --positive")
    .option("--positive <label>", "the label that --probability speaks of")
    .option("--label-log-probability <column>", "only the label's own log-probability is known")
    .option("--targets <columns>", "soft labels: a distribution a row")
    .option("--classes <names>", "class names in column order: a,b,c", classesFlag)
    .option("--model <column>", "the column that names the model (long form)")
    .option("--key <column>", "what makes a row of two models the same row; repeatable", collect)
    .option("--cluster <column>", "rows that share a value depend on each other")
    .option("--slice <column>", "report each value by itself; repeatable", collect)
    .option("--weight <column>", "weights of rows")
    .option("--baseline <model>", "compare with this model (default: the best)")
    .optionsGroup("What to do with bad input:")
    .option("--normalize", "divide each row by its sum")
    .option(
      "--tolerance <x>",
      "how far a row's sum may be from one (default: 1e-9, single precision 1e-5)",
      numberFlag,
    )
    .option("--floor <p>", "raise probabilities of labels below p to p", numberFlag)
    .option("--skip-bad-rows", "leave out rows that cannot be scored, and count them")
    .optionsGroup("What comes out:")
    .addOption(new Option("--unit <unit>", "unit of losses").choices(["nats", "bits"]).default("nats"))
    .option("--level <p>", "probability of the intervals", levelFlag, 0.95)
    .option("--json [file]", "the evaluation as JSON, to a file or instead of the text")
    .option("--quiet", "no text, no progress")
    .option(
      "--fail-if <condition>",
      "exit with 1 where it holds: 'crossEntropy > 0.35', 'skill.lower < 0.5'; repeatable",
      gateFlag,
    )
    .optionsGroup("Limits:")
    .option("--memory <size>", "most memory of the embedded engine (default: 2GB)")
    .option("--threads <n>", "threads of the embedded engine", threadsFlag)
    .action(async (sources: string[], flags: EvaluateFlags) => {
      exit(await evaluate(sources, flags));
    });
}

async function evaluate(sources: string[], flags: EvaluateFlags): Promise<number> {
  const file = typeof flags.json === "string" ? flags.json : undefined;
  if (file !== undefined) await checkWritable(file);
  const abort = new AbortController();
  const stop = () => abort.abort();
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  const progress = progressLine(process.stderr, flags.quiet ?? false);
  // The engine takes longer to load than --help takes to read.
  const { evaluateSources } = await import("@xent/engine");
  try {
    const { statistics, source } = await evaluateSources(
      {
        sources: sources.map(sourceSpec),
        roles: rolesOf(flags),
        policies: {
          normalize: flags.normalize,
          tolerance: flags.tolerance,
          floor: flags.floor,
          skipBadRows: flags.skipBadRows,
        },
        baseline: flags.baseline,
      },
      { memory: flags.memory, threads: flags.threads, signal: abort.signal, onProgress: progress.show },
    );
    progress.clear();
    const analysis = analyse(statistics, { level: flags.level });
    const json = () => renderJson(analysis, source, flags.unit);
    const failed = failedGates(flags.failIf ?? [], inUnit(analysis, flags.unit), source);
    if (file !== undefined) await writeWhole(file, json());
    if (flags.json === true) process.stdout.write(json());
    else if (!flags.quiet) process.stdout.write(renderText(analysis, source, textOptions(flags.unit)));
    for (const failure of failed) process.stderr.write(`xent: gate failed: ${failure}\n`);
    return failed.length > 0 ? status.gateFailed : status.good;
  } finally {
    progress.clear();
    process.removeListener("SIGINT", stop);
    process.removeListener("SIGTERM", stop);
  }
}

function textOptions(unit: Unit) {
  const width = process.stdout.isTTY ? Math.max(40, Math.min(process.stdout.columns || 80, 100)) : 80;
  const colours = process.stdout.isTTY && !process.env.NO_COLOR;
  return { unit, width, bold: colours ? pc.bold : undefined };
}

/** `name=FILE#array`; a file whose own name holds "=" or "#" is taken as it is. */
function sourceSpec(text: string): SourceSpec {
  if (text === "-" || existsSync(text)) return { path: text };
  const named = /^([^=/\\]+)=(.+)$/s.exec(text);
  const model = named?.[1];
  const rest = named ? named[2] : text;
  const array = existsSync(rest) ? null : /^(.+\.npz)#(.+)$/is.exec(rest);
  return array ? { model, path: array[1], array: array[2] } : { model, path: rest };
}

function rolesOf(flags: EvaluateFlags): RoleOptions {
  const { slice, targets, probability, labelLogProbability } = flags;
  const families = [flags.probabilities, flags.logits, flags.logProbabilities].filter(
    (of) => of !== undefined,
  );
  const kinds =
    families.length + Number(probability !== undefined) + Number(labelLogProbability !== undefined);
  if (kinds > 1 && (probability !== undefined || labelLogProbability !== undefined)) {
    throw new XentError(
      "option",
      "--probability and --label-log-probability each stand alone: name the predictions in one way",
    );
  }
  if (flags.positive !== undefined && probability === undefined) {
    throw new XentError(
      "option",
      "--positive needs --probability: it says which label that column speaks of",
    );
  }
  if (
    targets !== undefined &&
    kinds > 0 &&
    (probability !== undefined || labelLogProbability !== undefined)
  ) {
    throw new XentError(
      "option",
      "--targets needs predictions of all classes: --probabilities, --logits or --log-probabilities",
    );
  }
  return { ...flags, slices: slice };
}
