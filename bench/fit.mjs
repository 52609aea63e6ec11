// Softmax regression beside scikit-learn's L-BFGS: the same optimum, and the time to it with the same tolerance.
//
// XENT_BENCH_PYTHON names the Python that has scikit-learn (and statsmodels); what is absent is skipped with a line.
// Times are the best of several, with one thread or two, whichever is less, for both.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fitSoftmaxRegression, seededRandom } from "../packages/xent/dist/fit/index.js";
import { loadKernels } from "../packages/xent/dist/kernels/index.js";
import { linearCrossEntropy } from "../packages/xent/dist/losses/index.js";

const script = fileURLToPath(new URL("./peers/scikit_fit.py", import.meta.url));
const C = 1;
const tolerance = 1e-9;

/** What a call of the peer prints, a line of JSON each; or why there is nothing. */
function peer(request, threads) {
  const python = process.env.XENT_BENCH_PYTHON ?? "python3";
  const env = { ...process.env, OMP_NUM_THREADS: `${threads}`, OPENBLAS_NUM_THREADS: `${threads}` };
  const ran = spawnSync(python, [script, JSON.stringify(request)], { encoding: "utf8", env, maxBuffer: 1e9 });
  if (ran.error || ran.status !== 0)
    return [{ skipped: ran.error?.message ?? ran.stderr.trim().split("\n").at(-1) }];
  return ran.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

/** Rows of independent normal features, whose labels are drawn from a softmax regression. */
function writeSynthetic(folder, { name, rows, features, classes }) {
  const random = seededRandom(1);
  const x = Float64Array.from({ length: rows * features }, random.normal);
  const w = Float64Array.from({ length: classes * features }, () => random.normal() / 2);
  const labels = Int32Array.from({ length: rows }, (_, i) => {
    let best = 0;
    let most = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < classes; k++) {
      let logit = -Math.log(-Math.log(random.uniform())); // Gumbel noise: the largest is drawn from the softmax
      for (let j = 0; j < features; j++) logit += x[i * features + j] * w[k * features + j];
      if (logit > most) [best, most] = [k, logit];
    }
    return best;
  });
  writeFileSync(join(folder, `${name}.features`), x);
  writeFileSync(join(folder, `${name}.labels`), labels);
}

const numbers = (Type, path) => {
  const { buffer, byteOffset, byteLength } = readFileSync(path);
  return new Type(buffer.slice(byteOffset, byteOffset + byteLength));
};

/** Mean loss with the penalty, by the same code for both: of two classes the first has no weights. */
function objectiveOf(inputs, labels, weights, intercepts, l2, classWeights) {
  const rows = weights.length === 1 ? [weights[0].map(() => 0), weights[0]] : weights;
  const bias = Float64Array.from(weights.length === 1 ? [0, intercepts[0]] : intercepts);
  const weight = { data: Float64Array.from(rows.flat()), rows: rows.length, columns: inputs.columns };
  const loss = linearCrossEntropy(inputs, weight, labels, { bias, classWeights, reduction: "mean" });
  return loss + (l2 / 2) * rows.flat().reduce((sum, w) => sum + w * w, 0);
}

function run(folder, { name, rows, features, classes }, allKernels, { short, classWeights }) {
  const inputs = {
    data: numbers(Float64Array, join(folder, `${name}.features`)),
    rows,
    columns: features,
  };
  const labels = numbers(Int32Array, join(folder, `${name}.labels`));
  // As often as there is time for: a fit of some milliseconds is quick by chance, or slow, once in five.
  const repeats = short ? 1 : 5;
  const enough = short ? 0 : 2;
  let seconds = Number.POSITIVE_INFINITY;
  let model;
  const begin = performance.now();
  for (let n = 0; n < repeats * allKernels.length || performance.now() - begin < 1000 * enough; n++) {
    const kernels = allKernels[n % allKernels.length];
    const start = performance.now();
    // Balanced weights sum to the number of rows: so the penalty is the same with them and without.
    model = fitSoftmaxRegression(inputs, labels, {
      classes,
      l2: 1 / (C * rows),
      tolerance,
      kernels,
      classWeights,
    });
    seconds = Math.min(seconds, (performance.now() - start) / 1000);
  }
  const shape = { name, rows, features, classes };
  const request = { folder, ...shape, C, tolerance, repeats, enough: enough / 2, classWeight: classWeights };
  const theirs = [1, 2].map((threads) => peer(request, threads)[0]);
  const ours = `${seconds.toFixed(3)} s (${model.fitted.iterations} iterations, ${model.fitted.reason})`;
  const title = `${name}${classWeights ? ", balanced" : ""}: ${rows.toLocaleString("en-US")} × ${features} × ${classes}`;
  if (theirs[0].skipped) {
    console.log(`${title}: ${ours}; scikit-learn skipped: ${theirs[0].skipped}`);
    return;
  }
  const other = theirs[0].seconds < theirs[1].seconds ? theirs[0] : theirs[1];
  const skip = classes - other.coefficients.length;
  const used = model.objective.classWeights ?? undefined;
  const [value, reference] = [
    [model.weights.slice(skip), model.intercepts.slice(skip)],
    [other.coefficients, other.intercepts],
  ].map(([weights, intercepts]) => objectiveOf(inputs, labels, weights, intercepts, 1 / (C * rows), used));
  const loss = (value - reference) / reference;
  const coefficient = other.coefficients.reduce(
    (most, row, k) =>
      row.reduce((worst, w, j) => Math.max(worst, Math.abs(w - model.weights[k + skip][j])), most),
    0,
  );
  console.log(
    `${title}: ${ours}, ${other.library} ${other.seconds.toFixed(3)} s (${other.iterations} iterations): ${(seconds / other.seconds).toFixed(2)} × its time; loss ${value.toFixed(10)}, ${loss.toExponential(1)} of it from theirs; coefficients differ by at most ${coefficient.toExponential(1)}`,
  );
  if (Math.abs(loss) > 1e-8 || coefficient > 1e-5) throw new Error(`${title}: the optimum is not the same`);
}

export async function bench({ short }) {
  const folder = mkdtempSync(join(tmpdir(), "xent-fit-"));
  const threads = availableParallelism() > 1 ? [1, 2] : [1];
  const kernels = await Promise.all(threads.map((count) => loadKernels({ threads: count })));
  try {
    const synthetic = { name: "synthetic", rows: short ? 2000 : 100_000, features: 50, classes: 10 };
    writeSynthetic(folder, synthetic);
    console.log(
      `gradient tolerance ${tolerance}, C = ${C}; aims: the same optimum, and at most 1 × its time`,
    );
    run(folder, synthetic, kernels, { short });
    for (const { skipped, ...data } of peer({ folder, data: true }, 1)) {
      if (skipped) console.log(`skipped: ${skipped}`);
      else {
        run(folder, data, kernels, { short });
        if (data.name === "poor-health") run(folder, data, kernels, { short, classWeights: "balanced" });
      }
    }
  } finally {
    for (const one of kernels) one?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
