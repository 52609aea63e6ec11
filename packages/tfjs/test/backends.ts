import { createRequire } from "node:module";
import { dirname } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { beforeAll, describe, expect } from "vitest";

const require = createRequire(import.meta.url);
setWasmPaths(`${dirname(require.resolve("@tensorflow/tfjs-backend-wasm"))}/`);
tf.enableProdMode(); // no banner

/** The suite once on each backend that runs in Node. */
export function onEachBackend(suite: (backend: string) => void): void {
  describe.each(["cpu", "wasm"])("%s", (backend) => {
    beforeAll(async () => {
      expect(await tf.setBackend(backend)).toBe(true);
    });
    suite(backend);
  });
}

/** The numbers of a tensor, which is disposed of. */
export function numbers(tensor: tf.Tensor): number[] {
  const values = Array.from(tensor.dataSync());
  tensor.dispose();
  return values;
}

/** Throws unless as many tensors are left as there were before. */
export function withoutLeak<T>(body: () => T): T {
  const { numTensors, numDataBuffers } = tf.memory();
  const result = body();
  expect(tf.memory().numTensors, "tensors are left").toBe(numTensors);
  expect(tf.memory().numDataBuffers, "buffers are left").toBe(numDataBuffers);
  return result;
}

/** The values of a loss' rows, and the gradients of their sum, each as plain numbers. */
export function valueAndGradients(
  loss: (...inputs: tf.Tensor[]) => tf.Tensor,
  ...inputs: tf.Tensor[]
): { loss: number[]; gradients: number[][] } {
  return withoutLeak(() => {
    const value = numbers(loss(...inputs));
    const gradients = tf.grads((...at) => tf.sum(loss(...at)))(inputs);
    return { loss: value, gradients: gradients.map(numbers) };
  });
}

/** Each actual number is the expected one within a relative or an absolute error; infinities are equal. */
export function expectNear(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { relative = 2e-6, absolute = 1e-30 }: { relative?: number; absolute?: number } = {},
): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    if (!Number.isFinite(expected[i])) {
      expect(actual[i], `[${i}]`).toBe(expected[i]);
      continue;
    }
    const error = Math.abs(actual[i] - expected[i]);
    expect(error, `[${i}] is ${actual[i]}, expected ${expected[i]}`).toBeLessThanOrEqual(
      Math.max(relative * Math.abs(expected[i]), absolute),
    );
  }
}
