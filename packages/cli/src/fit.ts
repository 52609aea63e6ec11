import type { Epoch, FitRequest } from "@xent/engine/features";
import { type FitSummary, renderFit } from "@xent/report";
import { Command, InvalidArgumentError, Option } from "commander";
import { XentError } from "xent";
import { collect, levelFlag, namesFlag, numberFlag, wholeFlag } from "./flag-values.ts";
import { addLimitFlags, type LimitFlags } from "./limit-flags.ts";
import { status } from "./main.ts";
import { addPolicyFlags } from "./policy-flags.ts";
import { addRoleFlags } from "./role-flags.ts";
import { runEngine } from "./run-engine.ts";
import { sourceSpec } from "./sources.ts";
import { terminal } from "./terminal.ts";
import { checkOutputs, writeWhole } from "./write-whole.ts";

interface FitFlags
  extends Omit<FitRequest, "source" | "label" | "features" | "hidden" | "skipBadRows">,
    LimitFlags {
  label?: string;
  features?: string[];
  category?: string[];
  hidden?: number[];
  skipBadRows?: boolean;
  output: string;
  json?: string | true;
  quiet?: boolean;
}

/** `128,64` */
function hiddenFlag(text: string): number[] {
  const units = text.split(",").map(Number);
  if (units.every((count) => Number.isSafeInteger(count) && count >= 1)) return units;
  throw new InvalidArgumentError("It must be units of each hidden layer, such as 128 or 128,64.");
}

/** `balanced`, `effective` or `a=1,b=2`. */
function classWeightsFlag(text: string): NonNullable<FitRequest["classWeights"]> {
  if (text === "balanced" || text === "effective") return text;
  const weights: Record<string, number> = {};
  for (const part of namesFlag(text)) {
    const at = part.lastIndexOf("=");
    const value = Number(part.slice(at + 1));
    if (at < 1 || part.slice(at + 1).trim() === "" || !(value >= 0 && Number.isFinite(value))) {
      throw new InvalidArgumentError("It must be balanced, effective, or weights such as yes=5,no=1.");
    }
    weights[part.slice(0, at)] = value;
  }
  return weights;
}

const choice = (flags: string, description: string, choices: string[], standard?: string): Option => {
  const option = new Option(flags, description).choices(choices);
  return standard === undefined ? option : option.default(standard);
};

export function fitCommand(exit: (code: number) => void): Command {
  const command = new Command("fit")
    .summary("train a classifier by cross-entropy")
    .description(
      `Train a classifier by cross-entropy on the rows of a table: softmax regression or a multi-layer perceptron. Columns are encoded by what the rows to train on have; a share of the rows is held out, and the model is judged by them.

SOURCE is a file or pattern (CSV, TSV, JSON lines, Parquet, .npy, .npz; text also as .gz, .zst) or - for standard input. xent predict applies the model.`,
    )
    .argument("<source>", "file of rows to train on")
    .requiredOption("-o, --output <file>", "where the model is written, as JSON");
  addRoleFlags(command, ["label", "classes", "cluster", "weight"])
    .option("--features <columns>", "columns to learn from, by name or pattern ('x_*'); repeatable", collect)
    .option("--without <columns>", "columns not to learn from, whatever --features says; repeatable", collect)
    .option("--category <columns>", "columns of numbers that are categories; repeatable", collect)
    .option("--vocabulary <n>", "most categories of a column; the rarer ones are one", wholeFlag(1), 100);
  command
    .optionsGroup("What is fitted:")
    .addOption(choice("--model <kind>", "the kind of model", ["softmax", "mlp"], "softmax"))
    .option("--hidden <units>", "units of each hidden layer of an mlp: 128,64", hiddenFlag)
    .option("--l2 <x>", "penalty x/2·Σ weight² on the mean loss", numberFlag, 0)
    .option("--l1 <x>", "penalty x·Σ |weight| on the mean loss (softmax)", numberFlag, 0)
    .option("--class-weights <w>", "balanced, effective, or a=1,b=2", classWeightsFlag)
    .option("--focal <gamma>", "focal loss: rows count less the better they are predicted", numberFlag, 0)
    .option("--label-smoothing <e>", "spread this share of each label over all classes", numberFlag, 0);
  command
    .optionsGroup("How it is trained:")
    .option(
      "--validation <share>",
      "share of rows, or of clusters, that is held out; 0 for none",
      numberFlag,
      0.2,
    )
    .option("--epochs <n>", "most passes over the rows", wholeFlag(1), 50)
    .option("--batch <n>", "rows of a minibatch", wholeFlag(1), 64)
    .addOption(
      choice("--optimizer <rule>", "how minibatches move the parameters", ["adam", "adamw", "sgd"], "adam"),
    )
    .option("--learning-rate <x>", "length of its steps (default: 0.001, sgd 0.02)", numberFlag)
    .addOption(
      choice("--schedule <name>", "how that changes", ["constant", "cosine", "step", "warm-up"], "constant"),
    )
    .option("--patience <n>", "epochs without improvement after which training ends", wholeFlag(1), 5)
    .option("--seed <n>", "seed of the split, the start and the order of rows", wholeFlag(0), 0);
  addPolicyFlags(command, ["skipBadRows"]).addOption(
    choice("--missing <policy>", "missing values of features", ["error", "mean", "indicator"], "error"),
  );
  command
    .optionsGroup("What comes out:")
    .option("--level <p>", "probability of the intervals of coefficients", levelFlag, 0.95)
    .option("--json [file]", "what came of it as JSON, to a file or instead of the text")
    .option("--quiet", "no text, no progress");
  return addLimitFlags(command).action(async (source: string, flags: FitFlags) => {
    exit(await fit(source, flags));
  });
}

async function fit(source: string, flags: FitFlags): Promise<number> {
  const { output, json, quiet, hidden, skipBadRows, category, label, features, memory, threads, ...own } =
    flags;
  if (label === undefined || features === undefined) {
    throw new XentError(
      "option",
      `xent fit needs ${label === undefined ? "--label, the column of the classes" : "--features, the columns to learn from"}`,
      "such as --label y --features 'x_*'; --features '*' --without y takes all others",
    );
  }
  const file = typeof json === "string" ? json : undefined;
  const spec = sourceSpec(source);
  await checkOutputs([output, file], [spec.path]);
  const request: FitRequest = {
    ...own,
    ...{ label, features },
    source: spec,
    categories: category,
    hidden: hidden ?? [],
    skipBadRows: skipBadRows ?? false,
  };
  const fitted = await runEngine(flags, async (options) => {
    const { fitSource } = await import("@xent/engine/features");
    return fitSource(request, {
      ...options,
      onEpoch: quiet
        ? undefined
        : (epoch) =>
            process.stderr.write(`\r\x1b[K`.slice(0, process.stderr.isTTY ? 4 : 0) + epochLine(epoch)),
    });
  });
  await writeWhole(output, `${JSON.stringify(fitted.model, infinite, 2)}\n`);
  const summary = () => `${JSON.stringify(summaryOf(fitted), infinite, 2)}\n`;
  if (file !== undefined) await writeWhole(file, summary());
  if (json === true) process.stdout.write(summary());
  else if (!quiet) {
    process.stdout.write(
      renderFit(fitted, {
        ...terminal(),
        file: output,
        next: nextOf(source, label, flags),
      }),
    );
  }
  return status.good;
}

const infinite = (_name: string, value: unknown): unknown =>
  value === Number.POSITIVE_INFINITY ? "Infinity" : value;

function epochLine({ epoch, training, validation }: Epoch): string {
  const held = validation === undefined ? "" : `  held out ${validation.toFixed(4)}`;
  return `epoch ${String(epoch).padStart(3)}  training ${training.toFixed(4)}${held}\n`;
}

/** The model without what only a program reads. */
function summaryOf({ model, guesses, warnings, inMemory }: FitSummary & { inMemory: boolean }) {
  const { parameters: _parameters, schema, ...rest } = model as FitSummary["model"] & { parameters: string };
  return { ...rest, dropped: schema.dropped, inMemory, guesses, warnings };
}

const quoted = (text: string): string =>
  /^[\w./=:@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

function nextOf(source: string, label: string, { output, validation, cluster, weight }: FitFlags): string[] {
  const split = validation > 0 ? " --split validation" : "";
  const roles = `${cluster === undefined ? "" : ` --cluster ${quoted(cluster)}`}${weight === undefined ? "" : ` --weight ${quoted(weight)}`}`;
  return [
    `xent predict ${quoted(output)} ${quoted(source)}${split} -o predictions.parquet &&`,
    `xent evaluate predictions.parquet --label ${quoted(label)} --probabilities 'p_*'${roles}`,
  ];
}
