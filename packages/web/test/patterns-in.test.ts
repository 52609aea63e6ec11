import { expect, test } from "vitest";
import { patternsIn } from "../src/evaluate/patterns-in.ts";

const columns = (...names: string[]) => names.map((name) => ({ name, type: "DOUBLE" }));

test("patterns are what two columns or more have in common before their last part", () => {
  expect(
    patternsIn(columns("label", "p_cat", "p_dog", "logit_a_1", "logit_a_2", "x1", "x2", "alone_1")),
  ).toEqual(["p_*", "logit_a_*", "x*"]);
});

test("columns that hold arrays come first", () => {
  expect(patternsIn([...columns("p_a", "p_b"), { name: "probabilities", type: "DOUBLE[]" }])).toEqual([
    "probabilities",
    "p_*",
  ]);
});
