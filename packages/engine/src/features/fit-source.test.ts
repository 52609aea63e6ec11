import { describe, expect, test } from "vitest";
import { foldOf } from "xent";
import { adam, adamW, cosineSchedule, mlpLossWithGradient, sgd } from "xent/fit";
import { defaults, file, fit, inFolder, people, sql } from "../../test/fitting.ts";
import { type FitRequest, fitSource } from "./fit-source.ts";
import { decodeParameters } from "./model-file.ts";

const path = file("people.csv", people(700));
const features = ["age", "city", "member"];
const mlp: Partial<FitRequest> = {
  model: "mlp",
  hidden: [8],
  epochs: 4,
  batch: 32,
  schedule: "cosine",
  l2: 1e-3,
};
const request: FitRequest = { ...defaults, source: { path }, label: "choice", features, ...mlp };

describe("training", () => {
  test("rows that are streamed from a file give the same parameters as rows in memory, bit for bit", async () => {
    for (const own of [{}, { weight: "visits", classWeights: "balanced" as const, focal: 1 }]) {
      const inMemory = await fitSource({ ...request, ...own }, {});
      const streamed = await fitSource({ ...request, ...own }, { rowMemory: 0 });
      expect(inMemory.inMemory).toBe(true);
      expect(streamed.inMemory).toBe(false);
      expect(streamed.model).toEqual(inMemory.model);
    }
  });

  test("the same seed gives the same model whatever the threads, another seed another", async () => {
    const one = await fitSource(request, { threads: 1 });
    const four = await fitSource(request, { threads: 4 });
    const other = await fitSource({ ...request, seed: 2 }, {});
    expect(four.model).toEqual(one.model);
    expect(other.model.parameters).not.toEqual(one.model.parameters);
  });

  test.each(["adam", "adamw", "sgd"] as const)("%s learns, on each schedule", async (optimizer) => {
    for (const schedule of ["constant", "cosine", "step", "warm-up"] as const) {
      const { model } = await fitSource({ ...request, optimizer, schedule, learningRate: 0.01 }, {});
      expect(model.validation?.crossEntropy).toBeLessThan(model.validation?.baseRate ?? 0);
    }
  });

  test("softmax regression in minibatches comes near the minimum over all rows", async () => {
    const softmax = { ...request, model: "softmax" as const, hidden: [], l2: 0, epochs: 60, patience: 60 };
    const whole = await fitSource(softmax, {});
    const streamed = await fitSource({ ...softmax, learningRate: 0.01 }, { rowMemory: 0 });
    expect(whole.model.training.method).toBe("lbfgs");
    expect(streamed.model.training.method).toBe("adam");
    const [a, b] = [whole.model.validation?.crossEntropy ?? 0, streamed.model.validation?.crossEntropy ?? 1];
    expect(Math.abs(a - b)).toBeLessThan(0.02);
  });

  test("weights of whole numbers are rows so many times", async () => {
    const lines = people(150, 2).trimEnd().split("\n");
    const repeated = lines.flatMap((line, i) => Array(i === 0 ? 1 : Number(line.split(",")[4])).fill(line));
    const own = { l2: 0.01, validation: 0 };
    const weighted = await fit(file("once.csv", `${lines.join("\n")}\n`), "choice", ["city"], {
      ...own,
      weight: "visits",
    });
    const counted = await fit(file("often.csv", `${repeated.join("\n")}\n`), "choice", ["city"], own);
    expect(weighted.model.training.crossEntropy).toBeCloseTo(counted.model.training.crossEntropy, 9);
  });

  test("rows of weight zero teach a perceptron nothing", async () => {
    const rows = people(300, 3)
      .trimEnd()
      .split("\n")
      .map((line, i) => (i % 4 === 2 ? line.replace(/,\d,h/, ",0,h") : line));
    // Another label where the weight is zero; there are bus and train elsewhere.
    const other = rows.map((line) => line.replace(/(,0,h\d+,)\w+$/, "$1bus"));
    const own = { ...mlp, weight: "visits", validation: 0 };
    const one = await fit(file("zero.csv", `${rows.join("\n")}\n`), "choice", features, own);
    const two = await fit(file("other.csv", `${other.join("\n")}\n`), "choice", features, own);
    expect(other).not.toEqual(rows);
    expect(two.model.parameters).toBe(one.model.parameters);
    const three = await fit(file("other.csv", `${other.join("\n")}\n`), "choice", features, {
      ...own,
      weight: undefined,
    });
    expect(three.model.parameters).not.toBe(one.model.parameters);
  });

  test.each(["sgd", "adam", "adamw"] as const)(
    "batches of all rows are the steps of %s by the whole gradient, weights, class weights, penalty and schedule included",
    async (optimizer) => {
      const classWeights = { bus: 3, car: 1, train: 0.5 };
      const own = {
        optimizer,
        classWeights,
        weight: "visits",
        l2: 0.1,
        learningRate: 0.05,
        batch: 1000,
        epochs: 3,
      };
      const { model } = await fitSource(
        { ...request, ...own, model: "softmax", hidden: [], features: ["age"], validation: 0 },
        { rowMemory: 0 },
      );
      const rows = people(700)
        .trimEnd()
        .split("\n")
        .slice(1)
        .map((line) => line.split(","));
      const [age] = model.schema.features;
      if (age.type !== "number") throw new Error("age is a number");
      const data = Float64Array.from(rows, (cells) => (Number(cells[1]) - age.mean) / age.scale);
      const matrix = { data, rows: 700, columns: 1 };
      const labels = rows.map((cells) => ["bus", "car", "train"].indexOf(cells[6]));
      const weights = rows.map((cells) => Number(cells[4]));
      const steps = { learningRate: 0.05, schedule: cosineSchedule({ steps: 3 }), clip: { norm: 10 } };
      const rule = {
        sgd: sgd({ ...steps, momentum: 0.9 }),
        adam: adam(steps),
        adamw: adamW({ ...steps, weightDecay: [0.1, 0.1, 0.1, 0, 0, 0] }),
      }[optimizer];
      const loss = { weights, classWeights: [3, 1, 0.5], l2: optimizer === "adamw" ? 0 : 0.1 };
      const shape = { inputs: 1, hidden: [], classes: 3 };
      const [parameters, gradient] = [new Float64Array(6), new Float64Array(6)];
      const state = rule.initial(6);
      for (let step = 0; step < 3; step++) {
        mlpLossWithGradient(shape, parameters, matrix, labels, loss, gradient);
        rule.update(parameters, gradient, state, step);
      }
      const found = decodeParameters(model.parameters);
      // The rows were added in another order.
      for (const [i, value] of parameters.entries()) expect(found[i]).toBeCloseTo(value, 10);
    },
  );

  test("no improvement ends it, and the best epoch's parameters are kept", async () => {
    const { model } = await fitSource({ ...request, learningRate: 0.05, epochs: 60, patience: 3 }, {});
    const { curve, bestEpoch = 0, reason } = model.training;
    expect(reason).toBe("no improvement");
    expect(curve).toHaveLength(bestEpoch + 3);
    const held = curve.map(({ validation = 0 }) => validation);
    expect(held[bestEpoch - 1]).toBe(Math.min(...held));
    expect(model.validation?.crossEntropy).toBe(held[bestEpoch - 1]);
  });

  test("a learning rate that is far too high is an error that says so, never a hang", async () => {
    const wild = { ...request, optimizer: "sgd" as const, learningRate: 1e200 };
    await expect(fitSource(wild, {})).rejects.toThrow("training diverged in its first epoch");
  });

  test("classes that are separated without a penalty are a result that says so", async () => {
    const apart = file(
      "apart.csv",
      `x,y\n${Array.from({ length: 40 }, (_, i) => `${i},${i < 20 ? "a" : "b"}`).join("\n")}\n`,
    );
    const { model, warnings } = await fit(apart, "y", ["x"]);
    expect(model.training.converged).toBe(false);
    expect(model.training.reason).toBe("diverged");
    expect(model.training.message).toMatch(/separa/);
    expect(warnings[0]).toMatch(/^there are no errors of the coefficients: /);
    expect((await fit(apart, "y", ["x"], { l2: 0.1 })).model.training.converged).toBe(true);
  });

  test("class weights change what the rows count, and balanced ones make the classes equal", async () => {
    const few = file(
      "few.csv",
      `x,y\n${Array.from({ length: 200 }, (_, i) => `${i % 2},${i % 10 === 0 ? "rare" : "often"}`).join("\n")}\n`,
    );
    const mean = async (classWeights?: FitRequest["classWeights"]) => {
      const { model } = await fit(few, "y", ["x"], { validation: 0, l2: 1000, classWeights });
      const intercept = model.coefficients?.rows.find(({ feature }) => feature === "(intercept)");
      return intercept?.oddsRatio ?? 0;
    };
    // With such a penalty only the intercept is left: the odds of the classes by their weights.
    expect(await mean()).toBeCloseTo(20 / 180, 3);
    expect(await mean("balanced")).toBeCloseTo(1, 3);
    expect(await mean({ rare: 3 })).toBeCloseTo(60 / 180, 3);
    const effective = await mean("effective");
    expect(effective).toBeGreaterThan(20 / 180);
    expect(effective).toBeLessThan(1);
  });

  test("errors of clusters are not those of independent rows", async () => {
    const alone = await fit(path, "choice", ["age"]);
    const clustered = await fit(path, "choice", ["age"], { cluster: "household", validation: 0 });
    expect(alone.model.coefficients?.errors).toBe("information");
    expect(clustered.model.coefficients?.errors).toBe("clustered");
  });

  test("an interrupt ends it", async () => {
    const abort = new AbortController();
    const run = fitSource(
      { ...request, epochs: 100_000, validation: 0 },
      { signal: abort.signal, onEpoch: () => abort.abort() },
    );
    await expect(run).rejects.toMatchObject({ code: "interrupted" });
  });
});

describe("what is learnt of the columns", () => {
  test("means and scales are those of the rows to train on", async () => {
    const { model } = await fit(path, "choice", ["age"], { validation: 0 });
    const [{ mean, sd }] = await sql(`SELECT avg(age) AS mean, stddev_pop(age) AS sd FROM '${path}'`);
    const [feature] = model.schema.features;
    if (feature.type !== "number") throw new Error("age is a number");
    expect(feature.mean).toBeCloseTo(Number(mean), 10);
    expect(feature.scale).toBeCloseTo(Number(sd), 10);
    const held = await fit(path, "choice", ["age"]);
    expect(held.model.schema.features).not.toEqual(model.schema.features);
  });

  test("categories are the most frequent ones, and the others are one", async () => {
    const { model, warnings } = await fit(path, "choice", ["household", "city"], {
      vocabulary: 2,
      model: "mlp",
      hidden: [2],
      epochs: 1,
    });
    const [city, household] = model.schema.features;
    expect(city).toMatchObject({ type: "category", other: true, reference: false });
    if (city.type === "category") expect(city.vocabulary[0]).toBe("Oslo");
    expect(household).toMatchObject({ other: true });
    expect(warnings).toContain('"household" has more than 2 categories: the others are one (--vocabulary)');
  });

  test("categories of the rows held out alone are not known", async () => {
    const rows = Array.from({ length: 200 }, (_, i) => {
      const held = foldOf(String(i + 1), 10_000) < 2000;
      return `${held ? "held" : `known${i % 2}`},${i % 3}`;
    });
    const source = file("held.csv", `kind,y\n${rows.join("\n")}\n`);
    const { model } = await fit(source, "y", ["kind"], { l2: 1 });
    expect(model.schema.features[0]).toMatchObject({ vocabulary: ["known0", "known1"], other: false });
  });

  test("numbers can be categories", async () => {
    const { model } = await fit(path, "choice", ["visits"], { categories: ["visits"] });
    const [visits] = model.schema.features;
    expect(visits).toMatchObject({ type: "category", reference: true, other: false });
    if (visits.type === "category") expect(visits.vocabulary.slice().sort()).toEqual(["1", "2", "3"]);
  });

  test("labels that are integers are sorted by value, and the guess is told", async () => {
    const numbered = file(
      "numbered.csv",
      `x,y\n${Array.from({ length: 60 }, (_, i) => `${i % 7},${i % 12}`).join("\n")}\n`,
    );
    const { model, guesses } = await fit(numbered, "y", ["x"], { l2: 1 });
    expect(model.classes).toEqual(Array.from({ length: 12 }, (_, k) => String(k)));
    expect(guesses).toEqual(["--classes 0,1,2,3,4,5,6,7,8,9,10,11 (the labels that occur, sorted)"]);
  });

  test("a class that no row to train on has is told", async () => {
    const { model, warnings } = await fit(path, "choice", ["age"], {
      classes: ["car", "bus", "train", "boat"],
      ...{ model: "mlp", hidden: [2], epochs: 1 },
    });
    expect(model.classes).toEqual(["car", "bus", "train", "boat"]);
    expect(warnings).toEqual(['no row to train on has the class "boat": nothing can be learnt about it']);
  });

  test("arrays in Parquet, JSON lines and CSV are the same features", async () => {
    const rows =
      "SELECT i AS id, [i % 7, i * i % 5, 3]::FLOAT[3] AS x, CASE WHEN i % 7 > 3 THEN 'up' ELSE 'down' END AS y FROM range(300) t(i)";
    const [parquet, json, csv] = ["a.parquet", "a.jsonl", "a.csv"].map(inFolder);
    await sql(
      `COPY (${rows}) TO '${parquet}' (FORMAT parquet)`,
      `COPY (SELECT * REPLACE (x::FLOAT[] AS x) FROM (${rows})) TO '${json}' (FORMAT json)`,
      `COPY (SELECT * REPLACE (x::FLOAT[]::VARCHAR AS x) FROM (${rows})) TO '${csv}' (FORMAT csv, HEADER)`,
    );
    const fixed = await fit(parquet, "y", ["x"], { l2: 0.01 });
    expect(fixed.model.schema.dropped).toEqual([{ column: "x", elements: 1 }]);
    for (const other of [json, csv]) {
      const { model } = await fit(other, "y", ["x"], { l2: 0.01 });
      expect({ ...model, data: { ...model.data, source: "" } }).toEqual({
        ...fixed.model,
        data: { ...fixed.model.data, source: "" },
      });
    }
  });

  test("missing values are means, or say so in a column of their own", async () => {
    const some = file(
      "some-missing.csv",
      "x,city,y\n1,Oslo,a\n,Rome,b\n3,,a\n4,Oslo,b\n5,Rome,a\n6,Oslo,b\n",
    );
    const inputs = async (missing: "mean" | "indicator") =>
      (await fit(some, "y", ["x", "city"], { validation: 0, l2: 1, missing })).model.shape.inputs;
    expect(await inputs("mean")).toBe(2);
    expect(await inputs("indicator")).toBe(4);
  });
});
