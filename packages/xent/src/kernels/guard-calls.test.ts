import { describe, expect, test } from "vitest";
import * as losses from "../losses/index.ts";
import { loadKernels } from "./index.ts";

// Copies of one row of so many classes are more than what is kept spare beside a matrix: the call makes memory grow.
const columns = 500_000;
const seeded = (length: number) => Float64Array.from({ length }, (_, j) => 8 * Math.sin(j * 12.9898));

async function grownBy(call: (kernels: NonNullable<Awaited<ReturnType<typeof loadKernels>>>) => void) {
  const kernels = (await loadKernels())!;
  call(kernels);
  return kernels.memory.buffer.byteLength;
}

describe("a call in which the memory grows", () => {
  test("finds what was in it in another precision, a matrix that was copied as an object, and the loss to write", async () => {
    const made = (kernels: NonNullable<Awaited<ReturnType<typeof loadKernels>>>) => {
      const logits = kernels.matrix(1, columns, "float64");
      const gradient = kernels.matrix(1, columns, "float32");
      const loss = kernels.matrix(1, 1, "float64");
      logits.data.set(seeded(columns));
      return { logits, gradient, loss };
    };
    const before = await grownBy(made);
    const kernels = (await loadKernels())!;
    const { logits, gradient, loss } = made(kernels);
    const given = { labelSmoothing: 0.1, out: { loss: loss.data, gradient: gradient.data } };
    const result = kernels.softmaxCrossEntropyWithGradient({ ...logits }, [3], 1, given);
    expect(kernels.memory.buffer.byteLength).toBeGreaterThan(before);
    const outside = { data: seeded(columns), rows: 1, columns };
    const exact = losses.softmaxCrossEntropyWithGradient(outside, [3], 1, { labelSmoothing: 0.1 });
    expect(result.loss[0]).toBeCloseTo(exact.loss[0], 10);
    expect(loss.data[0]).toBe(result.loss[0]);
    expect(result.gradient.data).toEqual(gradient.data);
    expect(gradient.data[3]).toBeCloseTo(exact.gradient.data[3], 6);
    expect(logits.data).toEqual(outside.data);
  });

  test("still says what is wrong with a row", async () => {
    const kernels = (await loadKernels())!;
    const logits = kernels.matrix(1, columns, "float64");
    logits.data[7] = Number.NaN;
    expect(() => kernels.softmaxCrossEntropyGradient({ ...logits }, [3], 1, { labelSmoothing: 0.1 })).toThrow(
      "logits[0, 7] is NaN",
    );
    expect(kernels.usedBytes()).toBe(columns * 8);
  });

  test("may be of linearCrossEntropy, with all of its arrays in the memory", async () => {
    const kernels = (await loadKernels())!;
    const [rows, features, classes] = [600, 64, 2000];
    const inputs = kernels.matrix(rows, features, "float64");
    const weight = kernels.matrix(classes, features, "float64");
    const bias = kernels.matrix(1, classes, "float64");
    const outs = [kernels.matrix(rows, features, "float64"), kernels.matrix(classes, features, "float64")];
    for (const { data } of [inputs, weight, bias]) data.set(seeded(data.length).map((x) => x / 40));
    const labels = Int32Array.from({ length: rows }, (_, i) => i);
    const bytes = kernels.memory.buffer.byteLength;
    const outside = [inputs, weight].map((m) => ({ ...m, data: Float64Array.from(m.data) }));
    const outsideBias = Float64Array.from(bias.data);
    const ours = kernels.linearCrossEntropyWithGradient(inputs, weight, labels, 1, {
      bias: bias.data,
      ignoreLabel: 5,
      out: { inputsGradient: outs[0].data, weightGradient: outs[1].data },
    });
    expect(kernels.memory.buffer.byteLength).toBeGreaterThan(bytes);
    const exact = losses.linearCrossEntropyWithGradient(outside[0], outside[1], labels, 1, {
      bias: outsideBias,
      ignoreLabel: 5,
    });
    expect(ours.loss[599]).toBeCloseTo(exact.loss[599], 11);
    expect(ours.inputsGradient.data).toEqual(outs[0].data);
    for (const at of [0, 5 * features, rows * features - 1])
      expect(outs[0].data[at]).toBeCloseTo(exact.inputsGradient.data[at], 11);
    expect(outs[1].data[classes * features - 1]).toBeCloseTo(exact.weightGradient.data.at(-1)!, 11);
  });
});

test("a view from before the memory grew is refused, and the message says so", async () => {
  const kernels = (await loadKernels())!;
  const old = kernels.matrix(2, 2).data;
  kernels.matrix(1000, 5000);
  const stale = "softmax: an array is empty: it is a view of kernel memory from before that grew";
  expect(() => kernels.softmax({ data: old, rows: 2, columns: 2 })).toThrow(stale);
  const logits = { data: new Float32Array(4), rows: 2, columns: 2 };
  expect(() => kernels.softmax(logits, { out: old })).toThrow(stale);
  expect(kernels.softmax({ data: new Float32Array(0), rows: 0, columns: 2 }).data.length).toBe(0);
});

test.each([1, 2])(
  "after close() of %i threads a loss is refused, and close() does nothing more",
  async (threads) => {
    const kernels = (await loadKernels({ threads }))!;
    const matrix = kernels.matrix(1, 2);
    kernels.close();
    kernels.close();
    expect(() => kernels.softmaxCrossEntropy(matrix, [0])).toThrow(
      expect.objectContaining({
        code: "option",
        message: "softmaxCrossEntropy: these kernels were closed; load them anew",
      }),
    );
    expect(matrix.data.length).toBe(2);
  },
);
