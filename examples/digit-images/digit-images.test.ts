import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { afterAll, expect, test } from "vitest";
import { xent } from "../../packages/cli/test/run.ts";
import { expectNear, numbers } from "../../packages/tfjs/test/backends.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "xent-digit-images-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Reference {
  trainingRows: number;
  rows: number;
  models: {
    model: string;
    trainingLoss: number[];
    crossEntropy: number;
    accuracy: number;
    predictedEntropy: number;
    frequent: number;
    rare: number;
    weighted: { crossEntropy: number; accuracy: number };
  }[];
}
const referenceIn = (where: string): Reference =>
  JSON.parse(readFileSync(join(where, "reference.json"), "utf8"));

async function evaluated(where: string, ...more: string[]) {
  const flags = [
    "--label",
    "digit",
    "--probabilities",
    "p_*",
    "--model",
    "model",
    "--key",
    "image",
    "--json",
  ];
  const ran = await xent(["evaluate", join(where, "predictions.parquet"), ...flags, ...more]);
  expect(ran.err).toBe("");
  return JSON.parse(ran.out);
}

async function expectReference(where: string): Promise<Reference> {
  const expected = referenceIn(where);
  const [alike, weighted] = [
    await evaluated(where, "--slice", "frequency"),
    await evaluated(where, "--weight", "weight"),
  ];
  for (const own of expected.models) {
    const find = (all: typeof alike) =>
      all.models.find(({ model }: { model: string }) => model === own.model);
    const [model, byWeight] = [find(alike), find(weighted)];
    expect(model.rows).toBe(expected.rows);
    const slice = (value: string) => model.slices.find((one: { value: string }) => one.value === value);
    const figures = [
      [model.crossEntropy, own.crossEntropy],
      [model.accuracy, own.accuracy],
      [model.predictedEntropy, own.predictedEntropy],
      [slice("frequent").crossEntropy, own.frequent],
      [slice("rare").crossEntropy, own.rare],
      [byWeight.crossEntropy, own.weighted.crossEntropy],
      [byWeight.accuracy, own.weighted.accuracy],
    ];
    expectNear(
      figures.map(([{ estimate }]) => estimate),
      figures.map(([, figure]) => figure),
      { relative: 1e-9 },
    );
  }
  return expected;
}

test("xent evaluate finds the figures of reference.json in the committed predictions", async () => {
  const { models } = await expectReference(here);
  expect(models.map(({ model }) => model)).toEqual(["plain", "weighted", "focal"]);
});

test("a short run of make.mjs trains for real, and xent evaluate reads what it writes", async () => {
  const short = ["--epochs", "4", "--frequent", "100", "--rare", "40", "--held-out", "20", "--out", folder];
  execFileSync(process.execPath, [join(here, "make.mjs"), ...short], { stdio: "pipe" });
  const { models, trainingRows } = await expectReference(folder);
  expect(trainingRows).toBe(700);
  for (const { model, trainingLoss, crossEntropy } of models) {
    expect(trainingLoss, model).toHaveLength(4);
    expect(trainingLoss[3], model).toBeLessThan(trainingLoss[0] / 2);
    expect(crossEntropy, model).toBeLessThan(Math.log(10) / 2); // better than guessing evenly, by a factor
  }
});

test("the filter's gradient that the example adds to the wasm backend is what the cpu backend computes", async () => {
  const module = "./filter-gradient.mjs"; // a script without types
  const { registerFilterGradient } = await import(module);
  const gradient = async (backend: string) => {
    expect(await tf.setBackend(backend)).toBe(true);
    const images = tf.randomNormal([3, 7, 6, 2], 0, 1, "float32", 1) as tf.Tensor4D;
    const filter = tf.randomNormal([3, 2, 2, 4], 0, 1, "float32", 2) as tf.Tensor4D;
    const upstream = tf.randomNormal([3, 5, 5, 4], 0, 1, "float32", 3);
    return numbers(
      tf.grad((f) => tf.sum(tf.mul(tf.conv2d(images, f as tf.Tensor4D, 1, "valid"), upstream)))(filter),
    );
  };
  const expected = await gradient("cpu");
  await expect(gradient("wasm")).rejects.toThrow("Conv2DBackpropFilter"); // the day it does not, the example needs less
  registerFilterGradient("wasm");
  expectNear(await gradient("wasm"), expected, { relative: 1e-4, absolute: 1e-5 });
});
