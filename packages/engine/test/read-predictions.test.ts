import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { type AffineStep, type Calibrator, fitTemperature, type MixtureStep } from "xent/fit/calibrators";
import { type ReadRequest, type RoleOptions, readPredictions } from "../src/index.ts";
import { classes, csvOf, overconfident } from "./overconfident.ts";

const folder = mkdtempSync(join(tmpdir(), "xent-read-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const rows = overconfident(5000);
const source = file("source.csv", csvOf(rows));

const read = (path: string, request: Partial<ReadRequest> = {}, threads?: number) =>
  readPredictions({ sources: [{ path }], roles: {}, policies: {}, ...request }, { threads });

test("rows become normalised log-probabilities, labels and row numbers, in file order", async () => {
  const found = await read(source);
  expect(found.classes).toEqual(classes);
  expect(found.rows).toBe(5000);
  expect(found.sampledOf).toBeUndefined();
  const { data, columns } = found.logProbabilities;
  rows.forEach(({ probabilities, label }, i) => {
    expect(classes[found.labels[i]]).toBe(label);
    probabilities.forEach((p, k) => {
      expect(data[i * columns + k]).toBeCloseTo(Math.log(p), 13);
    });
  });
  expect(found.groups.slice(0, 3)).toEqual(["1", "2", "3"]);
  expect(found.weights).toBeUndefined();
});

test("weights and clusters come along; folds are then drawn by cluster", async () => {
  const path = file("weighted.csv", "label,w,game,p_a,p_b\na,0.5,x,0.5,0.5\nb,2,y,0.25,0.75\n");
  const found = await read(path, { roles: { weight: "w", cluster: "game" } });
  expect(Array.from(found.weights ?? [])).toEqual([0.5, 2]);
  expect(found.clusters).toEqual(["x", "y"]);
  expect(found.groups).toEqual(["x", "y"]);
});

test("a probability of two classes keeps the digits of both ends, and zeros are −∞", async () => {
  const path = file("binary.csv", "y,q\n0,1e-20\n1,1\n");
  const { data } = (await read(path, { roles: { label: "y", probability: "q" } })).logProbabilities;
  expect(Array.from(data)).toEqual([-1e-20, Math.log(1e-20), Number.NEGATIVE_INFINITY, 0]);
});

test("a sample is bounded, told, in file order, and the same whatever the threads; a seed gives another", async () => {
  const one = await read(source, { sample: 700 }, 1);
  const two = await read(source, { sample: 700 }, 3);
  expect(one.rows).toBe(700);
  expect(one.sampledOf).toBe(5000);
  expect(two.groups).toEqual(one.groups);
  expect(two.fingerprint).toBe(one.fingerprint);
  expect(one.groups.map(Number)).toEqual(one.groups.map(Number).sort((a, b) => a - b));
  const other = await read(source, { sample: 700, seed: 1 });
  expect(other.rows).toBe(700);
  expect(other.groups).not.toEqual(one.groups);
  // Rows are drawn evenly: 140 of each thousand, give or take five deviations.
  for (let part = 0; part < 5; part++) {
    const own = one.groups.filter((row) => Math.floor((Number(row) - 1) / 1000) === part).length;
    expect(Math.abs(own - 140)).toBeLessThan(60);
  }
});

test("a temperature of all rows is the one of the arrays, though only a sample of them is read", async () => {
  const weighted = overconfident(900, 3, 5).map(({ label, probabilities: [a, b, c], game }, i) => [
    label === "a" ? "yes" : "no",
    i % 4,
    game,
    i === 17 ? 0 : a,
    i === 17 ? 1 : b + c,
  ]);
  const two = file(
    "two.csv",
    ["label,w,game,p_yes,p_no", ...weighted.map((row) => row.join(","))].join("\n"),
  );
  const single = file(
    "single.csv",
    ["label,q", ...weighted.map(([label, , , q]) => `${label},${q}`)].join("\n"),
  );
  const cases: [string, RoleOptions][] = [
    [source, {}],
    [source, { cluster: "game" }],
    [two, { weight: "w", cluster: "game" }],
    [single, { probability: "q", positive: "yes" }],
  ];
  for (const [path, roles] of cases) {
    const all = await read(path, { roles });
    const options = { weights: all.weights, clusters: all.clusters, classes: all.classes };
    const expected = fitTemperature(all.logProbabilities, all.labels, options);
    const part = await read(path, { roles, sample: 100, temperatureOfAll: { level: 0.95 } });
    const found = part.temperatureOfAll as Calibrator;
    expect(part.rows).toBe(100);
    expect(found.classes).toEqual(expected.classes);
    const [affine, mixture] = found.steps as [AffineStep, MixtureStep];
    const [ownAffine, ownMixture] = expected.steps as [AffineStep, MixtureStep];
    expect(affine.scale).toBeCloseTo(ownAffine.scale as number, 9);
    expect(mixture.weight).toBe(ownMixture.weight);
    mixture.distribution.forEach((share, k) => {
      expect(share).toBeCloseTo(ownMixture.distribution[k], 14);
    });
    expect(found.fitted.rows).toBe(expected.fitted.rows);
    expect(found.fitted.zeroProbabilities).toBe(expected.fitted.zeroProbabilities);
    expect(Number(found.fitted.crossEntropyBefore)).toBeCloseTo(
      Number(expected.fitted.crossEntropyBefore),
      12,
    );
    expect(found.fitted.crossEntropyAfter).toBeCloseTo(expected.fitted.crossEntropyAfter as number, 12);
    expect(found.fitted.temperature?.estimate).toBeCloseTo(
      expected.fitted.temperature?.estimate as number,
      8,
    );
    expect(found.fitted.temperature?.standardError).toBeCloseTo(
      expected.fitted.temperature?.standardError as number,
      6,
    );
  }
});

test("bad rows are refused as in an evaluation, also where they are in no sample", async () => {
  const path = file("bad.csv", `${csvOf(rows)}\n5000,g,z,0.5,0.25,0.25\n5001,g,a,0.5,0.5,0.5`);
  await expect(read(path, { sample: 10 })).rejects.toThrow(/not a class \(first: row 5001, "z"/);
  const found = await read(path, { policies: { skipBadRows: true } });
  expect(found.rows).toBe(5000);
  expect(found.source).toMatchObject({ rows: 5002, badRows: 2 });
});

test("what an evaluation may hope for is looked at here: negative numbers and nulls are found before they are used", async () => {
  const negative = file("negative.csv", "label,p_a,p_b\na,0.5,0.5\nb,-0.5,1.5\n");
  await expect(read(negative)).rejects.toThrow(/negative probability \(first: row 2/);
  const hole = file(
    "hole.jsonl",
    '{"label":0,"p":[0.5,0.5]}\n{"label":1,"p":[1.0,null]}\n{"label":1,"p":[1.0]}\n',
  );
  await expect(read(hole, { roles: { probabilities: ["p"] } })).rejects.toThrow(/null number \(first: row 2/);
  const left = await read(hole, { roles: { probabilities: ["p"] }, policies: { skipBadRows: true } });
  expect({ rows: left.rows, badRows: left.source.badRows }).toEqual({ rows: 1, badRows: 2 });
});

test("of several models one must be picked", async () => {
  const path = file("models.csv", "m,label,p_a,p_b\none,a,0.5,0.5\ntwo,b,0.25,0.75\n");
  const roles = { model: "m" };
  await expect(read(path, { roles })).rejects.toThrow("there are 2 models");
  await expect(read(path, { roles, pick: "tow" })).rejects.toMatchObject({
    remedy: expect.stringContaining('did you mean "two"'),
  });
  expect((await read(path, { roles, pick: "two" })).labels).toEqual(Int32Array.of(1));
});

test("soft targets and lone label log-probabilities are refused", async () => {
  const path = file("own.csv", "lp\n-1\n");
  await expect(read(path, { roles: { labelLogProbability: ["lp"] } })).rejects.toThrow("fitted to labels");
});
