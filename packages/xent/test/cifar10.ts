import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { FloatMatrix } from "../src/losses/matrix.ts";

// Real predictions that are not ours to commit: see the README of the folder.
const folder = fileURLToPath(new URL("../../../../shared/data/cifar10/", import.meta.url));

export const hasCifar10 = existsSync(folder);

export interface ReferenceFigures {
  crossEntropy: number;
  temperature: number;
  crossEntropyAtTemperature: number;
}

export const cifar10Figures = (): Record<string, ReferenceFigures> =>
  JSON.parse(readFileSync(`${folder}expected.json`, "utf8")).models;

/** The predictions of a model, in logarithms; the file holds them in single precision, uncompressed. */
export function cifar10(model: string): { logProbabilities: FloatMatrix<Float64Array>; labels: number[] } {
  const bytes = readFileSync(`${folder}${model}.npz`);
  const probabilities = arrayOf(bytes, "probabilities.npy");
  const labels = arrayOf(bytes, "labels.npy");
  const rows = labels.length / 8;
  return {
    logProbabilities: {
      data: Float64Array.from({ length: rows * 10 }, (_, i) => Math.log(probabilities.readFloatLE(4 * i))),
      rows,
      columns: 10,
    },
    labels: Array.from({ length: rows }, (_, i) => Number(labels.readBigInt64LE(8 * i))),
  };
}

/** The numbers of a stored array: behind the names in the zip's local header, and the array's own header. */
function arrayOf(zip: Buffer, name: string): Buffer {
  const header = zip.indexOf(name) - 30;
  const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
  const first = start + 10 + zip.readUInt16LE(start + 8);
  const itemSize = name === "labels.npy" ? 8 : 4;
  const shape = /'shape': \((\d+), ?(\d*)\)/.exec(zip.toString("latin1", start, first)) as RegExpExecArray;
  return zip.subarray(first, first + itemSize * Number(shape[1]) * Number(shape[2] || 1));
}
