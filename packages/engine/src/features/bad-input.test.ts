import { expect, test } from "vitest";
import { file, fit, inFolder, sql } from "../../test/fitting.ts";
import type { FitRequest } from "./fit-source.ts";

const good = "x,z,y\n1,2,a\n2,1,b\n3,5,a\n4,4,b\n5,1,a\n6,2,b\n7,7,a\n8,3,b\n";

test.each<[string, string, Partial<FitRequest>, string, string?]>([
  ["no label column", good, { label: "why" }, 'there is no column "why" (--label)'],
  [
    "no such feature",
    good,
    { features: ["zz"] },
    'there is no column "zz" (--features)',
    'did you mean "z"?',
  ],
  ["a pattern that matches nothing", good, { features: ["q_*"] }, "no column matches 'q_*' (--features)"],
  [
    "the label among the features",
    good,
    { features: ["*"] },
    '"y" is a feature and has another role (--label)',
    "--without 'y'",
  ],
  ["the weight among the features", good, { features: ["x", "z"], weight: "z" }, "another role (--weight)"],
  ["no feature left", good, { without: ["x"] }, "--without leaves no feature"],
  ["a label that is missing", good.replace("2,1,b", "2,1,"), {}, '"y" (row 2) is missing', "--skip-bad-rows"],
  [
    "a label that is no class",
    good,
    { classes: ["a", "c"] },
    '"y" (row 2) is "b", which is not a class; the classes are a, c',
  ],
  [
    "a class without rows",
    good,
    { classes: ["a", "b", "c"] },
    'no row to train on has the class "c"',
    "leave it out of --classes",
  ],
  ["a class twice", good, { classes: ["a", "a"] }, '--classes names "a" twice'],
  ["one class", good.replaceAll(",b", ",a"), {}, '"y" has one class, "a"; there must be at least two'],
  [
    "a label of thousands of values",
    `x,y\n${Array.from({ length: 1200 }, (_, i) => `1,${i}`).join("\n")}\n`,
    {},
    "more than 1,000 values",
  ],
  [
    "an infinite number",
    good.replace("3,5", "inf,5"),
    {},
    '"x" (row 3) is infinite; a feature must be finite',
  ],
  [
    "a missing number",
    good.replace("3,5", ",5").replace("5,1", ",1"),
    {},
    '"x" is missing in 2 rows (first: row 3)',
    "--missing mean puts the mean there, --missing indicator adds a column",
  ],
  ["only constant features", good.replace(/^\d,/gm, "1,"), {}, "every feature is constant"],
  [
    "a weight below zero",
    good.replace("2,1,b", "2,-1,b"),
    { weight: "z" },
    '"z" (row 2) is "-1.0"; a weight is a number from 0',
  ],
  ["weights that are all zero", good.replace(/,\d,/g, ",0,"), { weight: "z" }, "all weights are zero"],
  ["a cluster that is missing", good.replace("2,1,b", "2,,b"), { cluster: "z" }, '"z" (row 2) is missing'],
  ["a table without rows", "x,z,y\n", {}, "there are no rows"],
  ["a share held out of too few rows", good, { validation: 0.0001 }, "no row is held out", "--validation 0"],
  ["a share of one", good, { validation: 1 }, "--validation is 1; it must be at least 0 and below 1"],
  ["hidden layers of a softmax", good, { hidden: [3] }, "--hidden belongs to --model mlp"],
  ["an mlp without layers", good, { model: "mlp" }, "--model mlp needs --hidden"],
  ["l1 of an mlp", good, { model: "mlp", hidden: [2], l1: 1 }, "--l1 belongs to --model softmax"],
  ["a penalty below zero", good, { l2: -1 }, "--l2 is -1; it must be at least 0"],
  ["a focus below zero", good, { focal: -1 }, "--focal is -1; it must be at least 0"],
  ["too much smoothing", good, { labelSmoothing: 2 }, "--label-smoothing is 2; it must be from 0 to 1"],
  ["a step of length zero", good, { learningRate: 0 }, "--learning-rate is 0; it must be above 0"],
  ["a weight of no class", good, { classWeights: { q: 2 } }, '--class-weights names "q", which is no class'],
  [
    "arrays of two lengths",
    'x,z,y\n"[1,2]",2,a\n"[1]",1,b\n',
    {},
    '1 rows have arrays of another length in "x" (first: row 2 has 1 elements); all must have 2',
  ],
  [
    "an array that is none",
    'x,z,y\n"[1,2]",2,a\n"1 and 2",1,b\n',
    {},
    '"x" (row 2) is not an array of numbers',
  ],
])("%s is refused", async (_, text, own, message, remedy) => {
  const run = fit(file("bad.csv", text), "y", ["x"], { validation: 0, l2: 1, ...own });
  await expect(run).rejects.toMatchObject({
    name: "XentError",
    message: expect.stringContaining(message),
    ...(remedy && { remedy: expect.stringContaining(remedy) }),
  });
});

test("rows that cannot be used are left out on request, and counted", async () => {
  const source = file("some.csv", `${good}9,9,\n10,9,q\n`);
  const own = { validation: 0, l2: 1, classes: ["a", "b"], skipBadRows: true };
  const { model } = await fit(source, "y", ["x"], own);
  expect([model.data.rows, model.data.badRows]).toEqual([8, 2]);
});

test("a truth value that is none is refused by its row", async () => {
  const rows = Array.from({ length: 30 }, (_, i) => `${i % 3 > 0},${i % 2}`).join("\n");
  const source = inFolder("truth.jsonl");
  const csv = file("truth.csv", `t,y\n${rows}\n`);
  await sql(`COPY (SELECT t, y FROM read_csv('${csv}')) TO '${source}' (FORMAT json)`);
  expect((await fit(source, "y", ["t"])).model.schema.features[0].type).toBe("boolean");
});

test("a column of a type that is no feature is refused by its type", async () => {
  const source = inFolder("dated.parquet");
  await sql(
    `COPY (SELECT DATE '2020-01-01' + i::INTEGER AS day, i % 2 AS y FROM range(9) t(i)) TO '${source}' (FORMAT parquet)`,
  );
  await expect(fit(source, "y", ["day"])).rejects.toThrow('the column "day" (--features) is of type DATE');
});
