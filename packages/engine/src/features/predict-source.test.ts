import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { analyse, foldOf } from "xent";
import { file, fit, inFolder, people, predict, sql } from "../../test/fitting.ts";
import { evaluateSources } from "../evaluate-sources.ts";
import type { Fitted } from "./fit-source.ts";

const path = file("people.csv", people(900));
const features = ["age", "city", "member"];
const linesOf = (name: string) => readFileSync(inFolder(name), "utf8").trimEnd().split("\n");

test("the two parts of a split by cluster make up the rows, and tear no cluster apart", async () => {
  const fitted = await fit(path, "choice", features, { cluster: "household" });
  const clusters: Set<string>[] = [];
  for (const split of ["training", "validation"] as const) {
    const { rows } = await predict(fitted, path, inFolder(`${split}.csv`), { split });
    const { data } = fitted.model;
    expect(rows).toBe(split === "training" ? data.trainingRows : data.validationRows);
    const [head, ...lines] = linesOf(`${split}.csv`);
    expect(head).toBe("id,visits,household,choice,p_bus,p_car,p_train");
    expect(lines).toHaveLength(rows);
    clusters.push(new Set(lines.map((line) => line.split(",")[2])));
  }
  expect([...clusters[0]].filter((name) => clusters[1].has(name))).toEqual([]);
  expect(clusters[0].size + clusters[1].size).toBe(90);
});

test("the rows held out are the same in every source of a model that was split by cluster", async () => {
  const fitted = await fit(path, "choice", features, { cluster: "household" });
  const [head, ...lines] = people(900).trimEnd().split("\n");
  const reversed = file("reversed.csv", `${[head, ...lines.reverse().slice(100)].join("\n")}\n`);
  await predict(fitted, path, inFolder("a.csv"), { split: "validation" });
  await predict(fitted, reversed, inFolder("b.csv"), { split: "validation" });
  const households = (name: string) =>
    [
      ...new Set(
        linesOf(name)
          .slice(1)
          .map((line) => line.split(",")[2]),
      ),
    ].sort();
  expect(households("b.csv")).toEqual(households("a.csv"));
});

test("the rows held out are those of foldOf, and their error is what evaluate finds, by row and by cluster", async () => {
  for (const cluster of [undefined, "household"]) {
    const fitted = await fit(path, "choice", features, { cluster, seed: 3, validation: 0.3 });
    await predict(fitted, path, inFolder("held.csv"), { split: "validation" });
    const [, ...lines] = linesOf("held.csv");
    const keyOf = (cells: string[]) => (cluster ? cells[5] : String(Number(cells[0]) + 1));
    const expected = people(900)
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((line) => line.split(","))
      .filter((cells) => foldOf(keyOf(cells), 10_000, 3) < 3000);
    expect(lines.map((line) => line.split(",")[0])).toEqual(expected.map(([id]) => id));
    const roles = { label: "choice", probabilities: ["p_*"], cluster };
    const request = { sources: [{ path: inFolder("held.csv") }], roles, policies: {} };
    const [model] = analyse((await evaluateSources(request, {})).statistics).models;
    const { validation } = fitted.model;
    expect(model.crossEntropy.estimate).toBeCloseTo(validation?.crossEntropy ?? 0, 12);
    expect(model.crossEntropy.standardError).toBeCloseTo(validation?.standardError ?? 0, 12);
  }
});

test("probabilities sum to one, and logits are the same predictions", async () => {
  const fitted = await fit(path, "choice", features);
  await predict(fitted, path, inFolder("p.jsonl"), { keep: ["choice"] });
  await predict(fitted, path, inFolder("logit.jsonl"), { keep: ["choice"], logits: true });
  const [p, z] = ["p.jsonl", "logit.jsonl"].map((name) => linesOf(name).map((line) => JSON.parse(line)));
  expect(p).toHaveLength(900);
  for (let i = 0; i < 900; i += 50) {
    const { choice, ...probabilities } = p[i];
    const own = Object.values(probabilities) as number[];
    expect(own.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 14);
    expect(z[i].choice).toBe(choice);
    expect(Math.log(own[0] / own[1])).toBeCloseTo(z[i].logit_bus - z[i].logit_car, 12);
  }
});

test("rows come in the order of the source, and the columns that come along keep their types", async () => {
  const fitted = await fit(path, "choice", features);
  const source = inFolder("typed.parquet");
  const out = inFolder("types.parquet");
  await sql(
    `COPY (SELECT *, TIMESTAMP '2020-01-01' + INTERVAL (id) DAY AS day, [id, 1] AS list, {'a': id} AS pair, (id / 3)::DECIMAL(9, 3) AS third
FROM read_csv('${path}')) TO '${source}' (FORMAT parquet, ROW_GROUP_SIZE 100)`,
  );
  await predict(fitted, source, out);
  const types = await sql(`DESCRIBE SELECT * FROM '${out}'`);
  expect(Object.fromEntries(types.map((row) => [row.column_name, row.column_type]))).toEqual({
    ...{ id: "BIGINT", visits: "BIGINT", household: "VARCHAR", choice: "VARCHAR", day: "TIMESTAMP" },
    ...{ list: "BIGINT[]", pair: "STRUCT(a BIGINT)", third: "DECIMAL(9,3)" },
    ...{ p_bus: "DOUBLE", p_car: "DOUBLE", p_train: "DOUBLE" },
  });
  const [same] = await sql(
    `SELECT count(*) AS rows, bool_and(a.id = b.id AND a.day = b.day AND a.list = b.list AND a.pair = b.pair AND a.third = b.third) AS same
FROM '${source}' a POSITIONAL JOIN '${out}' b`,
  );
  expect(same).toEqual({ rows: 900n, same: true });
  await predict(fitted, path, inFolder("csv-types.parquet"));
  const own = await sql(`DESCRIBE SELECT id, household FROM '${inFolder("csv-types.parquet")}'`);
  expect(own.map((row) => row.column_type)).toEqual(["BIGINT", "VARCHAR"]);
});

test("categories that the model never saw are counted", async () => {
  const fitted = await fit(path, "choice", features);
  const other = file("other.csv", people(900).replaceAll("Rome", "Bonn"));
  const { warnings } = await predict(fitted, other, inFolder("unseen.csv"));
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(
    /^\d+ rows have a category in "city" that the model never saw; it takes it as "Oslo", which the others are compared with$/,
  );
});

describe("refused", () => {
  const good =
    "id,x,on,city,y\n1,1,true,Oslo,a\n2,2,false,Rome,b\n3,3,true,Oslo,a\n4,4,false,Oslo,b\n5,7,true,Rome,a\n";
  const source = file("good.csv", good);
  const fitted = () => fit(source, "y", ["x", "on", "city"], { l2: 1, validation: 0.4, seed: 3 });
  const refused = (model: Fitted, text: string, own: object = {}) =>
    predict(model, file("other.csv", text), inFolder("out.csv"), own);

  test.each<[string, string, object, string]>([
    [
      "a feature that is not there",
      good.replace("city", "town"),
      {},
      'there is no column "city", which is a feature of the model',
    ],
    ["a number that is text", good.replace("2,2,", "2,two,"), {}, '"two"; it must be a number'],
    [
      "a truth value that is none",
      good.replace("2,2,false", "2,2,perhaps"),
      {},
      '"on" (row 2) is neither true nor false',
    ],
    ["an infinite number", good.replace("2,2,", "2,-inf,"), {}, '"x" (row 2) is infinite'],
    ["a missing number", good.replace("2,2,", "2,,"), {}, '"x" is missing in 1 row (first: row 2)'],
    [
      "a column to come along that is not there",
      good,
      { keep: ["idd"] },
      'there is no column "idd" (--keep)',
    ],
    ["a column of a prediction's name", good.replace("id,", "p_a,"), {}, 'has a column "p_a"'],
    [
      "more rows, where the split is by their number",
      `${good}6,6,true,Oslo,a\n`,
      { split: "validation" },
      "these are not the rows that the model was fitted to",
    ],
    [
      "as many other rows",
      good.replace(/^(\d),(\d)/gm, (_, id, x) => `${id},${Number(x) + 1}`),
      { split: "validation" },
      "these are not the rows that the model was fitted to",
    ],
    ["no rows", "id,x,on,city,y\n", {}, "there are no rows"],
  ])("is %s", async (_, text, own, message) => {
    await expect(refused(await fitted(), text, own)).rejects.toMatchObject({
      name: "XentError",
      message: expect.stringContaining(message),
    });
  });

  test("is a split of a model that was fitted to all rows", async () => {
    const all = await fit(source, "y", ["x"], { l2: 1, validation: 0 });
    await expect(refused(all, good, { split: "validation" })).rejects.toThrow("none was held out");
  });

  test("is an output whose name tells no format, or whose folder is not there", async () => {
    const model = await fitted();
    await expect(predict(model, source, inFolder("p.xyz"))).rejects.toThrow(
      "its name does not tell the format",
    );
    await expect(predict(model, source, inFolder("none/p.csv"))).rejects.toThrow("its folder does not exist");
  });

  test("but a missing value is the mean by policy, and counted where no training row lacked it", async () => {
    const model = await fit(source, "y", ["x"], { l2: 1, missing: "indicator", validation: 0 });
    const { warnings } = await refused(model, good.replace("2,2,", "2,,"));
    expect(warnings).toEqual(['1 row has no "x", which no row to train on lacked; the mean stands for it']);
  });
});
