import { expect, test } from "vitest";
import { levelOf, requestOf } from "../src/evaluate/request-of.ts";
import { untouched } from "../src/evaluate/settings.ts";

const said = (value: object) => JSON.parse(JSON.stringify(value));

test("an untouched form asks for nothing: all is guessed", () => {
  expect(said(requestOf(untouched))).toEqual({ roles: {}, policies: {} });
  expect(levelOf(untouched)).toBe(0.95);
});

test("families keep their order and their models", () => {
  const predictions = [
    { kind: "probabilities" as const, columns: "a_*", model: "a" },
    { kind: "logits" as const, columns: "b_*", model: " b " },
    { kind: "probabilities" as const, columns: "c", model: "" },
    { kind: "logits" as const, columns: " ", model: "not named yet" },
  ];
  expect(said(requestOf({ ...untouched, predictions }).roles)).toEqual({
    probabilities: ["a=a_*", "c"],
    logits: ["b=b_*"],
  });
});

test("class names are separated by commas, a comma within one has a backslash before it", () => {
  expect(requestOf({ ...untouched, classes: "a, b,c\\,d" }).roles.classes).toEqual(["a", "b", "c,d"]);
});

test("numbers are numbers of their range, or an error names the flag", () => {
  expect(requestOf({ ...untouched, tolerance: "1e-5", floor: "0" }).policies).toMatchObject({
    tolerance: 1e-5,
    floor: 0,
  });
  expect(() => requestOf({ ...untouched, tolerance: "small" })).toThrow(
    '--tolerance is "small"; it must be a number',
  );
  expect(() => requestOf({ ...untouched, folds: "1" })).toThrow(
    "--folds is 1; it must be a whole number from 2",
  );
  expect(() => requestOf({ ...untouched, seed: "0.5" })).toThrow("--seed is 0.5");
  expect(() => levelOf({ ...untouched, level: "95" })).toThrow(
    "--level is 95; it must be above 0 and below 1",
  );
});

test("roles that contradict each other are refused as the command refuses them", () => {
  const predictions = [{ kind: "probability" as const, columns: "p", model: "" }];
  expect(() => requestOf({ ...untouched, predictions, targets: "t_*" })).toThrow(
    "--targets needs predictions of all classes",
  );
});
