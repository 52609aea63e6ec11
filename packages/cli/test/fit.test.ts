import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { people } from "../../engine/test/fitting.ts";
import { file, folder, type Ran, xent } from "./run.ts";

// What is refused and why is tested beside the engine's code; here is what the command makes of it.

const path = (name: string) => join(folder, name);
const roles = ["--label", "choice", "--features", "age", "--features", "city", "--features", "member"];
const mlp = ["--model", "mlp", "--hidden", "6,4", "--epochs", "3"];
const fit = (...args: string[]) => xent(["fit", path("people.csv"), ...args]);

/** Refused with status 2, a message that holds each part, and nothing of xent's insides. */
function expectRefusal(ran: Ran, ...parts: string[]): void {
  for (const part of parts) expect(ran.err).toContain(part);
  expect(ran.err).not.toMatch(/\n\s+at |\.js:\d|node:internal|Error:|defect/);
  expect(ran.out).toBe("");
  expect(ran.status).toBe(2);
}

beforeAll(() => {
  writeFileSync(path("people.csv"), people(900));
});

test("the cross-entropy that fit promises is what evaluate finds in the rows held out", async () => {
  const fitted = await fit(...roles, ...mlp, "-o", path("model.json"), "--json");
  const { validation, data } = JSON.parse(fitted.out);
  const held = ["--split", "validation", "-o", path("held.parquet")];
  const predicted = await xent(["predict", path("model.json"), path("people.csv"), ...held]);
  expect([predicted.err, predicted.out]).toEqual([
    "",
    `${path("held.parquet")}: ${data.validationRows} rows, 7 columns\n`,
  ]);
  const ran = await xent(["evaluate", path("held.parquet"), "--label", "choice", "--json"]);
  const [{ crossEntropy, rows }] = JSON.parse(ran.out).models;
  expect(rows).toBe(data.validationRows);
  // Probabilities are rounded once on the way.
  expect(crossEntropy.estimate).toBeCloseTo(validation.crossEntropy, 12);
  expect(validation.crossEntropy).toBeLessThan(validation.baseRate);
});

test("the text says how good, why it stopped, and the commands that come next", async () => {
  const ran = await fit(...roles, "-o", path("text.json"));
  expect(ran.err).toBe("");
  expect(ran.out).toContain("held out by row");
  expect(ran.out).toContain("guessed: --classes bus,car,train (the labels that occur, sorted)");
  expect(ran.out).toMatch(/held out +0\.\d+ ± 0\.\d+ +\d+\.\d %/);
  expect(ran.out).toMatch(/lbfgs converged in \d+ iterations\./);
  expect(ran.out).toContain(`xent predict ${path("text.json")} ${path("people.csv")} --split validation`);
  expect(ran.out).toContain("xent evaluate predictions.parquet --label choice --probabilities 'p_*'");
});

test("an mlp says on stderr how each epoch went, and nothing if it is to be quiet; both write the same bytes", async () => {
  const ran = await fit(...roles, ...mlp, "-o", path("first.json"));
  expect(ran.err).toMatch(/^epoch {3}1 {2}training 1\.\d{4} {2}held out \d\.\d{4}\n(epoch {3}[23] .*\n){2}$/);
  expect(ran.out).toContain("mlp 5-6-4-3");
  const quiet = await fit(...roles, ...mlp, "-o", path("second.json"), "--quiet", "--threads", "1");
  expect([quiet.out, quiet.err, quiet.status]).toEqual(["", "", 0]);
  expect(readFileSync(path("second.json"))).toEqual(readFileSync(path("first.json")));
});

test("categories that the model never saw are a note on stderr", async () => {
  await fit(...roles, "-o", path("note.json"));
  const other = file("other.csv", people(100).replaceAll("Rome", "Bonn"));
  const ran = await xent(["predict", path("note.json"), other, "-o", path("note.csv")]);
  expect(ran.err).toMatch(/^xent: note: \d+ rows have a category in "city" that the model never saw/);
  expect(ran.status).toBe(0);
});

describe("refused", () => {
  const out = ["-o", path("refused.json")];
  test.each<[string, string[], string[]]>([
    ["no label", ["--features", "age", ...out], ["xent fit needs --label", "such as --label y"]],
    ["no features", ["--label", "choice", ...out], ["xent fit needs --features"]],
    [
      "the label among the features",
      ["--label", "choice", "--features", "*", ...out],
      ["--without 'choice'"],
    ],
    [
      "class weights that are none",
      [...roles, "--class-weights", "evenly", ...out],
      ["balanced, effective, or weights"],
    ],
    ["layers that are none", [...roles, "--hidden", "12,x", ...out], ["units of each hidden layer"]],
    ["no output", roles, ["-o, --output"]],
    ["an output that cannot be", [...roles, "-o", path("none/m.json")], ["its folder does not exist"]],
    ["the source as the result", [...roles, "-o", path("people.csv")], ["people.csv: is the source itself"]],
    [
      "one file for two results",
      [...roles, ...out, "--json", path("refused.json")],
      ["refused.json: is to hold two results"],
    ],
  ])("is %s", async (_, args, parts) => {
    expectRefusal(await fit(...args), ...parts);
  });

  test("is a prediction that would replace its source", async () => {
    await fit(...roles, "-o", path("model.json"));
    const before = readFileSync(path("people.csv"));
    const ran = await xent(["predict", path("model.json"), path("people.csv"), "-o", path("people.csv")]);
    expectRefusal(ran, "people.csv: is the source itself", "has lost the features");
    expect(readFileSync(path("people.csv"))).toEqual(before);
  });

  test("is what is no model", async () => {
    const of = (model: string) => xent(["predict", model, path("people.csv"), "-o", path("out.csv")]);
    expectRefusal(
      await of(file("other.json", "{}")),
      "other.json: is not a model of xent",
      "written by xent fit",
    );
    expectRefusal(await of(file("other.json", "x,y\n")), "other.json: is not JSON");
    expectRefusal(await of(path("nothing.json")), "no such file");
  });
});
