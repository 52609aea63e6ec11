import { expect, test, vi } from "vitest";
import { linearSuite } from "../../test/linear-suite.ts";
import { linearCrossEntropy, linearCrossEntropyWithGradient } from "./index.ts";
import { linearCrossEntropyOver } from "./linear-cross-entropy-over.ts";
import { linearTiles } from "./linear-tiles.ts";

linearSuite("xent/losses", (tileNumbers) =>
  tileNumbers === undefined
    ? { linearCrossEntropy, linearCrossEntropyWithGradient }
    : linearCrossEntropyOver(linearTiles, tileNumbers),
);

/** Bytes of all float and integer arrays that `run` makes. */
function allocatedBy(run: () => unknown): number {
  let bytes = 0;
  const counted = <Type extends { new (...args: never[]): { byteLength: number; buffer: unknown } }>(
    type: Type,
  ) =>
    new Proxy(type, {
      construct(target, args, newTarget) {
        const made = Reflect.construct(target, args, newTarget);
        if (!(args[0] instanceof ArrayBuffer)) bytes += made.byteLength;
        return made;
      },
    });
  vi.stubGlobal("Float64Array", counted(Float64Array));
  vi.stubGlobal("Float32Array", counted(Float32Array));
  vi.stubGlobal("Int32Array", counted(Int32Array));
  try {
    run();
  } finally {
    vi.unstubAllGlobals();
  }
  return bytes;
}

const numbers = (length: number) => Float32Array.from({ length }, (_, i) => Math.sin(i * 1.7));

test.each([
  ["200,000 classes", { classes: 200_000, rows: 40, features: 16 }],
  ["65,536 features", { classes: 9, rows: 100, features: 65_536 }],
])("with %s it takes less than 8 MB beyond inputs, weight and their gradients", (_, shape) => {
  const { classes, rows, features } = shape;
  const inputs = { data: numbers(rows * features), rows, columns: features };
  const weight = { data: numbers(classes * features), rows: classes, columns: features };
  const labels = Int32Array.from({ length: rows }, (_, i) => (i * 997) % classes);
  const gradients = 4 * (inputs.data.length + weight.data.length);
  let loss = 0;
  const bytes = allocatedBy(() => {
    loss = linearCrossEntropyWithGradient(inputs, weight, labels).loss[0];
  });
  expect(bytes - gradients).toBeGreaterThan(0);
  expect(bytes - gradients).toBeLessThan(8e6); // all logits of 200,000 would take 64 MB, the inputs in float64 52 MB
  // The first row, directly.
  const logits = Float64Array.from({ length: classes }, (_, k) => {
    let sum = 0;
    for (let j = 0; j < features; j++) sum += inputs.data[j] * weight.data[k * features + j];
    return sum;
  });
  const max = logits.reduce((most, z) => Math.max(most, z));
  const expected = Math.log(logits.reduce((sum, z) => sum + Math.exp(z - max), 0)) - (logits[0] - max);
  expect(Math.abs(loss - expected)).toBeLessThan(1e-9 * Math.max(1, max)); // sums of 65,536 terms in another order
});
