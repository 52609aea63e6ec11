import { existsSync, readFileSync } from "node:fs";
import type { PredictRequest } from "@xent/engine/features";
import { printable } from "@xent/report";
import { Command, Option } from "commander";
import { XentError } from "xent";
import { collect } from "./flag-values.ts";
import { addLimitFlags, type LimitFlags } from "./limit-flags.ts";
import { status } from "./main.ts";
import { addPolicyFlags } from "./policy-flags.ts";
import { runEngine } from "./run-engine.ts";
import { sourceSpec } from "./sources.ts";

interface PredictFlags extends LimitFlags {
  output: string;
  keep?: string[];
  logits?: boolean;
  split: PredictRequest["split"];
  skipBadRows?: boolean;
  quiet?: boolean;
}

export function predictCommand(exit: (code: number) => void): Command {
  const command = new Command("predict")
    .summary("apply a model of xent fit")
    .description(
      `Apply a model that xent fit wrote to the rows of a table, and write what xent evaluate reads: a column p_CLASS for each class, beside the columns that are no features.

SOURCE is a file or pattern (CSV, TSV, JSON lines, Parquet, .npy, .npz; text also as .gz, .zst) or - for standard input.`,
    )
    .argument("<model>", "model file")
    .argument("<source>", "file of rows")
    .requiredOption("-o, --output <file>", "where predictions are written: .parquet, .csv, .tsv or .jsonl")
    .addOption(
      new Option("--split <part>", "only the rows that the model was trained on, or that were held out")
        .choices(["all", "training", "validation"])
        .default("all"),
    )
    .option(
      "--keep <column>",
      "a column that comes along (default: all that are no features); repeatable",
      collect,
    )
    .option("--logits", "columns logit_CLASS, before softmax, instead of probabilities")
    .option("--quiet", "no text, no progress");
  addPolicyFlags(command, ["skipBadRows"]);
  return addLimitFlags(command).action(async (model: string, source: string, flags: PredictFlags) => {
    exit(await predict(model, source, flags));
  });
}

async function predict(path: string, source: string, flags: PredictFlags): Promise<number> {
  const json = readJson(path);
  const { rows, columns, warnings } = await runEngine(flags, async (options) => {
    const { checkModel, predictSource } = await import("@xent/engine/features");
    return predictSource(
      {
        model: checkModel(json, path),
        source: sourceSpec(source),
        output: flags.output,
        keep: flags.keep,
        logits: flags.logits ?? false,
        split: flags.split,
        skipBadRows: flags.skipBadRows ?? false,
      },
      options,
    );
  });
  for (const warning of warnings) process.stderr.write(`xent: note: ${printable(warning)}\n`);
  if (!flags.quiet) {
    process.stdout.write(
      `${flags.output}: ${rows.toLocaleString("en-US")} rows, ${columns.length} columns\n`,
    );
  }
  return status.good;
}

function readJson(path: string): unknown {
  if (!existsSync(path))
    throw new XentError("source", `${path}: no such file`, "models are written by xent fit");
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw new XentError("source", `${path}: cannot be read`);
    throw new XentError("source", `${path}: is not JSON`, "models are written by xent fit");
  }
}
