// Loss and gradient of softmax cross-entropy with integer labels, float32: the kernels beside PyTorch, TensorFlow.js'
// wasm backend, the TypeScript losses, and a copy of the same bytes.
//
// XENT_BENCH_PYTHON names the Python that has PyTorch; what is absent is skipped with a line. Times are the best of
// several, and what is claimed are ratios within one run.
import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { loadKernels } from "../packages/xent/dist/kernels/index.js";
import * as losses from "../packages/xent/dist/losses/index.js";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const shapes = [
  [4096, 1024],
  [128, 32_768],
  [65_536, 16],
  [1_000_000, 10],
];
/** Rows of so many classes do not fit four to a vector; their element is what a short row's is compared with. */
const isLong = (classes) => classes > 32;

/** The best milliseconds of several runs that take at least so long together. */
function best(run, milliseconds) {
  let shortest = Number.POSITIVE_INFINITY;
  const begin = performance.now();
  for (let i = 0; i < 3 || performance.now() - begin < milliseconds; i++) {
    const start = performance.now();
    run();
    shortest = Math.min(shortest, performance.now() - start);
  }
  return shortest;
}

/** Our times of one shape: in kernel memory, from arrays outside, in TypeScript, and of copying the same bytes. */
function ours(kernels, [rows, classes], milliseconds, withTwin) {
  const logits = kernels.matrix(rows, classes);
  const gradient = kernels.matrix(rows, classes);
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  for (let j = 0; j < logits.data.length; j++) logits.data[j] = 6 * (random() + random() + random() - 1.5);
  const labels = Int32Array.from({ length: rows }, () => Math.floor(random() * classes));
  const loss = new Float64Array(rows);
  const outside = { data: Float32Array.from(logits.data), rows, columns: classes };
  const target = new Float32Array(rows * classes);
  const step = (of, matrix, out) => () =>
    of.softmaxCrossEntropyWithGradient(matrix, labels, 1 / rows, { out: { loss, gradient: out } });
  const times = {
    copy: best(() => gradient.data.set(logits.data), milliseconds / 4),
    inside: best(step(kernels, logits, gradient.data), milliseconds),
    outside: best(step(kernels, outside, target), milliseconds / 2),
    twin: withTwin ? best(step(losses, outside, target), milliseconds / 4) : undefined,
  };
  kernels.free(logits);
  kernels.free(gradient);
  return times;
}

/** The other losses, each beside its TypeScript twin, both from arrays outside kernel memory. */
function others(kernels, milliseconds, short) {
  console.log(
    "\nnanoseconds an element, kernels / TypeScript, loss and gradient from arrays outside kernel memory",
  );
  const cases = (
    short
      ? [[50, 100]]
      : [
          [1000, 1000],
          [100_000, 10],
        ]
  ).flatMap((shape) => [Float32Array, Float64Array].map((type) => ({ shape, type })));
  const names = cases.map(({ shape, type }) => `${shape.join("×")} ${type === Float32Array ? "f32" : "f64"}`);
  print(
    "",
    names.map((name) => name.padStart(18)),
  );
  const runs = {
    "softmax, labels": (of, { logits, labels, out }) =>
      of.softmaxCrossEntropyWithGradient(logits, labels, 1, { out }),
    "label smoothing": (of, { logits, labels, out }) =>
      of.softmaxCrossEntropyWithGradient(logits, labels, 1, { out, labelSmoothing: 0.1 }),
    "soft targets": (of, { logits, targets, out }) =>
      of.softTargetCrossEntropyWithGradient(logits, targets, 1, { out }),
    focal: (of, { logits, labels, out }) => of.focalLossWithGradient(logits, labels, 1, { out }),
    sigmoid: (of, { logits, targets, out }) =>
      of.sigmoidCrossEntropyWithGradient(logits, targets, 1, { out }),
    "sigmoid focal": (of, { logits, targets, out }) =>
      of.sigmoidFocalLossWithGradient(logits, targets, 1, { out }),
    "logSoftmax alone": (of, { logits, out }) => of.logSoftmax(logits, { out: out.gradient }),
  };
  const problems = cases.map(({ shape: [rows, columns], type }) => ({
    logits: { data: type.from({ length: rows * columns }, (_, j) => 5 * Math.sin(j * 1.3)), rows, columns },
    targets: {
      data: type.from({ length: rows * columns }, (_, j) => Math.abs(Math.sin(j * 1.7))),
      rows,
      columns,
    },
    labels: Int32Array.from({ length: rows }, (_, i) => i % columns),
    out: { loss: new Float64Array(rows), gradient: new type(rows * columns) },
  }));
  for (const [name, run] of Object.entries(runs)) {
    const cells = problems.map((problem) => {
      const { rows, columns } = problem.logits;
      const time = (of) =>
        ((best(() => run(of, problem), milliseconds / 5) * 1e6) / (rows * columns)).toFixed(1);
      return `${time(kernels)} / ${time(losses)}`.padStart(18);
    });
    print(name, cells);
  }
  const [rows, features, classes] = short ? [32, 16, 200] : [1024, 256, 20_000];
  const matrix = (n) => ({
    data: Float32Array.from({ length: n * features }, (_, j) => Math.sin(j * 1.1)),
    rows: n,
    columns: features,
  });
  const [inputs, weight] = [matrix(rows), matrix(classes)];
  const labels = Int32Array.from({ length: rows }, (_, i) => (i * 17) % classes);
  const time = (of) =>
    best(() => of.linearCrossEntropyWithGradient(inputs, weight, labels), milliseconds / 5);
  const [fast, twin] = [time(kernels), time(losses)];
  console.log(
    `linearCrossEntropyWithGradient, ${rows} rows × ${features} features × ${classes} classes, float32: ${fast.toFixed(0)} ms / ${twin.toFixed(0)} ms (${ratio(twin, fast)})`,
  );
}

/** What a peer prints, a line of JSON a shape; or why there is nothing. */
function peer(command, script, request) {
  const ran = spawnSync(command, [here(script), JSON.stringify(request)], { encoding: "utf8" });
  if (ran.error || ran.status !== 0) {
    const reason = ran.error?.message ?? ran.stderr.trim().split("\n").at(-1);
    return { skipped: reason, lines: [] };
  }
  const lines = ran.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  return { skipped: lines[0]?.rows ? undefined : lines[0]?.skipped, lines };
}

const nanoseconds = (ms, [rows, classes]) => `${((ms * 1e6) / (rows * classes)).toFixed(2)} ns`;
const ratio = (a, b) => `${(a / b).toFixed(1)} ×`;
const print = (name, cells) => console.log(name.padEnd(18) + cells.map((cell) => cell.padStart(13)).join(""));

export async function bench({ short }) {
  const milliseconds = short ? 20 : 1500;
  const chosen = short ? shapes.map(([rows, classes]) => [Math.ceil(rows / 50), classes]) : shapes;
  const python = process.env.XENT_BENCH_PYTHON ?? "python3";
  const most = availableParallelism();
  for (const threads of [1, 2].filter((count) => count <= Math.max(1, most))) {
    const kernels = await loadKernels({ threads });
    if (!kernels) {
      console.log("skipped: no WebAssembly with vectors, or no shared memory");
      continue;
    }
    const request = { shapes: chosen, threads, repeats: short ? 1 : 5 };
    // Eager PyTorch takes the widest vectors it finds, and on some shapes is faster without them: it gets the better.
    const widths = [{}, { instructions: "avx2" }].map((more) =>
      peer(python, "./peers/torch_speed.py", { ...request, ...more }),
    );
    const tfjs =
      threads === 1
        ? peer(process.execPath, "./peers/tfjs_speed.mjs", request)
        : { skipped: "one thread in Node", lines: [] };
    console.log(
      `\nloss and gradient, float32, ${threads} thread${threads > 1 ? "s" : ""}, best of several; nanoseconds an element, and theirs ÷ ours`,
    );
    print("rows × classes", [
      "kernels",
      "copied in",
      "TypeScript",
      "a copy",
      "ours ÷ copy",
      "PyTorch",
      "÷ ours",
      "TF.js wasm",
      "÷ ours",
    ]);
    let long = 0;
    const shorts = [];
    for (const shape of chosen) {
      const times = ours(kernels, shape, milliseconds, threads === 1);
      const find = ({ lines }) =>
        lines.find((line) => line.rows === shape[0] && line.classes === shape[1])?.milliseconds;
      const torch = Math.min(...widths.map((one) => find(one) ?? Number.POSITIVE_INFINITY));
      const tf = find(tfjs);
      const element = times.inside / (shape[0] * shape[1]);
      if (isLong(shape[1])) long = Math.max(long, element);
      else shorts.push([shape, element]);
      print(`${shape[0].toLocaleString("en-US")} × ${shape[1]}`, [
        nanoseconds(times.inside, shape),
        nanoseconds(times.outside, shape),
        times.twin ? nanoseconds(times.twin, shape) : "–",
        nanoseconds(times.copy, shape),
        ratio(times.inside, times.copy),
        Number.isFinite(torch) ? nanoseconds(torch, shape) : "–",
        Number.isFinite(torch) ? ratio(torch, times.inside) : "–",
        tf ? nanoseconds(tf, shape) : "–",
        tf ? ratio(tf, times.inside) : "–",
      ]);
    }
    for (const [shape, element] of shorts) {
      console.log(
        `an element of a row of ${shape[1]} costs ${ratio(element, long)} one of a long row (aim: at most 1.5)`,
      );
    }
    for (const [name, { skipped }] of [
      ["PyTorch", widths[0]],
      ["TensorFlow.js", tfjs],
    ]) {
      if (skipped) console.log(`${name} skipped: ${skipped}`);
    }
    const { library, instructions } = widths[0].lines[0] ?? {};
    if (library) console.log(`${library}, ${instructions}; the better of that and AVX2`);
    if (threads === 1) others(kernels, milliseconds, short);
    kernels.close();
  }
  console.log(
    "\naims: PyTorch ÷ ours at least 3 (2.5 with two threads), TensorFlow.js ÷ ours at least 30, ours ÷ copy at most 4 where rows are long",
  );
}
