import type { PolicyOptions } from "@xent/engine";
import { inUnit, renderJson, renderText } from "@xent/report";
import { Command, Option } from "commander";
import { analyse, type Unit, XentError } from "xent";
import { commandLine } from "./command-line.ts";
import { levelFlag, wholeFlag } from "./flag-values.ts";
import { failedGates, type Gate, needsSplit, parseGate } from "./gates.ts";
import { addLimitFlags, type LimitFlags } from "./limit-flags.ts";
import { status } from "./main.ts";
import { addPolicyFlags, policiesOf } from "./policy-flags.ts";
import { addRoleFlags, type RoleFlags, rolesOf } from "./role-flags.ts";
import { runEngine } from "./run-engine.ts";
import { sourceHelp, sourceSpec } from "./sources.ts";
import { terminal } from "./terminal.ts";
import { checkOutputs, writeWhole } from "./write-whole.ts";

interface EvaluateFlags extends RoleFlags, PolicyOptions, LimitFlags {
  baseline?: string;
  decompose?: boolean;
  folds?: number;
  seed?: number;
  unit: Unit;
  level: number;
  json?: string | true;
  html?: string;
  quiet?: boolean;
  failIf?: Gate[];
}

const gateFlag = (text: string, before: Gate[] | undefined): Gate[] => [...(before ?? []), parseGate(text)];

export function evaluateCommand(exit: (code: number) => void): Command {
  const command = new Command("evaluate")
    .summary("score predictions by cross-entropy, and compare models")
    .description(
      `Score predicted probabilities by cross-entropy: how good each model is, how sure that is, whether one is better, on which classes it loses, and what is wrong with the file.

${sourceHelp}`,
    )
    .argument("<source...>", "files of predictions");
  addRoleFlags(command).option("--baseline <model>", "compare with this model (default: the best)");
  addPolicyFlags(command)
    .optionsGroup("What comes out:")
    .addOption(new Option("--unit <unit>", "unit of losses").choices(["nats", "bits"]).default("nats"))
    .option("--level <p>", "probability of the intervals", levelFlag, 0.95)
    .option("--decompose", "split the loss into refinement and calibration loss, however long that takes")
    .option("--no-decompose", "do not split the loss (default: where that takes at most a third of the run)")
    .option("--folds <n>", "folds of the split, by cluster where there is one (default: 5)", wholeFlag(2))
    .option("--seed <n>", "other folds for each seed (default: 0)", wholeFlag(0))
    .option("--json [file]", "the evaluation as JSON, to a file or instead of the text")
    .option("--html <file>", "the report as one HTML file, with charts")
    .option("--quiet", "no text, no progress")
    .option(
      "--fail-if <condition>",
      "exit with 1 where it holds: 'crossEntropy > 0.35', 'skill.lower < 0.5'; repeatable",
      gateFlag,
    );
  return addLimitFlags(command).action(async (sources: string[], flags: EvaluateFlags) => {
    exit(await evaluate(sources, flags));
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

async function evaluate(sources: string[], flags: EvaluateFlags): Promise<number> {
  const file = typeof flags.json === "string" ? flags.json : undefined;
  const specs = sources.map(sourceSpec);
  await checkOutputs(
    [file, flags.html],
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
  const { statistics, source: read } = await runEngine(flags, async (options) => {
    const { evaluateSources } = await import("@xent/engine");
    return evaluateSources(request, options);
  });
  const source = { ...read, command: commandLine(process.argv.slice(2)) };
  const analysis = analyse(statistics, { level: flags.level });
  const json = () => renderJson(analysis, source, flags.unit);
  const failed = failedGates(flags.failIf ?? [], inUnit(analysis, flags.unit), source);
  if (file !== undefined) await writeWhole(file, json());
  if (flags.html !== undefined) {
    const { renderPage } = await import("./render-page.ts");
    await writeWhole(flags.html, await renderPage(analysis, source, flags.unit));
  }
  if (flags.json === true) process.stdout.write(json());
  else if (!flags.quiet)
    process.stdout.write(renderText(analysis, source, { unit: flags.unit, ...terminal() }));
  for (const failure of failed) process.stderr.write(`xent: gate failed: ${failure}\n`);
  return failed.length > 0 ? status.gateFailed : status.good;
}
