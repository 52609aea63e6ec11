import { XentError } from "../error.ts";

const count = (rows: number): string => rows.toLocaleString("en-US");
const eachModel = (models: { name: string; rows: number }[], verb: string): string =>
  models.map(({ name, rows }) => `"${name}" ${verb}${count(rows)}`).join(", ");

const nameKey = "name with --key what makes a row of two models the same row";

export const notCompared = `models are not compared: ${nameKey}`;

/** Lines that could not be read shift all rows behind them. */
export const shiftedRows = (source: string): XentError =>
  new XentError(
    "key",
    `${source}: lines that could not be read were left out, so its rows no longer pair by position`,
    nameKey,
  );

/** @param key the first such key, as text; `times` in the one model, `keys` such keys in all. */
export const repeatedKey = (
  source: string,
  model: string,
  { key, times, keys }: { key: string; times: number; keys: number },
): XentError =>
  new XentError(
    "key",
    `${source}: the key ${key} occurs ${times} times in the model "${model}" (${count(keys)} such keys)`,
    "a key must be unique within a model; name more columns with --key",
  );

/** @param models each with how many keys it has. */
export const nothingPairs = (models: { name: string; rows: number }[]): XentError =>
  new XentError(
    "key",
    `no key is in all models: ${eachModel(models, "has ")}, and none pairs`,
    "are the keys written the same way in each source?",
  );

export const differentLengths = (models: { name: string; rows: number }[]): XentError =>
  new XentError(
    "key",
    `rows pair by position, and the models have different numbers of rows: ${eachModel(models, "")}`,
    nameKey,
  );

/** What two models say of one row and must agree in. */
export type SharedValue = "labels" | "weights" | "clusters";

/** @param first the first such key, as text. */
export function disagreement(what: SharedValue, keys: number, first: string, byPosition: boolean): XentError {
  const remedy = byPosition
    ? "the files are not in the same order; name a --key"
    : "is the key what makes a row the same row?";
  return new XentError(
    "key",
    `${keys === 1 ? "1 key has" : `${count(keys)} keys have`} different ${what} in different models (first: ${first})`,
    what === "labels" ? remedy : undefined,
  );
}

export const unpairedWarning = (unpaired: number, keys: number): string =>
  `${count(unpaired)} of ${count(keys)} keys are not in all models; models are compared on the rows both have`;
