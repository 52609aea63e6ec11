/** What can be wrong with a row, in the words that follow "1 row has a". */
export const faultKinds = {
  noModel: "null model",
  noLabel: "null label",
  notAClass: "label that is no class",
  weight: "weight that is not a finite number ≥ 0",
  bytes: "number of bytes that is null, NaN, below 0 or above 2^53",
  noCluster: "null cluster",
  noKey: (column: string) => `${nullKey} "${column}"`,
  labelLogProbability: "log-probability that is null, NaN or above 0",
  binaryLogit: "logit that is null or not finite",
  binaryProbability: "probability that is null, NaN, below 0 or above 1",
  logit: "logit that is NaN or infinite",
  logProbability: "log-probability that is NaN or above 0",
  length: "array of another length",
  noNumber: "null number",
  noNumberInColumn: "null number in a column",
  notFinite: "number that is NaN or infinite",
  negative: "negative probability",
  sum: "row that does not sum to one",
  /** The same of a row's soft targets. */
  ofTargets: (kind: string) => `${kind}${inTargets}`,
} as const;

const nullKey = "null key";
const inTargets = " in the targets";

export const isOfTargets = (kind: string): boolean => kind.endsWith(inTargets);

/** The same fault of the predictions. */
export const ofPredictions = (kind: string): string =>
  isOfTargets(kind) ? kind.slice(0, -inTargets.length) : kind;

export const isOfKey = (kind: string): boolean => kind.startsWith(nullKey);
