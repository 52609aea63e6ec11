// Held-out cross-entropy of our calibrators beside probmetrics': fitted to the even rows, judged on the odd ones, of
// three CIFAR-10 classifiers (where the folder of real predictions is there) and of examples/digits.
//
// XENT_BENCH_PYTHON names the Python that has probmetrics; what is absent is skipped with a line.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { DuckDBInstance } from "@duckdb/node-api";
import { applyCalibrator, fitCalibrator } from "../packages/xent/dist/fit/calibrators/index.js";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const cifar = here("../../shared/data/cifar10/");
const digits = here("../examples/digits/predictions.parquet");

/** Ours, and what of probmetrics it is compared with. */
const pairs = [
  ["temperature", "temperature"],
  ["vector", "vector"],
  ["structured-matrix", "structured-matrix"],
];

/** `probabilities.npy` (float32) and `labels.npy` (int64) of an uncompressed archive. */
function readArchive(path) {
  const bytes = readFileSync(path);
  const part = (name, size) => {
    const header = bytes.indexOf(name) - 30;
    const start = header + 30 + bytes.readUInt16LE(header + 26) + bytes.readUInt16LE(header + 28);
    const first = start + 10 + bytes.readUInt16LE(start + 8);
    const [, rows, columns] = /'shape': \((\d+), ?(\d*)\)/.exec(bytes.toString("latin1", start, first));
    return bytes.subarray(first, first + size * rows * (columns || 1));
  };
  const [p, y] = [part("probabilities.npy", 4), part("labels.npy", 8)];
  return Array.from({ length: y.length / 8 }, (_, i) => ({
    probabilities: Array.from({ length: 10 }, (__, k) => p.readFloatLE(4 * (10 * i + k))),
    label: Number(y.readBigInt64LE(8 * i)),
  }));
}

async function readDigits() {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  const columns = Array.from({ length: 10 }, (_, k) => `p_${k}`);
  const sql = `SELECT model, label, [${columns.join(", ")}] FROM '${digits}' ORDER BY model, image`;
  const models = new Map();
  for (const [model, label, probabilities] of (await connection.runAndReadAll(sql)).getRowsJson()) {
    if (!models.has(model)) models.set(model, []);
    models.get(model).push({ probabilities, label });
  }
  connection.closeSync();
  return [...models].map(([model, rows]) => ({ name: `digits, ${model}`, rows }));
}

/** Rows as a matrix of log-probabilities, each divided by its sum. */
function matrixOf(rows) {
  const columns = rows[0].probabilities.length;
  const data = Float64Array.from(
    rows.flatMap(({ probabilities }) => {
      const sum = probabilities.reduce((all, p) => all + p, 0);
      return probabilities.map((p) => Math.log(p / sum));
    }),
  );
  return { data, rows: rows.length, columns };
}

function lossOf({ data, columns }, labels) {
  return labels.reduce((sum, label, i) => sum - data[i * columns + label], 0) / labels.length;
}

function ours({ fit, held }) {
  const [fitted, judged] = [matrixOf(fit), matrixOf(held)];
  const labels = fit.map(({ label }) => label);
  const truth = held.map(({ label }) => label);
  const found = { before: lossOf(judged, truth) };
  for (const [method] of pairs) {
    const start = performance.now();
    const calibrator = fitCalibrator(method, fitted, labels);
    const seconds = (performance.now() - start) / 1000;
    const without = fitCalibrator(method, fitted, labels, { mixture: false });
    found[method] = {
      crossEntropy: lossOf(applyCalibrator(calibrator, judged), truth),
      without: lossOf(applyCalibrator(without, judged), truth),
      seconds,
    };
  }
  return found;
}

/** What probmetrics finds on the same halves, by the name of the set; nothing where it is absent. */
function peers(sets) {
  const python = process.env.XENT_BENCH_PYTHON;
  if (!python) {
    console.log("XENT_BENCH_PYTHON is not set: probmetrics is skipped");
    return new Map();
  }
  const part = (rows) => ({
    probabilities: rows.map(({ probabilities }) => probabilities),
    labels: rows.map(({ label }) => label),
  });
  const input = JSON.stringify(
    sets.map(({ name, fit, held }) => ({ name, fit: part(fit), held: part(held) })),
  );
  const ran = spawnSync(python, [here("peers/probmetrics_calibrators.py")], {
    input,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  if (ran.status !== 0) {
    console.log(`probmetrics is skipped: ${ran.stderr?.trim().split("\n").at(-1) ?? ran.error}`);
    return new Map();
  }
  const lines = ran.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  return new Map(lines.map((line) => [line.name, line]));
}

export async function bench({ short }) {
  const all = await readDigits();
  if (existsSync(cifar)) {
    for (const model of ["lenet-5", "vgg-16", "wideresnet-16-4"]) {
      all.unshift({ name: `CIFAR-10, ${model}`, rows: readArchive(`${cifar}${model}.npz`) });
    }
  } else console.log("the folder of real predictions is absent: CIFAR-10 is skipped");
  const sets = all.map(({ name, rows }) => ({
    name,
    fit: rows.filter((_, i) => i % 2 === 0),
    held: rows.filter((_, i) => i % 2 === 1),
  }));
  const theirs = short ? new Map() : peers(sets);
  // A loss is infinite where a label was called impossible: probmetrics' vector scaling does, and ours without mixture.
  const show = (loss) => (loss == null || !Number.isFinite(loss) ? "Infinity" : loss.toFixed(5));
  for (const set of sets) {
    const own = ours(set);
    const peer = theirs.get(set.name);
    console.log(
      `\n${set.name}: fitted to ${set.fit.length} rows, uncalibrated ${show(own.before)} on the others`,
    );
    console.log(
      `  ${"".padEnd(20)}${"xent".padEnd(10)}${"unmixed".padEnd(10)}seconds   probmetrics  seconds`,
    );
    for (const [method, other] of pairs) {
      const { crossEntropy, without, seconds } = own[method];
      const line = `  ${method.padEnd(20)}${show(crossEntropy).padEnd(10)}${show(without).padEnd(10)}${seconds.toFixed(2).padEnd(10)}`;
      const its = peer?.[other];
      console.log(
        its ? `${line}${show(its.crossEntropy).padEnd(13)}${its.seconds.toFixed(2)}` : line.trimEnd(),
      );
    }
  }
}
