import type { Unit } from "xent";

/** What the columns of a family of predictions hold: the flag that names them. */
export type PredictionKind =
  | "guess"
  | "probabilities"
  | "logits"
  | "log-probabilities"
  | "probability"
  | "label-log-probability";

/** One family of prediction columns, as the form has it. */
export interface PredictionColumns {
  kind: PredictionKind;
  /** A column or a pattern. */
  columns: string;
  /** The model's name, where several families are several models. */
  model: string;
}

/** What stands in the form: texts as they are typed, empty where nothing is said. Every field is a flag of the command. */
export interface Settings {
  predictions: PredictionColumns[];
  positive: string;
  label: string;
  targets: string;
  classes: string;
  model: string;
  key: string[];
  cluster: string;
  slices: string[];
  weight: string;
  bytes: string;
  baseline: string;
  normalize: boolean;
  tolerance: string;
  floor: string;
  skipBadRows: boolean;
  decompose: "" | "yes" | "no";
  folds: string;
  seed: string;
  level: string;
  unit: Unit;
}

export const guessedPredictions: PredictionColumns = { kind: "guess", columns: "", model: "" };

export const untouched: Settings = {
  predictions: [guessedPredictions],
  positive: "",
  label: "",
  targets: "",
  classes: "",
  model: "",
  key: [],
  cluster: "",
  slices: [],
  weight: "",
  bytes: "",
  baseline: "",
  normalize: false,
  tolerance: "",
  floor: "",
  skipBadRows: false,
  decompose: "",
  folds: "",
  seed: "",
  level: "",
  unit: "nats",
};
