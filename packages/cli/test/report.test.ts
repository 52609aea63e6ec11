import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { file, folder, xent } from "./run.ts";

const classes = ["a", "b", "c"];
const rows = Array.from({ length: 60 }, (_, i) => {
  const label = classes[(i * i + (i >> 3)) % 3];
  const one = classes.map((name, k) => (name === label ? 3 : 1 + ((i + k) % 3)));
  const two = classes.map((name, k) => (name === label ? 4 + (i % 4) : 1 + ((i * k) % 2)));
  const share = (parts: number[]) => parts.map((part) => part / parts.reduce((x, y) => x + y));
  return [label, `g${i >> 2}`, i < 20 ? "old" : "new", ...share(one), ...share(two)].join(",");
});
const csv = `label,game,time,x_a,x_b,x_c,y_a,y_b,y_c\n${rows.join("\n")}\n`;
const out = (name: string) => join(folder, name);
let source: string;
let evaluated: string[];

beforeAll(async () => {
  source = file("games.csv", csv);
  evaluated = ["evaluate", source, "--probabilities", "one=x_*", "--probabilities", "two=y_*"];
  evaluated.push("--tolerance", "1e-6", "--cluster", "game", "--slice", "time");
  for (const unit of ["nats", "bits"]) {
    const saved = ["--statistics", out("statistics.json"), "--json", out(`${unit}.json`), "--quiet"];
    expect(await xent([...evaluated, "--unit", unit, ...saved])).toEqual({ status: 0, out: "", err: "" });
  }
});

const good = async (...args: string[]) => {
  const ran = await xent(["report", ...args]);
  expect(ran).toMatchObject({ status: 0, err: "" });
  return ran.out;
};

describe("xent report shows what xent evaluate showed", () => {
  test("of a statistics file and of JSON in either unit, in either unit", async () => {
    for (const unit of ["nats", "bits"]) {
      const { out: text } = await xent([...evaluated, "--unit", unit]);
      expect(text).toContain(`cross-entropy in ${unit}`);
      for (const saved of ["statistics.json", "nats.json", "bits.json"]) {
        expect(await good(out(saved), "--unit", unit), saved).toBe(text);
      }
    }
  });

  test("in the unit of the JSON, or in nats of statistics, unless told otherwise", async () => {
    expect(await good(out("bits.json"))).toContain("cross-entropy in bits");
    expect(await good(out("nats.json"))).toContain("cross-entropy in nats");
    expect(await good(out("statistics.json"))).toContain("cross-entropy in nats");
  });

  test("from standard input", async () => {
    for (const saved of ["statistics.json", "nats.json"]) {
      const ran = await xent(["report", "-"], { input: readFileSync(out(saved)) });
      expect(ran).toEqual({ status: 0, err: "", out: await good(out(saved)) });
    }
    const input = (await xent([...evaluated, "--json"])).out;
    const piped = JSON.parse((await xent(["report", "-", "--json"], { input })).out);
    expect(piped.source.command).toMatch(/^xent evaluate .* --json \| xent report - --json$/);
  });

  test("as JSON, whose command says both steps, and only that differs", async () => {
    const json = JSON.parse(await good(out("statistics.json"), "--json"));
    const direct = JSON.parse((await xent([...evaluated, "--json"])).out);
    const first = JSON.parse(readFileSync(out("bits.json"), "utf8")).source.command;
    expect(first).toMatch(/^xent evaluate \S+games.csv --probabilities 'one=x_\*'/);
    expect(json.source.command).toBe(`${first} && xent report ${out("statistics.json")} --json`);
    expect({ ...json, source: null }).toEqual({ ...direct, source: null });
  });

  test("as a file of HTML, the same from either", async () => {
    const pages = [];
    for (const saved of ["statistics.json", "nats.json"]) {
      expect(await good(out(saved), "--quiet", "--html", out("report.html"))).toBe("");
      pages.push(readFileSync(out("report.html"), "utf8").replace(/<dt>Command<.*\n/, ""));
    }
    expect(pages[0]).toMatch(/^<!doctype html>/);
    expect(pages[1]).toBe(pages[0]);
  });

  test("as Markdown, printed or in a file", async () => {
    const withoutCommand = (text: string) => text.replace(/^xent .*$/m, "");
    const markdown = withoutCommand((await xent([...evaluated, "--markdown"])).out);
    expect(markdown).toContain("<details>");
    expect(withoutCommand(await good(out("nats.json"), "--markdown"))).toBe(markdown);
    expect(await good(out("statistics.json"), "--quiet", "--markdown", out("report.md"))).toBe("");
    expect(withoutCommand(readFileSync(out("report.md"), "utf8"))).toBe(markdown);
    const both = await xent(["report", out("nats.json"), "--markdown", "--json"]);
    expect(both).toMatchObject({ status: 2, out: "" });
    expect(both.err).toContain("--json and --markdown cannot both be printed");
  });

  test("of several files, one after the other under their names", async () => {
    const text = await good(out("nats.json"), out("bits.json"));
    const [nats, bits] = [await good(out("nats.json")), await good(out("bits.json"))];
    expect(text).toBe(`${out("nats.json")}:\n\n${nats}\n\n${out("bits.json")}:\n\n${bits}`);
  });
});

describe("flags of xent report", () => {
  test("--level is another interval of statistics", async () => {
    const level = async (...args: string[]) =>
      JSON.parse(await good(out("statistics.json"), "--json", ...args)).models[0].crossEntropy;
    const [wide, narrow] = [await level("--level", "0.99"), await level("--level", "0.5")];
    expect(wide.estimate).toBe(narrow.estimate);
    expect(wide.interval[1]).toBeGreaterThan(narrow.interval[1]);
    const { models } = JSON.parse((await xent([...evaluated, "--level", "0.99", "--json"])).out);
    expect(wide).toEqual(models[0].crossEntropy);
  });

  test("--level of an evaluation is its own or an error", async () => {
    await good(out("nats.json"), "--level", "0.95");
    const ran = await xent(["report", out("nats.json"), "--level", "0.9"]);
    expect(ran).toMatchObject({ status: 2, out: "" });
    expect(ran.err).toContain("nats.json: is an evaluation whose intervals have level 0.95");
    expect(ran.err).toContain("--statistics FILE");
  });

  test("--fail-if decides the exit status, in the unit of the report, over all files", async () => {
    const gate = (...args: string[]) => xent(["report", ...args, "--quiet"]);
    const { models } = JSON.parse(readFileSync(out("bits.json"), "utf8"));
    const most = ["--fail-if", `crossEntropy > ${models[0].crossEntropy.estimate + 0.01}`];
    expect(await gate(out("bits.json"), ...most)).toEqual({ status: 0, out: "", err: "" });
    expect((await gate(out("nats.json"), "--fail-if", "accuracy < 1.5")).status).toBe(1);
    const both = await gate(out("nats.json"), out("bits.json"), "--fail-if", "accuracy < 1.5");
    expect(both.status).toBe(1);
    expect(both.err.match(/gate failed/g)).toHaveLength(4);
  });

  test("a file cannot be replaced by its own report, and several files have no one result", async () => {
    const same = await xent(["report", out("nats.json"), "--json", out("nats.json")]);
    expect(same.err).toContain("is the source itself");
    const two = await xent(["report", out("nats.json"), out("bits.json"), "--json"]);
    expect(two).toMatchObject({ status: 2, out: "" });
    expect(two.err).toContain("--json is of one file; there are 2");
  });
});

describe("xent report refuses, without a word on standard output", () => {
  test.each<[string, () => string, string[]]>([
    ["predictions", () => source, ["games.csv: it is not JSON", "xent evaluate SOURCE --statistics FILE"]],
    ["a binary file", () => file("b.npy", Buffer.from([147, 78, 0, 1])), ["b.npy: it is not JSON"]],
    [
      "JSON of something else",
      () => file("else.json", '{"version":1}'),
      ["else.json: it is JSON of something else"],
    ],
    ["a file that is not there", () => out("none.json"), ["none.json: no such file"]],
    ["a folder", () => folder, ["is a folder; a file is needed"]],
    [
      "statistics of a later version",
      () => file("later.json", '{"format":"xent statistics","version":2}'),
      ["later.json: version is 2; this version of xent reads 1", "a newer xent wrote it"],
    ],
    [
      "statistics with a field that is none",
      () =>
        file(
          "bad.json",
          readFileSync(out("statistics.json"), "utf8").replace('"secondMoment":', '"second":'),
        ),
      [
        "bad.json: statistics.models[0].byClass[0].moments.surprisal.secondMoment is missing; a number is required",
      ],
    ],
    [
      "an evaluation that was cut",
      () => file("cut.json", readFileSync(out("nats.json"), "utf8").slice(0, -20)),
      ["cut.json: it is not JSON"],
    ],
  ])("%s", async (_, path, messages) => {
    const ran = await xent(["report", path()]);
    expect(ran).toMatchObject({ status: 2, out: "" });
    for (const message of messages) expect(ran.err).toContain(message);
  });
});
