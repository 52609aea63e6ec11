import { Worker } from "node:worker_threads";
import { afterEach, describe, expect, test, vi } from "vitest";
import * as losses from "../losses/index.ts";
import { loadKernels } from "./index.ts";

const seeded = (length: number) =>
  Float32Array.from({ length }, (_, j) => 8 * Math.sin(j * 12.9898) * Math.cos(j));

describe("kernel memory", () => {
  test("a matrix in it is worked on in place, without a copy, and its gradient may be one too", async () => {
    const kernels = (await loadKernels())!;
    const [rows, columns] = [700, 900];
    const logits = kernels.matrix(rows, columns);
    const gradient = kernels.matrix(rows, columns);
    logits.data.set(seeded(rows * columns));
    const labels = Int32Array.from({ length: rows }, (_, i) => i);
    const before = kernels.usedBytes();
    const bytes = kernels.memory.buffer.byteLength;
    const ours = kernels.softmaxCrossEntropyWithGradient(logits, labels, 1, {
      out: { gradient: gradient.data },
    });
    expect(ours.gradient.data).toBe(gradient.data);
    expect(gradient.data.buffer).toBe(kernels.memory.buffer);
    // Only labels, losses and scratch were put beside them: less than a tenth of the matrix.
    expect(kernels.memory.buffer.byteLength - bytes).toBeLessThan(rows * columns * 0.4 + 65_536);
    expect(kernels.usedBytes()).toBe(before);
    const outside = { data: Float32Array.from(logits.data), rows, columns };
    const plain = kernels.softmaxCrossEntropyWithGradient(outside, labels);
    expect(plain.loss).toEqual(ours.loss);
    expect(plain.gradient.data).toEqual(Float32Array.from(gradient.data));
  });

  test("a matrix larger than the memory makes it grow, and older ones keep their numbers", async () => {
    const kernels = (await loadKernels())!;
    const small = kernels.matrix(2, 3, "float64");
    small.data.set([1, 2, 3, 4, 5, 6]);
    const large = kernels.matrix(1000, 5000);
    expect(large.data.length).toBe(5_000_000);
    expect([...small.data]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(kernels.softmaxCrossEntropy(small, [2, 2])[0]).toBeCloseTo(0.40760596444438, 13);
  });

  test("a call that makes the memory grow finds its matrices, and what it returns can be read", async () => {
    const kernels = (await loadKernels())!;
    const columns = 500_000; // copies of a row alone are more than what is kept spare
    const logits = kernels.matrix(1, columns);
    const gradient = kernels.matrix(1, columns);
    logits.data.set(seeded(columns));
    const before = Float32Array.from(logits.data);
    const bytes = kernels.memory.buffer.byteLength;
    const out = { gradient: gradient.data };
    const options = { labelSmoothing: 0.1, out };
    const { loss, gradient: result } = kernels.softmaxCrossEntropyWithGradient(logits, [3], 1, options);
    expect(kernels.memory.buffer.byteLength).toBeGreaterThan(bytes);
    const written = Float32Array.from(result.data);
    const outside = { data: before, rows: 1, columns };
    const expected = kernels.softmaxCrossEntropyWithGradient(outside, [3], 1, { labelSmoothing: 0.1 });
    expect(loss).toEqual(expected.loss);
    expect(written).toEqual(expected.gradient.data);
    expect(Float32Array.from(gradient.data)).toEqual(expected.gradient.data);
    expect(Float32Array.from(logits.data)).toEqual(before);
    // The view from before is empty, and is refused instead of written to nowhere.
    expect(() => kernels.softmaxCrossEntropyGradient(logits, [3], 1, { out: out.gradient })).toThrow(
      "an array is empty: it is a view of kernel memory from before that grew",
    );
    const probabilities = kernels.softmax(logits, { out: logits.data }).data;
    expect(probabilities.length).toBe(columns);
  });

  test("a call on matrices of a usual size does not make the memory grow: views stay what they are", async () => {
    const kernels = (await loadKernels())!;
    const logits = kernels.matrix(100_000, 10);
    const gradient = kernels.matrix(100_000, 10);
    const [x, g] = [logits.data, gradient.data];
    kernels.softmaxCrossEntropyWithGradient(logits, new Int32Array(100_000), 1, { out: { gradient: g } });
    kernels.sigmoidCrossEntropyWithGradient(logits, new Int32Array(100_000), 1, { labelSmoothing: 0.1 });
    expect([x.length, g.length]).toEqual([1_000_000, 1_000_000]);
  });

  test("at the limit there is a clear error, nothing is lost, and arrays outside are done in parts", async () => {
    const kernels = (await loadKernels({ maximumBytes: 4 * 2 ** 20 }))!;
    const kept = kernels.matrix(100, 100);
    kept.data.fill(1);
    expect(() => kernels.matrix(1100, 1000)).toThrow(
      /kernels: \d MB of memory are needed; WebAssembly gave \d MB/,
    );
    expect(() => kernels.matrix(1100, 1000)).toThrow(expect.objectContaining({ code: "memory" }));
    expect(kernels.softmaxCrossEntropy(kept, new Int32Array(100))[99]).toBeCloseTo(Math.log(100), 6);
    const rows = 10_000;
    const outside = { data: seeded(rows * 200), rows, columns: 200 }; // 8 MB
    const { loss, gradient } = kernels.softmaxCrossEntropyWithGradient(outside, new Int32Array(rows));
    const exact = losses.softmaxCrossEntropyWithGradient(outside, new Int32Array(rows));
    expect(Math.abs(loss[rows - 1] - exact.loss[rows - 1])).toBeLessThan(1e-5);
    expect(Math.abs(gradient.data[rows * 200 - 1] - exact.gradient.data[rows * 200 - 1])).toBeLessThan(1e-6);
  });

  test("memory is given back: a thousand calls and matrices need no more than one", async () => {
    const kernels = (await loadKernels())!;
    const logits = { data: seeded(50 * 70), rows: 50, columns: 70 };
    const labels = new Int32Array(50);
    const round = () => {
      const inside = kernels.matrix(50, 70, "float64");
      kernels.softmaxCrossEntropyWithGradient(logits, labels, 1, { labelSmoothing: 0.1 });
      kernels.sigmoidCrossEntropyGradient(logits, labels);
      kernels.softmax(inside);
      kernels.linearCrossEntropyWithGradient(logits, { ...logits, rows: 50 }, labels);
      kernels.free(inside);
    };
    round();
    const bytes = kernels.memory.buffer.byteLength;
    for (let i = 0; i < 1000; i++) round();
    expect(kernels.memory.buffer.byteLength).toBe(bytes);
    expect(kernels.usedBytes()).toBe(0);
    // Also where a call fails.
    expect(() =>
      kernels.softmaxCrossEntropy({ ...logits, data: logits.data.map(() => Number.NaN) }, labels),
    ).toThrow();
    expect(kernels.usedBytes()).toBe(0);
  });

  test("what is freed twice, or is no matrix of theirs, is refused", async () => {
    const kernels = (await loadKernels())!;
    const matrix = kernels.matrix(2, 2);
    kernels.free(matrix);
    expect(() => kernels.free(matrix)).toThrow(
      "free: what is freed is not a matrix of these kernels, or was freed",
    );
    expect(() => kernels.matrix(2, 0)).toThrow("columns from 1");
  });

  test("linearCrossEntropy takes at most a few MB, whatever the number of classes", async () => {
    const kernels = (await loadKernels())!;
    const [rows, features, classes] = [40, 16, 200_000];
    const inputs = { data: seeded(rows * features), rows, columns: features };
    const weight = { data: seeded(classes * features), rows: classes, columns: features };
    kernels.linearCrossEntropyWithGradient(
      inputs,
      weight,
      Int32Array.from({ length: rows }, (_, i) => i * 997),
    );
    expect(kernels.memory.buffer.byteLength).toBeLessThan(8e6); // all the logits would take 32 MB
  });
});

describe("threads and workers", () => {
  test("rows over two or three threads give what one gives, bit for bit", async () => {
    const one = (await loadKernels())!;
    const [rows, columns] = [2001, 57];
    const logits = { data: seeded(rows * columns), rows, columns };
    const targets = { ...logits, data: logits.data.map((x) => Math.abs(x) / 8) };
    const labels = Int32Array.from({ length: rows }, (_, i) => i % columns);
    const weight = { data: seeded(301 * columns), rows: 301, columns };
    for (const threads of [2, 3]) {
      const many = (await loadKernels({ threads }))!;
      expect(many.threads).toBe(threads);
      expect(many.memory.buffer).toBeInstanceOf(SharedArrayBuffer);
      const inside = many.matrix(rows, columns);
      inside.data.set(logits.data);
      for (const given of [{}, { labelSmoothing: 0.1, ignoreLabel: 3 }]) {
        const expected = one.softmaxCrossEntropyWithGradient(logits, labels, 1, given);
        expect(many.softmaxCrossEntropyWithGradient(logits, labels, 1, given)).toEqual(expected);
        expect(many.softmaxCrossEntropy(inside, labels, given)).toEqual(expected.loss);
        expect(many.focalLoss(logits, labels, given)).toEqual(one.focalLoss(logits, labels, given));
        expect(many.sigmoidCrossEntropyWithGradient(logits, labels, 1, given)).toEqual(
          one.sigmoidCrossEntropyWithGradient(logits, labels, 1, given),
        );
      }
      expect(many.softTargetCrossEntropyWithGradient(logits, targets)).toEqual(
        one.softTargetCrossEntropyWithGradient(logits, targets),
      );
      expect(many.logSoftmax(logits)).toEqual(one.logSoftmax(logits));
      expect(many.linearCrossEntropyWithGradient(logits, weight, labels)).toEqual(
        one.linearCrossEntropyWithGradient(logits, weight, labels),
      );
      // A bad row of the last thread is found and named as one thread does.
      const bad = Int32Array.from(labels);
      bad[rows - 1] = columns;
      expect(() => many.softmaxCrossEntropy(logits, bad)).toThrow(`labels[2000] is 57; with 57 classes`);
      many.close();
    }
  });

  test("a worker uses a matrix of shared memory, and its gradient is there when it is done", async () => {
    const kernels = (await loadKernels({ shared: true }))!;
    const [rows, columns] = [500, 30];
    const logits = kernels.matrix(rows, columns);
    const gradient = kernels.matrix(rows, columns);
    logits.data.set(seeded(rows * columns));
    const labels = new Int32Array(rows);
    const worker = new Worker(
      `const { parentPort, workerData } = require("node:worker_threads");
       (async () => {
         const { loadKernels } = await import(workerData.module);
         const { share, logits, gradient, labels } = workerData;
         const kernels = await loadKernels({ share });
         const [x, g] = [kernels.attach(logits), kernels.attach(gradient)];
         if (x.data.buffer !== kernels.memory.buffer) throw new Error("it would be copied");
         const { loss } = kernels.softmaxCrossEntropyWithGradient(x, labels, 1, { out: { gradient: g.data } });
         parentPort.postMessage(loss);
       })();`,
      {
        eval: true,
        workerData: {
          module: new URL("../../dist/kernels/index.js", import.meta.url).href,
          share: kernels.share(2 ** 20),
          logits: { ...logits },
          gradient: { ...gradient },
          labels,
        },
      },
    );
    const loss = await new Promise((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
    });
    const expected = kernels.softmaxCrossEntropyWithGradient(logits, labels);
    expect(loss).toEqual(expected.loss);
    expect(Float32Array.from(gradient.data)).toEqual(expected.gradient.data);
  });

  test("a share has a size, and where it is too small a call says what it needs, and leaves nothing behind", async () => {
    const kernels = (await loadKernels({ shared: true }))!;
    for (const bytes of [Number.NaN, -1, 100, 65_536.5])
      expect(() => kernels.share(bytes)).toThrow(
        `share: bytes is ${bytes}; it must be an integer from 65536`,
      );
    const shared = (await loadKernels({ share: kernels.share(65_536) }))!;
    const logits = { data: seeded(20_000), rows: 1, columns: 20_000 };
    for (const call of [
      () => shared.softmaxCrossEntropy(logits, [0]),
      () => shared.linearCrossEntropy(logits, logits, [0]),
    ]) {
      expect(call).toThrow(/kernels: [\d,]+ bytes of memory are needed; this share has 65,536$/);
      expect(shared.usedBytes()).toBe(0);
    }
  });

  test("memory that is not shared cannot be, and says how it could", async () => {
    const kernels = (await loadKernels())!;
    expect(() => kernels.share()).toThrow("load them with shared: true");
    const outside = { data: new Float32Array(4), rows: 2, columns: 2 };
    expect(() => kernels.attach(outside)).toThrow(
      "attach: the matrix is not of the memory that these kernels share",
    );
    const shared = (await loadKernels({ shared: true }))!;
    const matrix = { ...shared.matrix(2, 2), rows: 3 };
    expect(() => shared.attach(matrix)).toThrow("attach: matrix.data has 4 numbers; 3 rows of 2 have 6");
  });
});

describe("loadKernels", () => {
  afterEach(() => vi.unstubAllGlobals());

  test("is undefined where there is no WebAssembly, or none with vectors", async () => {
    vi.stubGlobal("WebAssembly", undefined);
    expect(await loadKernels()).toBeUndefined();
    vi.stubGlobal("WebAssembly", { validate: () => false });
    expect(await loadKernels({ threads: 2 })).toBeUndefined();
  });

  test("refuses options outside their range", async () => {
    await expect(loadKernels({ threads: 0 })).rejects.toThrow("threads is 0; it must be an integer from 1");
    await expect(loadKernels({ maximumBytes: 2 ** 40 })).rejects.toThrow("maximumBytes is 1099511627776");
  });
});
