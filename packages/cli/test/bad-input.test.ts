import { once } from "node:events";
import { createWriteStream, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { beforeAll, describe, expect, test } from "vitest";
import { file, folder, type Ran, xent } from "./run.ts";

const evaluate = (...args: string[]) => xent(["evaluate", ...args]);

/** Refused with status 2, a message that holds each part, and nothing of xent's insides. */
function expectRefusal(ran: Ran, ...parts: (string | RegExp)[]): void {
  for (const part of parts)
    expect(ran.err).toMatch(part instanceof RegExp ? part : new RegExp(literal(part)));
  expect(ran.err).not.toMatch(/\n\s+at |\.js:\d|node:internal|Error:/);
  expect(ran.out).toBe("");
  expect(ran.status).toBe(2);
}

const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

const good = "label,p_a,p_b\na,0.75,0.25\nb,0.5,0.5\na,0.125,0.875\n";

async function parquet(name: string, sql: string): Promise<string> {
  const path = join(folder, name);
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  await connection.run(`COPY (${sql}) TO '${path}' (FORMAT parquet)`);
  connection.closeSync();
  return path;
}

describe("files", () => {
  test("a missing file is refused, and a similar name is suggested", async () => {
    file("predictions.csv", good);
    expectRefusal(
      await evaluate(join(folder, "prediction.csv")),
      "no such file",
      "did you mean",
      "predictions.csv",
    );
  });

  test("a pattern that matches nothing is refused", async () => {
    expectRefusal(await evaluate(join(folder, "none*.parquet")), "no file matches");
  });

  test("a folder is refused with the pattern that reads its files", async () => {
    expectRefusal(await evaluate(folder), "is a folder", "/*.parquet");
  });

  test("an empty file is refused", async () => {
    for (const name of ["empty.csv", "empty.jsonl", "empty.parquet", "empty.npz"]) {
      expectRefusal(await evaluate(file(name, "")), "the file is empty");
    }
  });

  test("a header without rows is refused", async () => {
    expectRefusal(await evaluate(file("header.csv", "label,p_a,p_b\n")), "there are no rows");
  });

  test("empty standard input is refused", async () => {
    expectRefusal(await evaluate("-"), "standard input: it is empty");
  });

  test("a truncated Parquet file is refused", async () => {
    const whole = await parquet(
      "whole.parquet",
      "SELECT 'a' AS label, 0.5::DOUBLE AS p_a, 0.5::DOUBLE AS p_b FROM range(1000)",
    );
    const cut = file("cut.parquet", readFileSync(whole).subarray(0, 300));
    expectRefusal(await evaluate(cut), "cut.parquet", "damaged or was cut off");
  });

  test("a truncated gzip file is refused", async () => {
    const { gzipSync } = await import("node:zlib");
    const rows = Array.from({ length: 20_000 }, (_, i) => `a,${Math.abs(Math.sin(i))},0.25`).join("\n");
    const packed = gzipSync(`label,p_a,p_b\n${rows}`);
    expectRefusal(
      await evaluate(file("cut.csv.gz", packed.subarray(0, packed.length / 2))),
      "cut.csv.gz",
      "damaged or was cut off",
    );
  });

  test("an unknown format is refused with the known ones", async () => {
    expectRefusal(
      await evaluate(file("data.bin", Buffer.from([0, 1, 2, 3]))),
      "does not tell the format",
      ".parquet",
    );
  });

  test("a line of 200 MB is refused in constant memory", async () => {
    const path = join(folder, "long.csv");
    const stream = createWriteStream(path);
    stream.write("label,p_a,p_b\na,0.5,0.5\n");
    const megabyte = Buffer.alloc(2 ** 20, "x");
    for (let i = 0; i < 200; i++) if (!stream.write(megabyte)) await once(stream, "drain");
    await new Promise<void>((done) => stream.end(",1,0\n", () => done()));
    expectRefusal(await evaluate(path), "long.csv", "longer than 2,000,000 bytes");
  });

  test("a JSON line of 200 MB is refused", async () => {
    const path = join(folder, "long.jsonl");
    const stream = createWriteStream(path);
    stream.write('{"label":"a","p_a":0.5,"p_b":0.5}\n{"label":"');
    const megabyte = Buffer.alloc(2 ** 20, "x");
    for (let i = 0; i < 200; i++) if (!stream.write(megabyte)) await once(stream, "drain");
    await new Promise<void>((done) => stream.end('","p_a":1,"p_b":0}\n', () => done()));
    expectRefusal(await evaluate(path), "long.jsonl", "a line is longer than");
  });

  test("text that is not UTF-8 is refused", async () => {
    expectRefusal(
      await evaluate(file("latin.csv", Buffer.from("label,p_a,p_b\n\xe9,0.5,0.5\n", "latin1"))),
      "not UTF-8",
    );
  });

  test("an output folder that does not exist is refused before the work begins", async () => {
    const path = join(folder, "nowhere", "out.json");
    expectRefusal(await evaluate(file("good.csv", good), "--json", path), "cannot be written");
    expect(existsSync(path)).toBe(false);
  });

  test("an output that would replace the source is refused, and the source is as it was", async () => {
    const path = file("replaced.csv", good);
    expectRefusal(await evaluate(path, "--json", path), "replaced.csv: is the source itself");
    expect(readFileSync(path, "utf8")).toBe(good);
  });
});

describe("columns", () => {
  test("a wrong column name is refused and the nearest is suggested", async () => {
    expectRefusal(
      await evaluate(file("good.csv", good), "--label", "labl"),
      'no column "labl"',
      'did you mean "label"',
    );
  });

  test("a pattern without columns is refused with the columns there are", async () => {
    expectRefusal(
      await evaluate(file("good.csv", good), "--probabilities", "q_*"),
      "no column matches 'q_*'",
      '"p_a"',
    );
  });

  test("predictions that cannot be guessed are asked for", async () => {
    expectRefusal(
      await evaluate(file("plain.csv", "label,x,y\na,1,0\n")),
      "not clear which columns",
      "--probabilities",
    );
  });

  test("a text column in the place of numbers is refused", async () => {
    const path = await parquet("text.parquet", "SELECT 'a' AS label, 'x' AS p_a, 0.5::DOUBLE AS p_b");
    expectRefusal(await evaluate(path), '"p_a"', "text");
  });

  test("names with quotes, spaces, dots, emoji and SQL in them are names like any other", async () => {
    const names = ["p_it's", 'p_say ""hi""', "p_a.b c", "p_😀", "p_x; DROP TABLE rows; --"];
    const classes = ["it's", 'say "hi"', "a.b c", "😀", "x; DROP TABLE rows; --"];
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    const rows = classes.map((name, k) =>
      [quoted(name), ...classes.map((_, j) => (j === k ? 0.6 : 0.1))].join(","),
    );
    const header = ['"my ""label"""', ...names.map((name) => `"${name}"`)].join(",");
    const path = file("hostile names.csv", `${header}\n${rows.join("\n")}\n`);
    const ran = await evaluate(
      path,
      "--label",
      'my "label"',
      "--probabilities",
      "p_*",
      "--slice",
      'my "label"',
      "--cluster",
      'my "label"',
      "--json",
    );
    expect(ran.err).toBe("");
    const { classes: found, models } = JSON.parse(ran.out);
    expect(found).toEqual(classes);
    expect(models[0].crossEntropy.estimate).toBeCloseTo(-Math.log(0.6), 12);
    expect(models[0].slices.map((slice: { value: string }) => slice.value).sort()).toEqual(
      [...classes].sort(),
    );
  });
});

describe("labels", () => {
  test("a label that is no class is refused with the row, the value and the classes", async () => {
    const path = file("unknown.csv", `${good}c,0.5,0.5\nc,0.25,0.75\n`);
    expectRefusal(
      await evaluate(path),
      '2 rows have a "label" that is not a class',
      'first: row 4, "c"',
      '"a", "b"',
      "--classes",
    );
  });

  test("a null label is refused", async () => {
    expectRefusal(await evaluate(file("null.csv", `${good},0.5,0.5\n`)), '1 row has no "label"', "row 4");
  });

  test("labels counted from 1 are recognised", async () => {
    const path = file("one.jsonl", '{"label":1,"p":[0.5,0.5]}\n{"label":2,"p":[0.25,0.75]}\n');
    expectRefusal(await evaluate(path, "--probabilities", "p"), '"2"', "counted from 1", /--classes 1,2\n/);
    const named = await evaluate(path, "--probabilities", "p", "--classes", "1,2", "--json");
    expect(JSON.parse(named.out).models[0].crossEntropy.estimate).toBeCloseTo(
      -(Math.log(0.5) + Math.log(0.75)) / 2,
      14,
    );
  });

  test("integer labels against class names as text are recognised", async () => {
    const path = file("integers.csv", "label,p_cat,p_dog\n0,0.5,0.5\n1,0.25,0.75\n");
    expectRefusal(await evaluate(path), "column numbers counted from 0", "--classes 0,1");
    expect((await evaluate(path, "--classes", "0,1", "--quiet")).status).toBe(0);
  });

  test("labels that differ only in case are recognised", async () => {
    expectRefusal(
      await evaluate(file("case.csv", "label,p_cat,p_dog\nCat,0.5,0.5\n")),
      "differ only in case",
    );
  });

  test("labels that pandas wrote as 7.0 are the class 7", async () => {
    const path = await parquet(
      "floats.parquet",
      "SELECT 1.0::DOUBLE AS label, 0.25::DOUBLE AS p_0, 0.75::DOUBLE AS p_1",
    );
    const ran = await evaluate(path, "--json");
    expect(JSON.parse(ran.out).models[0].accuracy.estimate).toBe(1);
  });

  test("a binary file with three labels is refused", async () => {
    const path = file("three.csv", "label,p\na,0.5\nb,0.5\nc,0.5\n");
    expectRefusal(await evaluate(path, "--probability", "p", "--positive", "a"), "must have two classes");
  });
});

describe("numbers", () => {
  const cases: [string, string, (string | RegExp)[]][] = [
    ["NaN", "a,NaN,0.5", ["NaN or infinite", "row 4"]],
    ["infinite", "a,inf,0.5", ["NaN or infinite", "row 4"]],
    ["negative", "a,-0.5,1.5", ["negative probability", "row 4", "--logits"]],
    ["missing", "a,,1", ["null number", "row 4"]],
  ];
  for (const [name, row, parts] of cases) {
    test(`a probability that is ${name} is refused with its row`, async () => {
      expectRefusal(await evaluate(file(`${name}.csv`, `${good}${row}\n`)), ...parts);
    });
  }

  test("logits too large to be summed are refused, with what they may be", async () => {
    const path = file("huge.csv", "label,logit_a,logit_b\nb,1e20,0\na,0,1\n");
    expectRefusal(await evaluate(path), "too large to be summed exactly", "in another unit");
  });

  test("a probability above one is refused", async () => {
    expectRefusal(
      await evaluate(file("above.csv", `${good}a,1.5,0.25\n`)),
      "does not sum to one",
      "row 4",
      "1.75",
    );
    const binary = file("binary.csv", "label,p\n0,0.5\n1,1.5\n");
    expectRefusal(await evaluate(binary, "--probability", "p"), "above 1", "row 2");
  });

  test("rows that do not sum to one are refused with the tolerance and the ways out", async () => {
    const path = file("sums.csv", `${good}a,0.5,0.4\n`);
    expectRefusal(
      await evaluate(path),
      "1 row does not sum to one within 1e-9",
      "row 4",
      "0.9",
      "--normalize",
      "--tolerance",
    );
    const normalized = await evaluate(path, "--normalize", "--json");
    const { source, models } = JSON.parse(normalized.out);
    expect(source.policies.normalize).toBe(true);
    const mean = (Math.log(0.75) + Math.log(0.5) + Math.log(0.125) + Math.log(0.5 / 0.9)) / -4;
    expect(models[0].crossEntropy.estimate).toBeCloseTo(mean, 13);
  });

  test("predictions beside soft targets are checked, and the targets too", async () => {
    const path = file("soft.jsonl", '{"t":[0.5,0.5],"p":[0.9,0.9]}\n{"t":[0.5,0.4],"p":[0.5,0.5]}\n');
    expectRefusal(
      await evaluate(path, "--probabilities", "p", "--targets", "t"),
      "1 row does not sum to one within 1e-9 (first: row 1, its sum is 1.8)",
      "1 row has targets that do not sum to one within 1e-9 (first: row 2, its sum is 0.9)",
    );
    const negative = file("negative-target.jsonl", '{"t":[-0.5,1.5],"p":[0.5,0.5]}\n');
    expectRefusal(
      await evaluate(negative, "--probabilities", "p", "--targets", "t"),
      "1 row has a negative probability in the targets (first: row 1, [-0.5, 1.5])",
    );
  });

  test("a text cell in a number column is refused with line and column", async () => {
    expectRefusal(
      await evaluate(file("cell.csv", `${good}a,oops,0.5\n`)),
      "line 5",
      'column "p_a" is "oops"',
      "must be a number",
    );
    const json = file(
      "cell.jsonl",
      '{"label":"a","p_a":0.5,"p_b":0.5}\n{"label":"a","p_a":"oops","p_b":0.5}\n',
    );
    expectRefusal(await evaluate(json), "line 2", '"p_a" is "oops"', "must be a number");
  });

  test("NA is text in a number column, not a number that is missing", async () => {
    expectRefusal(await evaluate(file("na.csv", `${good}a,NA,0.5\n`)), "line 5", '"NA"');
  });

  test("a line with too few or too many cells is refused with its line", async () => {
    expectRefusal(await evaluate(file("few.csv", `${good}a,0.5\n`)), "line 5", "2 cells; the header has 3");
    expectRefusal(
      await evaluate(file("many.csv", `${good}a,0.5,0.5,7\n`)),
      "line 5",
      "4 cells; the header has 3",
    );
  });

  test("ragged arrays are refused with the row and the length", async () => {
    const path = file("ragged.jsonl", '{"label":0,"p":[0.5,0.5]}\n{"label":1,"p":[0.25,0.25,0.5]}\n');
    expectRefusal(
      await evaluate(path, "--probabilities", "p"),
      "array of another length",
      "row 2",
      "2 numbers",
    );
  });

  test("an array with a null in it is refused", async () => {
    const path = file("hole.jsonl", '{"label":0,"p":[0.5,0.5]}\n{"label":1,"p":[1.0,null]}\n');
    expectRefusal(await evaluate(path, "--probabilities", "p"), "null number", "row 2");
  });

  test("--skip-bad-rows leaves such rows out, counts them and says which", async () => {
    const path = file("skip.csv", `${good}a,0.5,0.4\nc,0.5,0.5\na,oops,1\n,0.5,0.5\n`);
    const ran = await evaluate(path, "--skip-bad-rows", "--json");
    const { source, models } = JSON.parse(ran.out);
    expect(source).toMatchObject({ rows: 7, badRows: 4 });
    expect(source.warnings.join("\n")).toMatch(/not sum to one[\s\S]*not a class[\s\S]*no "label"/);
    expect(models[0].rows).toBe(3);
  });

  test("a weight that is negative is refused", async () => {
    expectRefusal(
      await evaluate(file("weight.csv", "label,w,p_a,p_b\na,1,0.5,0.5\na,-1,0.5,0.5\n"), "--weight", "w"),
      "weight",
      "row 2",
    );
  });
});

describe("few rows and few classes", () => {
  test("a class without rows is reported as such", async () => {
    const ran = await evaluate(file("absent.csv", "label,p_a,p_b,p_c\na,0.5,0.25,0.25\nb,0.25,0.5,0.25\n"));
    expect(ran.status).toBe(0);
    expect(ran.out).toContain("no rows");
  });

  test("one row has a cross-entropy and no error", async () => {
    const ran = await evaluate(file("single.csv", "label,p_a,p_b\na,0.5,0.5\n"), "--json");
    expect(JSON.parse(ran.out).models[0].crossEntropy).toEqual({
      estimate: Math.LN2,
      standardError: null,
      interval: null,
    });
    expect((await evaluate(file("single.csv", "label,p_a,p_b\na,0.5,0.5\n"))).status).toBe(0);
  });

  test("one class only has no base rate to beat", async () => {
    const ran = await evaluate(file("oneclass.csv", "label,p_a,p_b\na,0.5,0.5\na,0.75,0.25\n"));
    expect(ran.status).toBe(0);
    expect(ran.out).toContain("no base rate to beat");
    expect(ran.out).not.toMatch(/NaN|undefined/);
  });
});

describe("zero probability on a label", () => {
  const path = () => file("zeros.csv", "label,p_a,p_b\na,0,1\na,0.5,0.5\nb,0.25,0.75\nb,1,0\n");

  test("makes the cross-entropy infinite, with the count, the finite part and the floor curve", async () => {
    const ran = await evaluate(path(), "--json");
    const [model] = JSON.parse(ran.out).models;
    expect(model.crossEntropy).toEqual({ estimate: "Infinity", standardError: null, interval: null });
    expect(model.zeroProbabilities).toBe(2);
    expect(model.crossEntropyFinite.estimate).toBeCloseTo(-(Math.log(0.5) + Math.log(0.75)) / 2, 13);
    const at = model.floorCurve.find(({ floor }: { floor: number }) => floor === 1e-6);
    expect(at.crossEntropy).toBeCloseTo(-(Math.log(0.5) + Math.log(0.75) + 2 * Math.log(1e-6)) / 4, 13);
    expect((await evaluate(path())).out).toMatch(/infinite, because 2 rows of 4/);
  });

  test("is raised by --floor, which is printed with the result", async () => {
    const ran = await evaluate(path(), "--floor", "1e-6", "--json");
    const { source, models } = JSON.parse(ran.out);
    expect(source.policies.floor).toBe(1e-6);
    expect(models[0].crossEntropy.estimate).toBeCloseTo(
      -(Math.log(0.5) + Math.log(0.75) + 2 * Math.log(1e-6)) / 4,
      13,
    );
    expect((await evaluate(path(), "--floor", "1e-6")).out).toContain("floor 0.000001");
  });
});

describe("keys", () => {
  const long = (rows: string[]) => `model,id,label,p_a,p_b\n${rows.join("\n")}\n`;

  test("a key that occurs twice within a model is refused", async () => {
    const path = file("twice.csv", long(["m,1,a,0.5,0.5", "m,1,b,0.5,0.5", "n,1,a,0.5,0.5"]));
    expectRefusal(await evaluate(path, "--model", "model", "--key", "id"), "id = 1", "occurs 2 times", '"m"');
  });

  test("keys that pair with nothing are refused where none pairs", async () => {
    const path = file("apart.csv", long(["m,1,a,0.5,0.5", "n,2,a,0.5,0.5"]));
    expectRefusal(await evaluate(path, "--model", "model", "--key", "id"), "no key is in all models");
  });

  test("keys that pair with nothing are counted where others pair", async () => {
    const path = file(
      "some.csv",
      long(["m,1,a,0.5,0.5", "m,2,a,0.25,0.75", "n,1,a,0.75,0.25", "n,3,a,0.5,0.5"]),
    );
    const ran = await evaluate(path, "--model", "model", "--key", "id", "--json");
    const { source, comparisons } = JSON.parse(ran.out);
    expect(source.warnings.join()).toContain("2 of 3 keys are not in all models");
    expect(comparisons[0].rows).toBe(1);
  });

  test("one key with two labels is refused", async () => {
    const path = file("labels.csv", long(["m,1,a,0.5,0.5", "n,1,b,0.5,0.5"]));
    expectRefusal(await evaluate(path, "--model", "model", "--key", "id"), "different labels", "id = 1");
  });

  test("files of different lengths do not pair by position", async () => {
    const one = file("first.csv", good);
    const two = file("second.csv", `${good}a,0.5,0.5\n`);
    expectRefusal(await evaluate(one, two), "different numbers of rows", "--key");
  });

  test("files in different order do not pair by position", async () => {
    const two = file("shuffled.csv", "label,p_a,p_b\nb,0.75,0.25\na,0.5,0.5\na,0.125,0.875\n");
    expectRefusal(await evaluate(file("first.csv", good), two), "different labels", "not in the same order");
  });

  test("models in long form without a key are scored and not compared", async () => {
    const path = file("nokey.csv", long(["m,1,a,0.5,0.5", "n,1,a,0.5,0.5"]));
    const ran = await evaluate(path, "--model", "model", "--json");
    expect(JSON.parse(ran.out).source.warnings.join()).toContain("--key");
    expect(ran.status).toBe(0);
  });

  test("a baseline that is no model is refused with the models", async () => {
    const path = file("nokey.csv", long(["m,1,a,0.5,0.5", "n,1,a,0.5,0.5"]));
    expectRefusal(
      await evaluate(path, "--model", "model", "--key", "id", "--baseline", "x"),
      '"x" is no model',
      '"m", "n"',
    );
  });
});

describe("usage", () => {
  beforeAll(() => {
    file("good.csv", good);
  });

  test("an unknown flag is refused and the nearest is suggested", async () => {
    const ran = await evaluate(join(folder, "good.csv"), "--lable", "x");
    expect(ran.status).toBe(2);
    expect(ran.err).toContain("Did you mean --label?");
  });

  test("flags outside their range are refused", async () => {
    for (const flags of [
      ["--level", "95"],
      ["--unit", "hartley"],
      ["--floor", "2"],
      ["--tolerance", "x"],
      ["--threads", "0"],
      ["--fail-if", "foo > 1"],
      ["--fail-if", "crossEntropy"],
    ]) {
      const ran = await evaluate(join(folder, "good.csv"), ...flags);
      expect(ran.status, flags.join(" ")).toBe(2);
      expect(ran.out).toBe("");
      expect(ran.err).not.toMatch(/\n\s+at /);
    }
  });

  test("memory that is no size is refused", async () => {
    expectRefusal(await evaluate(join(folder, "good.csv"), "--memory", "lots"), "does not accept its limits");
  });

  test("no source is refused", async () => {
    expect((await xent(["evaluate"])).status).toBe(2);
  });
});

test("rows without a model are refused in long form", async () => {
  const path = file("nomodel.csv", "model,label,p_a,p_b\nm,a,0.5,0.5\n,a,0.5,0.5\n");
  expectRefusal(await evaluate(path, "--model", "model"), "null model", "row 2");
});

test("a slice with a value for every row is refused", async () => {
  const path = await parquet(
    "keys.parquet",
    "SELECT 'a' AS label, 0.5::DOUBLE AS p_a, 0.5::DOUBLE AS p_b, range AS id FROM range(20000)",
  );
  expectRefusal(
    await evaluate(path, "--slice", "id"),
    '"id" has more than 10,000 values',
    "a key, not a slice",
  );
});
