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

test("with 200,000 classes it takes less than 8 MB beyond inputs, weight and their gradients", () => {
  const features = 16;
  const rows = 40;
  const classes = 200_000;
  const numbers = (length: number) => Float32Array.from({ length }, (_, i) => Math.sin(i * 1.7));
  const inputs = { data: numbers(rows * features), rows, columns: features };
  const weight = { data: numbers(classes * features), rows: classes, columns: features };
  const labels = Int32Array.from({ length: rows }, (_, i) => i * 997);
  const gradients = 4 * (inputs.data.length + weight.data.length);
  let logSumExp = 0;
  const bytes = allocatedBy(() => {
    const { loss } = linearCrossEntropyWithGradient(inputs, weight, labels);
    logSumExp = loss[0];
  });
  expect(bytes - gradients).toBeGreaterThan(0);
  expect(bytes - gradients).toBeLessThan(8e6); // all the logits would take 64 MB in float64
  // The first row, directly.
  const logits = Float64Array.from({ length: classes }, (_, k) => {
    let sum = 0;
    for (let j = 0; j < features; j++) sum += inputs.data[j] * weight.data[k * features + j];
    return sum;
  });
  const expected = Math.log(logits.reduce((sum, z) => sum + Math.exp(z), 0)) - logits[0];
  expect(Math.abs(logSumExp - expected)).toBeLessThan(1e-12);
});
