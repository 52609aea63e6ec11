import { XentError } from "xent";
import { checkRoleOptions, type PolicyOptions, type RoleOptions } from "xent/tables";
import type { PredictionKind, Settings } from "./settings.ts";

/** All that the worker needs to know beside the files. */
export interface EvaluationRequest {
  roles: RoleOptions;
  policies: PolicyOptions;
  baseline?: string;
  decompose?: boolean;
  folds?: number;
  seed?: number;
}

/**
 * What the form asks for.
 *
 * @throws `XentError` `option` for a field that is no number of its range, or fields that contradict each other.
 */
export function requestOf(settings: Settings): EvaluationRequest {
  const roles = rolesOf(settings);
  checkRoleOptions(roles);
  return {
    roles,
    policies: {
      normalize: settings.normalize || undefined,
      tolerance: numberOf("--tolerance", settings.tolerance),
      floor: numberOf("--floor", settings.floor),
      skipBadRows: settings.skipBadRows || undefined,
    },
    baseline: given(settings.baseline),
    decompose: settings.decompose === "" ? undefined : settings.decompose === "yes",
    folds: wholeOf("--folds", settings.folds, 2),
    seed: wholeOf("--seed", settings.seed, 0),
  };
}

/** The probability of the intervals. */
export function levelOf({ level }: Settings): number {
  const value = numberOf("--level", level) ?? 0.95;
  if (value > 0 && value < 1) return value;
  throw new XentError("option", `--level is ${level}; it must be above 0 and below 1, such as 0.95`);
}

function rolesOf(settings: Settings): RoleOptions {
  const of = (kind: PredictionKind): string[] | undefined => {
    const texts = settings.predictions
      .filter((family) => family.kind === kind && family.columns.trim() !== "")
      .map(({ model, columns }) => (model.trim() === "" ? columns : `${model.trim()}=${columns}`));
    return texts.length > 0 ? texts : undefined;
  };
  return {
    label: given(settings.label),
    probabilities: of("probabilities"),
    logits: of("logits"),
    logProbabilities: of("log-probabilities"),
    probability: of("probability")?.[0],
    positive: of("probability") && given(settings.positive),
    labelLogProbability: of("label-log-probability"),
    targets: given(settings.targets),
    classes: given(settings.classes)
      ?.split(/(?<!\\),/)
      .map((name) => name.replaceAll("\\,", ",").trim()),
    model: given(settings.model),
    key: settings.key.length > 0 ? settings.key : undefined,
    cluster: given(settings.cluster),
    slices: settings.slices.length > 0 ? settings.slices : undefined,
    weight: given(settings.weight),
    bytes: given(settings.bytes),
  };
}

const given = (text: string): string | undefined => (text.trim() === "" ? undefined : text);

function numberOf(flag: string, text: string): number | undefined {
  if (text.trim() === "") return undefined;
  const value = Number(text);
  if (Number.isFinite(value)) return value;
  throw new XentError("option", `${flag} is "${text}"; it must be a number`);
}

function wholeOf(flag: string, text: string, least: number): number | undefined {
  const value = numberOf(flag, text);
  if (value === undefined || (Number.isSafeInteger(value) && value >= least)) return value;
  throw new XentError("option", `${flag} is ${text}; it must be a whole number from ${least}`);
}
