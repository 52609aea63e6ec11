// One small convolutional network, trained three times on few images of some digits and many of others: with plain,
// class-weighted and focal cross-entropy.
//
//     npm ci
//     node examples/digit-images/make.mjs
//
// Writes predictions.parquet and reference.json beside this file. Everything that is drawn is drawn from a seed.
// A shorter run, to see that it works: --epochs 2 --frequent 60 --rare 20 --held-out 10 --out FOLDER

import { readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { DuckDBInstance } from "@duckdb/node-api";
import * as tf from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { compileLoss, crossEntropy, focalLoss, softmaxCrossEntropy } from "@xent/tfjs";
import { registerFilterGradient } from "./filter-gradient.mjs";

const { values } = parseArgs({
  options: {
    epochs: { type: "string", default: "8" },
    frequent: { type: "string", default: "500" },
    rare: { type: "string", default: "50" },
    "held-out": { type: "string", default: "150" },
    seed: { type: "string", default: "1" },
    out: { type: "string", default: fileURLToPath(new URL(".", import.meta.url)) },
  },
});
const [epochs, frequent, rare, heldOut, seed] = ["epochs", "frequent", "rare", "held-out", "seed"].map(
  (name) => Number(values[name]),
);
const classes = 10;
const side = 28;
const batchSize = 50;
const isRare = (digit) => digit >= 5;

const require = createRequire(import.meta.url);
tf.enableProdMode();
setWasmPaths(`${dirname(require.resolve("@tensorflow/tfjs-backend-wasm"))}/`);
await tf.setBackend("wasm");
registerFilterGradient("wasm");

const rowsOf = (digit) => (isRare(digit) ? rare : frequent);
const { train, test } = await readDigits();
// The inverse of each class's frequency, with mean one over the training rows.
const classWeights = Array.from({ length: classes }, (_, digit) => train.length / (classes * rowsOf(digit)));

const models = [
  { model: "plain", loss: compileLoss(softmaxCrossEntropy) },
  { model: "weighted", loss: compileLoss(softmaxCrossEntropy, { classWeights }) },
  { model: "focal", loss: compileLoss(focalLoss, { gamma: 2 }) },
];
for (const one of models) {
  const started = performance.now();
  const { network, losses } = await trained(one.loss);
  one.trainingLoss = losses;
  one.probabilities = tf.tidy(() => tf.softmax(network.predict(imagesOf(test))).arraySync());
  network.dispose();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(
    `${one.model}: training loss ${losses[0].toFixed(3)} to ${losses.at(-1).toFixed(3)} in ${seconds} s`,
  );
}
await writePredictions(join(values.out, "predictions.parquet"));
await writeFile(join(values.out, "reference.json"), `${JSON.stringify(reference(), null, 2)}\n`);

/** Images in the package's own order, which is no order: the first of each digit train, the next are held out. */
async function readDigits() {
  const folder = join(dirname(require.resolve("mnist/package.json")), "src/digits");
  const digits = { train: [], test: [] };
  for (let digit = 0; digit < classes; digit++) {
    const { data } = JSON.parse(await readFile(join(folder, `${digit}.json`), "utf8"));
    const image = (index) => ({
      digit,
      index,
      pixels: data.slice(index * side ** 2, (index + 1) * side ** 2),
    });
    for (let i = 0; i < rowsOf(digit); i++) digits.train.push(image(i));
    // From the same place for every digit, so that no image is in both parts whatever the counts.
    for (let i = 0; i < heldOut; i++) digits.test.push(image(frequent + i));
  }
  return digits;
}

function imagesOf(rows) {
  const pixels = Float32Array.from(rows.flatMap((row) => row.pixels));
  return tf.tensor4d(pixels, [rows.length, side, side, 1]);
}

/** Trains one network from the same weights and in the same order as the others. The last layer gives logits. */
async function trained(loss) {
  const start = (offset) => tf.initializers.glorotUniform({ seed: seed + offset });
  const network = tf.sequential({
    layers: [
      tf.layers.averagePooling2d({ inputShape: [side, side, 1], poolSize: 2 }),
      tf.layers.conv2d({ filters: 8, kernelSize: 3, activation: "relu", kernelInitializer: start(0) }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.conv2d({ filters: 16, kernelSize: 3, activation: "relu", kernelInitializer: start(1) }),
      tf.layers.flatten(),
      tf.layers.dense({ units: classes, kernelInitializer: start(2) }),
    ],
  });
  network.compile({ optimizer: tf.train.adam(0.004), loss, metrics: [crossEntropy] });
  const random = randomNumbers(seed);
  const losses = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    const rows = shuffled(train, random);
    const [x, y] = [
      imagesOf(rows),
      tf.oneHot(
        rows.map(({ digit }) => digit),
        classes,
      ),
    ];
    const { history } = await network.fit(x, y, { epochs: 1, batchSize, shuffle: false, verbose: 0 });
    losses.push(history.loss[0]);
    tf.dispose([x, y]);
  }
  return { network, losses };
}

function shuffled(rows, random) {
  const all = [...rows];
  for (let i = all.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [all[i], all[j]] = [all[j], all[i]];
  }
  return all;
}

/** Numerical Recipes' linear congruential generator: enough to shuffle with. */
function randomNumbers(start) {
  let state = start >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** FLOAT, because TensorFlow.js computes in float32: each number is kept exactly, rows sum to 1 within 1e-6. */
async function writePredictions(path) {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  const columns = Array.from({ length: classes }, (_, k) => `p_${k} FLOAT`).join(", ");
  await connection.run(
    `CREATE TABLE predictions (model VARCHAR, image INTEGER, digit VARCHAR, frequency VARCHAR, weight DOUBLE, ${columns})`,
  );
  const appender = await connection.createAppender("predictions");
  for (const { model, probabilities } of models) {
    test.forEach(({ digit, index }, i) => {
      appender.appendVarchar(model);
      appender.appendInteger(digit * 1000 + index);
      appender.appendVarchar(String(digit));
      appender.appendVarchar(isRare(digit) ? "rare" : "frequent");
      appender.appendDouble(weightOf(digit));
      for (const p of probabilities[i]) appender.appendFloat(p);
      appender.endRow();
    });
  }
  appender.closeSync();
  await rm(path, { force: true });
  await connection.run(
    `COPY predictions TO '${path.replaceAll("'", "''")}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 19)`,
  );
  connection.closeSync();
  instance.closeSync();
}

/** How often the digit is in training, relative to an even share: the weight that makes held-out rows like those. */
function weightOf(digit) {
  return rowsOf(digit) / (train.length / classes);
}

/** What `xent evaluate` should find, in nats: float64 sums over the float32 numbers, all rows alike and weighted. */
function reference() {
  return {
    unit: "nats",
    seed,
    epochs,
    trainingRows: train.length,
    rows: test.length,
    models: models.map(({ model, probabilities, trainingLoss }) => {
      const scored = test.map(({ digit }, i) => score(digit, probabilities[i]));
      const group = (wanted) => scored.filter(({ digit }) => isRare(digit) === wanted);
      return {
        model,
        trainingLoss,
        crossEntropy: mean(scored, "loss"),
        accuracy: mean(scored, "correct"),
        predictedEntropy: mean(scored, "entropy"),
        frequent: mean(group(false), "loss"),
        rare: mean(group(true), "loss"),
        weighted: {
          crossEntropy: mean(scored, "loss", weightOf),
          accuracy: mean(scored, "correct", weightOf),
        },
      };
    }),
  };
}

function score(digit, probabilities) {
  const top = probabilities.indexOf(Math.max(...probabilities));
  const entropy = probabilities.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0);
  return { digit, loss: -Math.log(probabilities[digit]), entropy, correct: top === digit ? 1 : 0 };
}

function mean(rows, what, weigh = () => 1) {
  const weight = rows.reduce((sum, { digit }) => sum + weigh(digit), 0);
  return rows.reduce((sum, row) => sum + weigh(row.digit) * row[what], 0) / weight;
}
