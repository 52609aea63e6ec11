import type { PolicyOptions } from "@xent/engine";
import { Command } from "commander";
import { analyse, statisticsFile, type Unit, XentError } from "xent";
import { levelFlag, wholeFlag } from "./flag-values.ts";
import { needsSplit } from "./gates.ts";
import { addLimitFlags, type LimitFlags } from "./limit-flags.ts";
import { addOutputFlags, type OutputFlags, outputFiles, unitOption, writeOutputs } from "./outputs.ts";
import { addPolicyFlags, policiesOf } from "./policy-flags.ts";
import { addRoleFlags, type RoleFlags, rolesOf } from "./role-flags.ts";
import { runEngine } from "./run-engine.ts";
import { sourceHelp, sourceSpec } from "./sources.ts";
import { checkOutputs, writeWhole } from "./write-whole.ts";

interface EvaluateFlags extends RoleFlags, PolicyOptions, LimitFlags, OutputFlags {
  baseline?: string;
  decompose?: boolean;
  folds?: number;
  seed?: number;
  unit: Unit;
  level: number;
  statistics?: string;
  query?: string;
}

/** @param line the whole command line, to be kept with the result. */
export function evaluateCommand(exit: (code: number) => void, line: string): Command {
  const command = new Command("evaluate")
    .summary("score predictions by cross-entropy, and compare models")
    .description(
      `Score predicted probabilities by cross-entropy: how good each model is, how sure that is, whether one is better, on which classes it loses, and what is wrong with the file.

${sourceHelp}

Or a table of a ClickHouse, evaluated there: clickhouse://user@host:8443/database/table, with the password in CLICKHOUSE_PASSWORD.`,
    )
    .argument("<source...>", "files of predictions");
  addRoleFlags(command)
    .option("--baseline <model>", "compare with this model (default: the best)")
    .option("--query <sql>", "of a ClickHouse: a SELECT or a table function instead of a table");
  addPolicyFlags(command)
    .optionsGroup("What comes out:")
    .addOption(unitOption().default("nats"))
    .option("--level <p>", "probability of the intervals", levelFlag, 0.95)
    .option("--decompose", "split the loss into refinement and calibration loss, however long that takes")
    .option("--no-decompose", "do not split the loss (default: where that takes at most a third of the run)")
    .option("--folds <n>", "folds of the split, by cluster where there is one (default: 5)", wholeFlag(2))
    .option("--seed <n>", "other folds for each seed (default: 0)", wholeFlag(0));
  addOutputFlags(command).option(
    "--statistics <file>",
    "the sums behind the figures, without a row of the data: xent report FILE shows them again",
  );
  return addLimitFlags(command).action(async (sources: string[], flags: EvaluateFlags) => {
    exit(await evaluate(sources, flags, line));
  });
}

/** Whether to split the loss: as asked, or because a gate needs it; undefined leaves it to the engine. */
function decomposeOf({ decompose, failIf = [] }: EvaluateFlags): boolean | undefined {
  if (!needsSplit(failIf)) return decompose;
  if (decompose === false) {
    throw new XentError("option", "--no-decompose leaves out the figures that --fail-if speaks of");
  }
  return true;
}

async function evaluate(sources: string[], flags: EvaluateFlags, command: string): Promise<number> {
  const specs = sources.map(sourceSpec);
  await checkOutputs(
    [...outputFiles(flags), flags.statistics],
    specs.map(({ path }) => path),
  );
  const request = {
    sources: specs,
    roles: rolesOf(flags),
    policies: policiesOf(flags),
    baseline: flags.baseline,
    decompose: decomposeOf(flags),
    folds: flags.folds,
    seed: flags.seed,
  };
  const { statistics, source: found } = await runEngine(flags, async (options) => {
    if (specs.some(({ path }) => path.toLowerCase().startsWith("clickhouse://"))) {
      const { evaluateClickhouse } = await import("@xent/engine");
      return evaluateClickhouse({ ...request, query: flags.query }, options);
    }
    if (flags.query !== undefined) {
      throw new XentError("option", "--query is of a ClickHouse: clickhouse://user@host:8443/database");
    }
    const { evaluateSources } = await import("@xent/engine");
    return evaluateSources(request, options);
  });
  const source = { ...found, command };
  if (flags.statistics !== undefined) await writeWhole(flags.statistics, statisticsFile(statistics, source));
  return writeOutputs(analyse(statistics, { level: flags.level }), source, flags.unit, flags);
}
