import type { Applied, CalibratorDialectName, PolicyOptions } from "@xent/engine";
import { printable } from "@xent/report";
import { Command, Option } from "commander";
import { XentError } from "xent";
import { readCalibrator } from "./calibrator-file.ts";
import { collect } from "./flag-values.ts";
import { addLimitFlags, type LimitFlags } from "./limit-flags.ts";
import { status } from "./main.ts";
import { addPolicyFlags, policiesOf } from "./policy-flags.ts";
import { addRoleFlags, type RoleFlags, rolesOf } from "./role-flags.ts";
import { runEngine } from "./run-engine.ts";
import { sourceHelp, sourceSpec } from "./sources.ts";
import { checkOutputs, writeWhole } from "./write-whole.ts";

interface ApplyFlags extends RoleFlags, PolicyOptions, LimitFlags {
  pick?: string;
  output?: string;
  sql?: CalibratorDialectName;
  from: string;
  keep?: string[];
  quiet?: boolean;
}

const dialects: CalibratorDialectName[] = ["duckdb", "clickhouse", "spark", "trino"];

export function applyCommand(exit: (code: number) => void): Command {
  const command = new Command("apply")
    .summary("calibrate the predictions of a file")
    .description(
      `Write a file again with its predictions calibrated, at any size. Probabilities stay probabilities; logits and log-probabilities become calibrated log-probabilities in their columns. All other columns and the order of the rows stay as they are.

CALIBRATOR is a file that xent calibrate wrote. ${sourceHelp}`,
    )
    .argument("<calibrator>", "the calibrator")
    .argument("[source]", "the predictions; --sql needs none");
  addRoleFlags(command, [
    "probabilities",
    "logits",
    "logProbabilities",
    "probability",
    "positive",
    "classes",
    "model",
  ]);
  command.option("--pick <model>", "calibrate this model of several, and leave the others as they are");
  addPolicyFlags(command, ["normalize", "tolerance", "skipBadRows"])
    .optionsGroup("What comes out:")
    .option("-o, --output <file>", "the file to write: .parquet, .csv, .tsv, .jsonl (text also .gz, .zst)")
    .addOption(new Option("--sql <dialect>", "print the statement that does it instead").choices(dialects))
    .option("--from <table>", "with --sql: what stands in FROM", "predictions")
    .option("--keep <column>", "with --sql and no source: a column that comes along; repeatable", collect)
    .option("--quiet", "no text, no progress");
  return addLimitFlags(command).action(
    async (calibrator: string, source: string | undefined, flags: ApplyFlags) => {
      exit(await apply(calibrator, source, flags));
    },
  );
}

async function apply(path: string, source: string | undefined, flags: ApplyFlags): Promise<number> {
  const { output, sql } = flags;
  const calibrator = await readCalibrator(path);
  const request = {
    calibrator,
    sources: source === undefined ? [] : [sourceSpec(source)],
    roles: rolesOf(flags),
    policies: policiesOf(flags),
    pick: flags.pick,
  };
  if (sql !== undefined) {
    if (output !== undefined) await checkOutputs([output], [path]);
    const statement = await runEngine(flags, async (options) => {
      const { calibratorSql } = await import("@xent/engine");
      return calibratorSql({ ...request, dialect: sql, from: flags.from, along: flags.keep ?? [] }, options);
    });
    if (output === undefined) process.stdout.write(statement);
    else await writeWhole(output, statement);
    return status.good;
  }
  if (source === undefined) {
    throw new XentError(
      "option",
      "it is not said what to calibrate",
      "name a file of predictions after the calibrator",
    );
  }
  if (output === undefined) {
    throw new XentError(
      "option",
      "it is not said where to write",
      "name the file with -o, such as -o calibrated.parquet",
    );
  }
  await checkOutputs([output], [path]);
  const applied = await runEngine(flags, async (options) => {
    const { applyToSource } = await import("@xent/engine");
    return applyToSource({ ...request, output }, options);
  });
  for (const warning of applied.source.warnings) {
    process.stderr.write(`xent: note: ${printable(warning)}\n`);
  }
  if (!flags.quiet) process.stdout.write(summary(applied, output));
  return status.good;
}

function summary({ rows, model, columns, source }: Applied, output: string): string {
  const replaced = columns.length > 4 ? `${columns[0]} … ${columns.at(-1)}` : columns.join(", ");
  const of = model === "model" ? "" : ` of ${model}`;
  const guessed = source.guesses.length > 0 ? `guessed: ${source.guesses.join(", ")}\n` : "";
  return guessed
    .concat(`${output}: ${rows.toLocaleString("en-US")} rows, calibrated${of} in ${replaced}`)
    .split("\n")
    .map((line) => `${printable(line)}\n`)
    .join("");
}
