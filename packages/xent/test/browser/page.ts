import { loadKernels } from "xent/kernels";
import * as losses from "xent/losses";

// Runs in a browser: the kernels beside their twins, and how many threads each way of loading them has.

export interface Found {
  isIsolated: boolean;
  /** Threads by how the kernels were loaded; 0 where there are none. */
  threads: Record<string, number>;
  /** The largest difference of a loss or a gradient from the twin's, by how the kernels were loaded. */
  difference: Record<string, number>;
}

const [rows, columns] = [3000, 50];
const data = Float64Array.from({ length: rows * columns }, (_, j) => 8 * Math.sin(j * 12.9898));
const logits = { data, rows, columns };
const labels = Int32Array.from({ length: rows }, (_, i) => (i * 7) % columns);
const weight = { data: data.slice(0, 100 * columns), rows: 100, columns };

function differenceOf(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = 0;
  for (let j = 0; j < b.length; j++) most = Math.max(most, Math.abs(a[j] - b[j]));
  return a.length === b.length ? most : Number.MAX_VALUE;
}

async function find(): Promise<Found> {
  const found: Found = { isIsolated: globalThis.crossOriginIsolated === true, threads: {}, difference: {} };
  for (const [name, options] of Object.entries({
    plain: {},
    "two threads": { threads: 2 },
    shared: { shared: true },
  })) {
    const kernels = await loadKernels(options);
    found.threads[name] = kernels?.threads ?? 0;
    if (!kernels) continue;
    const inside = kernels.matrix(rows, columns, "float64");
    inside.data.set(data);
    const ours = kernels.softmaxCrossEntropyWithGradient(inside, labels);
    const twins = losses.softmaxCrossEntropyWithGradient(logits, labels);
    const ourLinear = kernels.linearCrossEntropyWithGradient(logits, weight, labels);
    const twinLinear = losses.linearCrossEntropyWithGradient(logits, weight, labels);
    found.difference[name] = Math.max(
      differenceOf(ours.loss, twins.loss),
      differenceOf(ours.gradient.data, twins.gradient.data),
      differenceOf(kernels.sigmoidFocalLoss(logits, labels), losses.sigmoidFocalLoss(logits, labels)),
      differenceOf(ourLinear.weightGradient.data, twinLinear.weightGradient.data) / rows,
    );
    kernels.close();
  }
  return found;
}

// Where to tell it is in the address; the kernels themselves have to do without fetch.
const { fetch } = globalThis;
globalThis.fetch = () => Promise.reject(new Error("a kernel is not fetched"));
const tell = (result: object) =>
  fetch(new URLSearchParams(location.search).get("tell")!, {
    method: "POST",
    mode: "no-cors",
    body: JSON.stringify(result),
  });
find().then(tell, (error) => tell({ error: String(error) }));
