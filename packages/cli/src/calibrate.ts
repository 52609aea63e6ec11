import { basename } from "node:path";
import type { PolicyOptions, PredictionRows } from "@xent/engine";
import { type Calibration, plainJsonLines, renderCalibration } from "@xent/report";
import { Command, Option } from "commander";
import { foldOf, version, XentError } from "xent";
import {
  type Calibrator,
  calibratorMethods,
  crossValidateCalibrators,
  type FittedMethod,
  fitCalibrator,
  methodsFor,
} from "xent/fit/calibrators";
import { announced } from "./announced.ts";
import { type BaseRateFlags, baseRateCalibrator, changesBaseRates } from "./base-rates.ts";
import { methodFlag, methodsFlag } from "./calibrator-methods.ts";
import { levelFlag, numberFlag, wholeFlag } from "./flag-values.ts";
import { addLimitFlags, type LimitFlags } from "./limit-flags.ts";
import { status } from "./main.ts";
import { addPolicyFlags } from "./policy-flags.ts";
import { ratesFlag } from "./rates.ts";
import { readCalibrationRows } from "./read-calibration-rows.ts";
import { addRoleFlags, type RoleFlags } from "./role-flags.ts";
import { sourceHelp, sourceSpec } from "./sources.ts";
import { terminal } from "./terminal.ts";
import { checkOutputs, writeWhole } from "./write-whole.ts";

interface CalibrateFlags extends RoleFlags, PolicyOptions, LimitFlags, BaseRateFlags {
  pick?: string;
  method?: FittedMethod;
  compare?: FittedMethod[] | true;
  folds: number;
  penalty?: number;
  sample?: number;
  seed: number;
  level: number;
  output?: string;
  json?: string | true;
  quiet?: boolean;
}

export function calibrateCommand(exit: (code: number) => void): Command {
  const command = new Command("calibrate")
    .summary("fit a calibrator: how much of the loss is curable, and the cure")
    .description(
      `Fit a calibrator to predictions and labels: a map of probabilities to better ones, judged on rows that it has not seen. xent apply applies it.

${sourceHelp}`,
    )
    .argument("<source...>", "files of predictions");
  addRoleFlags(command, [
    "label",
    "probabilities",
    "logits",
    "logProbabilities",
    "probability",
    "positive",
    "classes",
    "model",
    "key",
    "cluster",
    "weight",
  ]);
  command
    .option("--pick <model>", "the model to calibrate, where there are several")
    .optionsGroup("What is fitted:")
    .option("--method <method>", `one of ${calibratorMethods.join(", ")} (default: temperature)`, methodFlag)
    .option("--compare [methods]", "compare methods on held-out rows, all of them or a,b,c", methodsFlag)
    .option("--folds <n>", "parts of the cross-validation; clusters are not torn", wholeFlag(2), 5)
    .option("--penalty <x>", "ridge towards no recalibration", numberFlag)
    .optionsGroup("Other base rates, after --method where it is given:")
    .option("--prior <rates>", "the base rates to come: class=rate,class=rate", ratesFlag)
    .option(
      "--undo-downsampling <rates>",
      "the share of each class's rows that was kept in training: class=share",
      ratesFlag,
    )
    .option("--target <source>", "rows without labels whose base rates are estimated")
    .addOption(new Option("--shift <method>", "how, with --target").choices(["em", "bbse"]).default("em"))
    .optionsGroup("How much:")
    .option("--sample <rows>", "most rows to fit to (default: 5,000,000 / classes)", wholeFlag(1))
    .option("--seed <n>", "of the folds and the sample", wholeFlag(0), 0);
  addPolicyFlags(command, ["normalize", "tolerance", "skipBadRows"])
    .optionsGroup("What comes out:")
    .option("-o, --output <file>", "the calibrator, as JSON")
    .option("--level <p>", "probability of the intervals", levelFlag, 0.95)
    .option("--json [file]", "all that was found as JSON, to a file or instead of the text")
    .option("--quiet", "no text, no progress");
  return addLimitFlags(command).action(async (sources: string[], flags: CalibrateFlags) => {
    exit(await calibrate(sources, flags));
  });
}

async function calibrate(sources: string[], flags: CalibrateFlags): Promise<number> {
  const { output, quiet } = flags;
  const file = typeof flags.json === "string" ? flags.json : undefined;
  const specs = sources.map(sourceSpec);
  const inputs = flags.target === undefined ? specs : [...specs, sourceSpec(flags.target)];
  await checkOutputs(
    [output, file],
    inputs.map(({ path }) => path),
  );
  const shifted = changesBaseRates(flags);
  if (shifted && flags.compare !== undefined) {
    throw new XentError(
      "option",
      "--compare is of methods that are fitted to labels; other base rates come by themselves",
    );
  }
  const { rows, target } = await readCalibrationRows(specs, flags);
  const found = announced("fitting", quiet, () => (shifted ? shift(rows, target, flags) : fit(rows, flags)));
  const calibrator =
    found.calibrator &&
    withSource(
      found.calibrator,
      rows,
      found,
      specs.map(({ path }) => basename(path)),
    );
  const json = () => plainJsonLines({ version: 1, ...found, calibrator: calibrator ?? null });
  // Without a method by name, what is not better than its error is not written.
  const asked = shifted || flags.method !== undefined;
  const refused = output !== undefined && !asked && found.recommended === null;
  if (output !== undefined && calibrator && !refused) await writeWhole(output, plainJsonLines(calibrator));
  if (file !== undefined) await writeWhole(file, json());
  if (flags.json === true) process.stdout.write(json());
  else if (!quiet) process.stdout.write(renderCalibration(found, terminal()));
  if (!refused) return status.good;
  process.stderr.write(
    `xent: ${output} was not written: no recalibration is better by more than its error\n  a method that is named with --method is written all the same\n`,
  );
  return status.gateFailed;
}

type Found = Calibration & { calibrator?: Calibrator };

/** Other base rates: by themselves, or after what a method fits. */
function shift(rows: PredictionRows, target: PredictionRows | undefined, flags: CalibrateFlags): Found {
  const found = flags.method === undefined ? undefined : fit(rows, flags);
  return {
    ...(found ?? { ...summaryOf(rows, flags), heldOut: [], recommended: null }),
    calibrator: baseRateCalibrator(flags, rows, target, found?.calibrator),
  };
}

const summaryOf = (rows: PredictionRows, { level, seed, cluster, compare }: CalibrateFlags) => ({
  model: rows.model,
  classes: rows.classes,
  rows: rows.rows,
  sampledOf: rows.sampledOf,
  level,
  seed,
  cluster,
  compared: compare !== undefined,
  source: rows.source,
});

function fit(rows: PredictionRows, flags: CalibrateFlags): Found {
  const { level, seed, penalty, compare } = flags;
  const { logProbabilities, labels, weights, clusters, classes, groups } = rows;
  const options = { weights, clusters, classes, penalty, level };
  const methods = methodsOf(flags, classes);
  const folds = Int32Array.from(groups, (group) => foldOf(group, flags.folds, seed));
  const validated = crossValidateCalibrators(methods, logProbabilities, labels, {
    ...options,
    folds: flags.folds,
    foldOf: folds,
  });
  const recommended = validated.recommended;
  const method = flags.method ?? (compare ? recommended : "temperature");
  return {
    ...summaryOf(rows, flags),
    calibrator:
      method === null
        ? undefined
        : (rows.temperatureOfAll ?? fitCalibrator(method, logProbabilities, labels, options)),
    folds: flags.folds,
    before: validated.before,
    heldOut: validated.methods,
    recommended,
  };
}

/** The methods to compare: those named, or all that these classes allow; and the one to fit. */
function methodsOf({ compare, method }: CalibrateFlags, classes: string[]): FittedMethod[] {
  const possible = methodsFor(classes.length);
  const chosen = compare === true ? possible : (compare ?? []);
  const all = [...new Set([...chosen, ...(method ? [method] : [])])];
  const methods = all.length > 0 ? all : (["temperature"] as const);
  const wrong = methods.find((one) => !possible.includes(one));
  if (wrong !== undefined) {
    throw new XentError(
      "option",
      `${wrong} is for two classes; there are ${classes.length}`,
      `for more there are ${possible.join(", ")}`,
    );
  }
  return [...methods];
}

/** The calibrator with what it was fitted to: enough to know it again, and nothing of this machine. */
function withSource(
  calibrator: Calibrator,
  rows: PredictionRows,
  { heldOut, before, folds, recommended }: Calibration,
  files: string[],
): Calibrator {
  const one = heldOut.find(({ method }) => method === calibrator.method);
  return {
    ...calibrator,
    fitted: {
      ...calibrator.fitted,
      heldOut: {
        folds,
        seed: rows.seed,
        before,
        crossEntropy: one?.crossEntropy,
        difference: one?.difference,
        recommended,
      },
      source: {
        files,
        model: rows.model,
        rows: rows.rows,
        sampledOf: rows.sampledOf,
        badRows: rows.source.badRows,
        policies: rows.source.policies,
        fingerprint: rows.fingerprint,
      },
      xent: version,
    },
  };
}
