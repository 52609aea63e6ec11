import { expect, test } from "vitest";
import { imports } from "./exports.ts";
import { wasm } from "./module.ts";

// The exponential that all kernels use, by itself. It is for numbers ≤ 0, a logit less the largest; its range there
// ends at ln 2⁻¹²⁶ (−87.34) and ln 2⁻¹⁰²² (−708.4); half a binade below that it is 0.

const memory = new WebAssembly.Memory({ initial: 1, maximum: 65_536 });
const module = new WebAssembly.Module(Uint8Array.from(atob(wasm), (c) => c.charCodeAt(0)));
const { exponentialsF32, exponentialsF64, heapBase } = new WebAssembly.Instance(module, imports(memory))
  .exports as Record<string, (...args: number[]) => number>;
const begin = Math.ceil(heapBase() / 64) * 64;
const scratch = begin + 512;

/** How far `actual` is from `exact`, in units of the last place of a mantissa of so many bits. */
const ulps = (actual: number, exact: number, bits: number) =>
  (Math.abs(actual - exact) / 2 ** Math.floor(Math.log2(exact))) * 2 ** bits;

test("exp in single precision is within 2.5 ulp over its whole range, and exact at 0", () => {
  const block = new Float32Array(memory.buffer, begin, 128);
  const bits = new Uint32Array(1);
  const number = new Float32Array(bits.buffer);
  let worst = 0;
  let at = 0;
  const inputs = new Float32Array(128);
  const flush = () => {
    block.set(inputs);
    exponentialsF32(begin, 512, scratch);
    for (let i = 0; i < at; i++) {
      const exact = Math.exp(inputs[i]);
      worst = Math.max(worst, ulps(block[i], exact, 23));
    }
    at = 0;
  };
  // Every 487th float from −0 to −87.33: 2.3 million of them, of every binade.
  for (bits[0] = 0x80000000; number[0] > -87.33; bits[0] += 487) {
    inputs[at++] = number[0];
    if (at === 128) flush();
  }
  flush();
  expect(worst).toBeLessThan(2.5);
  expect(worst).toBeGreaterThan(0.5); // it is a measurement
  block.set([0, -0, -87.7, -100, -1e30, Number.NEGATIVE_INFINITY, Number.NaN]);
  exponentialsF32(begin, 512, scratch);
  expect([...block.slice(0, 7)]).toEqual([1, 1, 0, 0, 0, 0, Number.NaN]);
});

test("exp in double precision is within 2.5 ulp over its whole range, and exact at 0", () => {
  const block = new Float64Array(memory.buffer, begin, 64);
  let worst = 0;
  for (let first = 0; first < 1_000_000; first += 64) {
    // Evenly over the range, and as many near zero.
    const inputs = Float64Array.from({ length: 64 }, (_, i) => {
      const share = (first + i) / 1e6;
      return i % 2 === 0 ? -708.39 * share : -(2 ** (-60 * share));
    });
    block.set(inputs);
    exponentialsF64(begin, 512, scratch);
    for (let i = 0; i < 64; i++) {
      const exact = Math.exp(inputs[i]);
      worst = Math.max(worst, ulps(block[i], exact, 52));
    }
  }
  // Math.exp is itself off by up to one ulp (fdlibm's e_exp.c), so that 1.5 from it are 2.5 from the truth.
  expect(worst).toBeLessThan(1.5);
  block.set([0, -0, -708.8, -1e300, Number.NEGATIVE_INFINITY, Number.NaN]);
  exponentialsF64(begin, 512, scratch);
  expect([...block.slice(0, 6)]).toEqual([1, 1, 0, 0, 0, Number.NaN]);
});
