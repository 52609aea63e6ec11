import type { BlockRows, LinearTilesOf } from "../losses/linear-tiles.ts";
import type { FloatArray } from "../losses/matrix.ts";
import { isDouble } from "./arrays.ts";
import { roomOf } from "./heap.ts";
import type { Runner } from "./run-rows.ts";

/** Numbers of the weight, or of its gradient, that are in kernel memory at a time. */
const PART_NUMBERS = 2 ** 18;

/** Scratch of the functions that go over a row of the tile: 64 bytes and two blocks. */
const SCRATCH_BYTES = 64 + 2 * 512;

/**
 * The arithmetic of `linearCrossEntropy` in kernel memory. The inputs of a block are copied there once; of the weight
 * and of its gradient as many classes at a time as fit in `PART_NUMBERS`.
 *
 * Sums over features and over the rows of a block are in the precision of the matrices, and the inputs' gradient is
 * rounded to it once a part.
 */
export function linearTilesOf({ heap, threads, call }: Runner): LinearTilesOf {
  return (problem, mostRows, mostClasses) => {
    const { inputs, weight, bias, softcap = 0, classWeights, smooth, gradients } = problem;
    const features = inputs.columns;
    // One precision for all: double where any is, so that nothing is lost.
    const double = Math.max(isDouble(inputs), isDouble(weight));
    const type = double ? Float64Array : Float32Array;
    const size = type.BYTES_PER_ELEMENT;
    const lanes = 16 / size;
    const padded = Math.ceil(features / lanes) * lanes;
    const rowBytes = padded * size;
    const part = Math.max(1, Math.min(mostClasses, Math.floor(PART_NUMBERS / padded)));
    const room = mostRows;

    const { allocate, free } = roomOf(heap);
    const stats = allocate(8 * room * 8);
    const tops = allocate(2 * room * 4);
    const tile = allocate(mostRows * mostClasses * size);
    const copied = allocate(mostRows * rowBytes);
    const inputsGradient = gradients?.inputs ? allocate(mostRows * rowBytes) : 0;
    const w = allocate(part * rowBytes);
    const weightGradient = gradients ? allocate(part * rowBytes) : 0;
    const biases = bias ? allocate(mostClasses * size) : 0;
    const shares = classWeights ? allocate(mostClasses * 8) : 0;
    const scratch = Array.from({ length: threads }, () => allocate(SCRATCH_BYTES));

    // Views are made after all room was given out: none grows the memory, which would empty them.
    const view = (at: number, length: number) => new type(heap.memory.buffer as ArrayBuffer, at, length);
    const numbers = (index: number) =>
      new Float64Array(heap.memory.buffer as ArrayBuffer, stats + index * 8 * room, room);
    const integers = (index: number) =>
      new Int32Array(heap.memory.buffer as ArrayBuffer, tops + index * 4 * room, room);
    // In the order in which assembly/linear-cross-entropy.ts has them.
    const rows: BlockRows = {
      max: numbers(0),
      rest: numbers(1),
      labelLogit: numbers(2),
      gap: numbers(3),
      pull: numbers(4),
      push: numbers(5),
      hit: numbers(6),
      atTop: numbers(7),
      label: integers(0),
      top: integers(1),
    };
    const over = (count: number, argumentsOf: (from: number, count: number, thread: number) => number[]) =>
      split(count, threads).map(([from, to], thread) => [double, ...argumentsOf(from, to - from, thread)]);

    /** Copies rows of a matrix to kernel memory, each to whole vectors. */
    const copyIn = (data: FloatArray, at: number, count: number, rowOf: (n: number) => number) => {
      const target = view(at, count * padded);
      if (padded !== features) target.fill(0);
      for (let n = 0; n < count; n++) {
        const begin = rowOf(n) * features;
        target.set(data.subarray(begin, begin + features), n * padded);
      }
    };
    /** The rows of a block: at once where they are neighbours. */
    const copyRows = (data: FloatArray, at: number, chosen: Int32Array) => {
      if (padded === features && isRun(chosen)) copyWeight(data, at, chosen[0], chosen.length);
      else copyIn(data, at, chosen.length, (n) => chosen[n]);
    };
    const copyWeight = (data: FloatArray, at: number, from: number, count: number) => {
      if (padded === features)
        view(at, count * features).set(data.subarray(from * features, (from + count) * features));
      else copyIn(data, at, count, (n) => from + n);
    };
    const copyOut = (at: number, count: number, data: FloatArray, rowOf: (n: number) => number) => {
      const source = view(at, count * padded);
      for (let n = 0; n < count; n++)
        data.set(source.subarray(n * padded, n * padded + features), rowOf(n) * features);
    };
    const parts = (from: number, to: number) => {
      const all: { begin: number; count: number }[] = [];
      for (let begin = from; begin < to; begin += part)
        all.push({ begin, count: Math.min(part, to - begin) });
      return all;
    };
    /** Class weights of a tile's classes, as `merge` and `differentiate` take them. */
    const copyShares = (from: number, to: number) => {
      if (!classWeights) return;
      const target = new Float64Array(heap.memory.buffer as ArrayBuffer, shares, to - from);
      for (let k = from; k < to; k++) target[k - from] = classWeights[k];
    };

    // Rows that are neighbours in kernel memory, and whole vectors there, are read where they are.
    const isInside =
      inputs.data.buffer === heap.memory.buffer && inputs.data instanceof type && padded === features;
    const isRun = (chosen: Int32Array) => chosen[chosen.length - 1] - chosen[0] === chosen.length - 1;
    let block: Int32Array = new Int32Array(0);
    let x = copied;
    return {
      rows,

      start(next) {
        block = next;
        x = isInside && isRun(block) ? inputs.data.byteOffset + block[0] * rowBytes : copied;
        if (x === copied) copyRows(inputs.data, x, block);
        if (inputsGradient) view(inputsGradient, block.length * padded).fill(0);
      },

      multiply(from, to) {
        const stride = (to - from) * size;
        for (const { begin, count } of parts(from, to)) {
          copyWeight(weight.data, w, begin, count);
          const out = tile + (begin - from) * size;
          // Few classes are not split evenly; each number is the same however they are.
          const byRows = count < 16 * threads;
          call(
            "multiply",
            byRows
              ? over(block.length, (r, some) => [
                  x + r * rowBytes,
                  some,
                  w,
                  count,
                  rowBytes,
                  out + r * stride,
                  stride,
                ])
              : over(count, (k, some) => [
                  x,
                  block.length,
                  w + k * rowBytes,
                  some,
                  rowBytes,
                  out + k * size,
                  stride,
                ]),
          );
        }
        if (!bias && softcap === 0) return;
        if (bias) view(biases, to - from).set(bias.subarray(from, to));
        call(
          "finishLogits",
          over(block.length, (r, some, thread) => [
            tile + r * stride,
            some,
            to - from,
            stride,
            biases,
            softcap,
            scratch[thread],
          ]),
        );
      },

      merge(from, to, seen) {
        copyShares(from, to);
        call(
          "merge",
          over(block.length, (r, some, thread) => [
            tile,
            r,
            some,
            to - from,
            from,
            stats,
            tops,
            room,
            shares,
            smooth ? 1 : 0,
            seen,
            scratch[thread],
          ]),
        );
      },

      differentiate(from, to) {
        copyShares(from, to);
        call(
          "differentiate",
          over(block.length, (r, some, thread) => [
            tile,
            r,
            some,
            to - from,
            from,
            stats,
            tops,
            room,
            shares,
            softcap,
            scratch[thread],
          ]),
        );
      },

      addGradients(from, to) {
        if (!gradients) return;
        const stride = (to - from) * size;
        for (const { begin, count } of parts(from, to)) {
          const factors = tile + (begin - from) * size;
          if (inputsGradient) {
            copyWeight(weight.data, w, begin, count);
            call(
              "addProducts",
              over(block.length, (r, some) => [
                inputsGradient + r * rowBytes,
                some,
                w,
                count,
                rowBytes,
                factors + r * stride,
                stride,
                size,
              ]),
            );
          }
          copyWeight(gradients.weight, weightGradient, begin, count);
          call(
            "addProducts",
            over(count, (k, some) => [
              weightGradient + k * rowBytes,
              some,
              x,
              block.length,
              rowBytes,
              factors + k * size,
              size,
              stride,
            ]),
          );
          copyOut(weightGradient, count, gradients.weight, (n) => begin + n);
        }
        if (!gradients.bias) return;
        const values = view(tile, block.length * (to - from));
        const sums = new Float64Array(to - from);
        for (let at = 0; at < values.length; ) for (let k = 0; k < sums.length; k++) sums[k] += values[at++];
        for (let k = from; k < to; k++) gradients.bias[k] += sums[k - from];
      },

      finish() {
        if (gradients?.inputs) copyOut(inputsGradient, block.length, gradients.inputs, (n) => block[n]);
      },

      close: free,
    };
  };
}

/** So many things in as many parts as there are threads, but no part of less than two. */
function split(count: number, threads: number): [number, number][] {
  const size = Math.max(2, Math.ceil(count / threads / 2) * 2);
  const parts: [number, number][] = [];
  for (let from = 0; from < count; from += size) parts.push([from, Math.min(count, from + size)]);
  return parts;
}
