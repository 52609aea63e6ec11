import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { csvOf, overconfident } from "../../engine/test/overconfident.ts";
import { file, folder, type Ran, xent } from "./run.ts";

const calibrate = (...args: string[]) => xent(["calibrate", ...args]);
const out = (name: string) => join(folder, name);

const sharp = file("sharp.csv", csvOf(overconfident(900, 2.5)));
const fair = file("fair.csv", csvOf(overconfident(900, 1)));

function expectRefusal(ran: Ran, ...parts: string[]): void {
  for (const part of parts) expect(ran.err).toContain(part);
  expect(ran.err).not.toMatch(/\n\s+at |\.js:\d|node:internal|Error:|defect/);
  expect(ran.out).toBe("");
  expect(ran.status).toBe(2);
}

describe("a temperature", () => {
  test("is said in plain words, with what it is worth, and written as JSON that names no folder", async () => {
    const path = out("temperature.json");
    const ran = await calibrate(sharp, "-o", path);
    expect(ran.status).toBe(0);
    expect(ran.err).toBe("");
    expect(ran.out).toMatch(/^900 rows, 3 classes\nguessed: --probabilities 'p_\*', --label label\n/);
    expect(ran.out).toMatch(
      /Divide logits by 2\.\d{3} \(2\.\d{3} to \d\.\d{3}\): the model is overconfident\./,
    );
    expect(ran.out).toMatch(
      /before +\d\.\d{4} +± 0\.\d{4}\nafter +0\.\d{4} +on the rows it was fitted to\nheld out +0\.\d{4} +± 0\.\d{4}/,
    );
    expect(ran.out).toContain("It is worth it");
    const text = readFileSync(path, "utf8");
    expect(text).not.toContain(folder);
    const { version, method, classes, steps, fitted } = JSON.parse(text);
    expect({ version, method, classes }).toEqual({
      version: 1,
      method: "temperature",
      classes: ["a", "b", "c"],
    });
    expect(1 / steps[0].scale).toBeCloseTo(fitted.temperature.estimate, 12);
    expect(fitted).toMatchObject({
      rows: 900,
      heldOut: { folds: 5, seed: 0 },
      source: {
        files: ["sharp.csv"],
        rows: 900,
        badRows: 0,
        fingerprint: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      },
      xent: "0.1.0",
    });
    expect(fitted.crossEntropyAfter).toBeLessThan(fitted.crossEntropyBefore);
    expect(text).toMatch(/"bias": \[0, 0, 0\]/);
  });

  test("that is not better than its error is not written, unless it is asked for by name", async () => {
    const path = out("fair.json");
    const ran = await calibrate(fair, "-o", path);
    expect(ran.status).toBe(1);
    expect(ran.out).toContain("No recalibration");
    expect(ran.err).toContain("was not written");
    expect(existsSync(path)).toBe(false);
    const named = await calibrate(fair, "-o", path, "--method", "temperature", "--quiet");
    expect(named).toEqual({ status: 0, out: "", err: "" });
    expect(existsSync(path)).toBe(true);
  });

  test("is the same on every run, and takes clusters whole in its folds", async () => {
    const json = async (...args: string[]) => JSON.parse((await calibrate(sharp, "--json", ...args)).out);
    const one = await json("--cluster", "game");
    expect(await json("--cluster", "game", "--threads", "1")).toEqual(one);
    const rows = await json();
    expect(rows.calibrator.steps).toEqual(one.calibrator.steps);
    expect(rows.heldOut[0].crossEntropy).not.toEqual(one.heldOut[0].crossEntropy);
    expect((await json("--seed", "3")).heldOut[0].crossEntropy).not.toEqual(rows.heldOut[0].crossEntropy);
  });
});

describe("methods compared", () => {
  test("a table of held-out losses, the recommended first, which is then fitted and written", async () => {
    const path = out("compared.json");
    const ran = await calibrate(sharp, "--compare", "vector,temperature,mixture", "-o", path);
    expect(ran).toMatchObject({ status: 0, err: "" });
    const lines = ran.out.split("\n");
    const at = lines.findIndex((line) => line.startsWith("method"));
    expect(lines[at + 1]).toMatch(/^temperature +0\.\d+ ± 0\.\d+ +−0\.\d+ +−0\.\d+ to −0\.\d+ +recommended$/);
    expect(lines[at + 4]).toMatch(/^\(as it is\) +\d\.\d+ ± 0\.\d+$/);
    expect(ran.out).toContain("Recommended: temperature");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(JSON.parse(readFileSync(path, "utf8")).method).toBe("temperature");
    expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  test("nothing is recommended, and nothing written, where nothing is better than its error", async () => {
    const path = out("none.json");
    const ran = await calibrate(fair, "--compare", "temperature,vector", "-o", path);
    expect(ran.status).toBe(1);
    expect(ran.out).toMatch(/no method is better by more than\s+its error/);
    expect(ran.err).toContain("none.json was not written");
    expect(existsSync(path)).toBe(false);
  });
});

describe("other base rates", () => {
  const rarer = overconfident(4000, 1, 11).filter(({ label, id }) => label !== "a" || id % 10 === 0);
  const target = file("target.csv", csvOf(rarer).replaceAll(/^([^,]*,[^,]*),[^,]*/gm, "$1"));
  const evaluated = async (path: string) =>
    JSON.parse((await xent(["evaluate", path, "--json"])).out).models[0].crossEntropy.estimate;

  test("estimated from rows without labels: applied to them, the loss is far lower", async () => {
    const labelled = file("labelled.csv", csvOf(rarer));
    const before = await evaluated(labelled);
    for (const shift of ["em", "bbse"]) {
      const ran = await calibrate(fair, "--target", target, "--shift", shift, "-o", out("shift.json"));
      expect(ran).toMatchObject({ status: 0, err: "" });
      expect(ran.out).toMatch(/a +3\d\.\d+ % +\d\.\d+ % +0\.\d+\n/);
      await xent(["apply", out("shift.json"), labelled, "-o", out("shifted.csv"), "--quiet"]);
      expect(await evaluated(out("shifted.csv"))).toBeLessThan(before - 0.05);
    }
  });

  test("named, or what sampling left out, after a temperature where one is asked for", async () => {
    await calibrate(fair, "--prior", "a=1,b=2,c=1", "-o", out("prior.json"), "--quiet");
    const prior = JSON.parse(readFileSync(out("prior.json"), "utf8"));
    expect(prior.fitted.to).toEqual([0.25, 0.5, 0.25]);
    const unlabelled = await calibrate(target, "--undo-downsampling", "a=0.1", "--method", "temperature");
    expect(unlabelled.err).toContain("which column holds the true classes");
    await calibrate(target, "--undo-downsampling", "a=0.1", "-o", out("undo.json"), "--quiet");
    expect(JSON.parse(readFileSync(out("undo.json"), "utf8")).steps[0].bias).toEqual([-Math.log(0.1), 0, 0]);
    await calibrate(
      sharp,
      "--method",
      "temperature",
      "--prior",
      "a=1,b=2,c=1",
      "-o",
      out("both.json"),
      "--quiet",
    );
    const both = JSON.parse(readFileSync(out("both.json"), "utf8"));
    expect(both.steps.map(({ kind }: { kind: string }) => kind)).toEqual(["affine", "mixture", "affine"]);
  });
});

describe("what cannot be calibrated is refused", () => {
  const models = file("models.csv", "m,label,p_a,p_b\nnaive,a,0.5,0.5\nforest,b,0.25,0.75\n");
  const cases: [string, () => string[], string[]][] = [
    ["a missing file", () => [out("shapr.csv")], ["no such file"]],
    [
      "a method that is none",
      () => [sharp, "--method", "temprature"],
      ['"temprature" is no method', "Did you mean temperature?"],
    ],
    [
      "a source after --compare",
      () => ["--compare", sharp],
      ["is no method", "A source stands before the flags"],
    ],
    [
      "a method for two classes",
      () => [sharp, "--method", "platt"],
      ["platt is for two classes; there are 3", "temperature"],
    ],
    ["several models", () => [models, "--model", "m"], ["there are 2 models", "--pick", '"naive", "forest"']],
    [
      "a model that is none",
      () => [models, "--model", "m", "--pick", "naiv"],
      ['no model "naiv"', 'did you mean "naive"'],
    ],
    [
      "a missing label",
      () => [file("none.csv", "p_a,p_b\n0.5,0.5\n")],
      ["not clear which column holds the true classes"],
    ],
    [
      "a null label",
      () => [file("null.csv", "label,p_a,p_b\na,0.5,0.5\n,0.5,0.5\n")],
      ['no "label"', "row 2"],
    ],
    ["sums", () => [file("sums.csv", "label,p_a,p_b\na,0.5,0.4\n")], ["not sum to one", "--normalize"]],
    [
      "soft targets",
      () => [file("soft.csv", "t_a,t_b,p_a,p_b\n1,0,0.5,0.5\n"), "--targets", "t_*"],
      ["unknown option"],
    ],
    [
      "an output folder that is not there",
      () => [sharp, "-o", join(folder, "nowhere", "c.json")],
      ["cannot be written"],
    ],
    ["a folder as the result", () => [sharp, "-o", folder], ["is a folder; a file is needed"]],
    [
      "one file for two things",
      () => [sharp, "-o", out("same.json"), "--json", out("same.json")],
      ["same.json", "two results"],
    ],
    ["the source as the result", () => [sharp, "-o", sharp], ["is the source itself"]],
    [
      "base rates in two ways",
      () => [sharp, "--prior", "a=1,b=1,c=1", "--target", fair],
      ["name one of them"],
    ],
    [
      "a base rate of no class",
      () => [sharp, "--prior", "a=1,d=1"],
      ['names "d", which is no class', "a, b, c"],
    ],
    ["a base rate that is missing", () => [sharp, "--prior", "a=1,b=1"], ['no rate of the class "c"']],
    ["a base rate of zero", () => [sharp, "--prior", "a=0"], ["must be above 0"]],
    ["a method for other base rates", () => [sharp, "--method", "em"], ["With --target it is --shift em"]],
    ["folds that are none", () => [sharp, "--folds", "1"], ["whole number from 2"]],
    ["a penalty below zero", () => [sharp, "--penalty", "-1"], ["penalty"]],
  ];
  test.concurrent.each(cases)("%s", async (_name, args, parts) => {
    expectRefusal(await calibrate(...args()), ...parts);
  });
});

test("zeros on labels make the loss before infinite, and the calibrator finite", async () => {
  const rows = Array.from({ length: 40 }, (_, i) =>
    i === 7 ? "a,0,1" : i % 4 === 0 ? "b,0.9,0.1" : "a,0.9,0.1",
  );
  const ran = await calibrate(file("zeros.csv", ["label,p_a,p_b", ...rows].join("\n")), "--json");
  const { before, calibrator } = JSON.parse(ran.out);
  expect(before.estimate).toBe("Infinity");
  expect(calibrator.fitted.crossEntropyBefore).toBe("Infinity");
  expect(Number.isFinite(calibrator.fitted.crossEntropyAfter)).toBe(true);
});
