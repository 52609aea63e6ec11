import { expect, test } from "vitest";
import { commandLine } from "../src/evaluate/command-line.ts";
import { untouched } from "../src/evaluate/settings.ts";

const one = [{ file: "predictions.csv", model: "" }];

test("where nothing is said the command says nothing either: it guesses the same", () => {
  expect(commandLine(one, untouched)).toBe("xent evaluate predictions.csv");
});

test("models are named before their files, and words that a shell would take apart are quoted", () => {
  const files = [
    { file: "my predictions.csv", model: "old model" },
    { file: "b.csv", model: "it's" },
  ];
  expect(commandLine(files, { ...untouched, label: "true class" })).toBe(
    "xent evaluate 'old model=my predictions.csv' 'it'\\''s=b.csv' --label 'true class'",
  );
});

test("every field is its flag", () => {
  const settings = {
    ...untouched,
    label: "y",
    predictions: [
      { kind: "logits" as const, columns: "a_*", model: "a" },
      { kind: "log-probabilities" as const, columns: "b_*", model: "" },
    ],
    classes: "no,yes",
    model: "m",
    key: ["k", "l"],
    cluster: "c",
    slices: ["s", "t"],
    weight: "w",
    bytes: "n",
    baseline: "a",
    normalize: true,
    tolerance: "1e-4",
    floor: "1e-6",
    skipBadRows: true,
    decompose: "no" as const,
    folds: "3",
    seed: "7",
    unit: "bits" as const,
    level: "0.9",
  };
  expect(commandLine(one, settings)).toBe(
    "xent evaluate predictions.csv --label y --logits 'a=a_*' --log-probabilities 'b_*' --classes no,yes --model m --key k --key l --cluster c --slice s --slice t --weight w --bytes n --baseline a --normalize --tolerance 1e-4 --floor 1e-6 --skip-bad-rows --no-decompose --folds 3 --seed 7 --unit bits --level 0.9",
  );
});

test("--positive comes with --probability, and only with it", () => {
  const predictions = [{ kind: "probability" as const, columns: "p", model: "" }];
  expect(commandLine(one, { ...untouched, predictions, positive: "yes" })).toBe(
    "xent evaluate predictions.csv --probability p --positive yes",
  );
  expect(commandLine(one, { ...untouched, positive: "yes" })).toBe("xent evaluate predictions.csv");
});
