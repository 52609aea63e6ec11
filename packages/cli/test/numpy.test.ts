import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { file, xent } from "./run.ts";

// Written by NumPy itself: packages/engine/test/numpy/make.py
const numpy = (name: string) => fileURLToPath(new URL(`../../engine/test/numpy/${name}`, import.meta.url));
const mean = -(Math.log(0.75) + Math.log(0.5) + Math.log(0.125)) / 3;

const evaluate = (...args: string[]) => xent(["evaluate", ...args, "--json"]);
async function crossEntropy(...args: string[]): Promise<number> {
  const ran = await evaluate(...args);
  expect(ran.err).toBe("");
  return JSON.parse(ran.out).models[0].crossEntropy.estimate;
}

describe("NumPy files", () => {
  for (const name of ["stored.npz", "deflated.npz"]) {
    test(`every type of number and label is read from ${name}`, async () => {
      for (const predictions of ["f2", "f4", "f8"]) {
        for (const label of ["i4", "i8", "u1"]) {
          const found = await crossEntropy(numpy(name), "--probabilities", predictions, "--label", label);
          expect(found, `${predictions} ${label}`).toBeCloseTo(mean, 14);
        }
      }
    });
  }

  test("text and booleans are labels too", async () => {
    const own = ["--probabilities", "f8", "--classes"];
    expect(await crossEntropy(numpy("stored.npz"), "--label", "name", ...own, "a,b😀")).toBeCloseTo(mean, 14);
    expect(await crossEntropy(numpy("stored.npz"), "--label", "flag", ...own, "false,true")).toBeCloseTo(
      mean,
      14,
    );
  });

  test("FILE.npz#array names the predictions", async () => {
    expect(await crossEntropy(`${numpy("stored.npz")}#f4`, "--label", "i8")).toBeCloseTo(mean, 14);
  });

  test("one column of a matrix is a column", async () => {
    const found = await crossEntropy(numpy("stored.npz"), "--probability", "column", "--label", "i8");
    expect(found).toBeCloseTo(mean, 14);
  });

  test("labels may stand in a file of their own", async () => {
    const predictions = numpy("probabilities.npy");
    expect(
      await crossEntropy(predictions, "--probabilities", "probabilities", "--label", numpy("labels.npy")),
    ).toBeCloseTo(mean, 14);
    expect(
      await crossEntropy(
        predictions,
        "--probabilities",
        "probabilities",
        "--label",
        `${numpy("stored.npz")}#i4`,
      ),
    ).toBeCloseTo(mean, 14);
  });

  const refusals: [string, string[], RegExp][] = [
    ["Fortran order", ["--probabilities", "fortran"], /column after column[\s\S]*ascontiguousarray/],
    ["objects", ["--probabilities", "objects"], /Python objects/],
    ["big-endian numbers", ["--probabilities", "big"], /big-endian/],
    ["three dimensions", ["--probabilities", "cube"], /3, 2, 2/],
    [
      "arrays of different lengths",
      ["--probabilities", "f8", "--label", "short"],
      /has 2 rows and [\s\S]*has 3/,
    ],
    ["an array that is not there", ["--probabilities", "f16"], /no column "f16"/],
  ];
  for (const [name, flags, message] of refusals) {
    test(`${name}: refused`, async () => {
      const ran = await evaluate(
        numpy("stored.npz"),
        ...(flags.includes("--label") ? [] : ["--label", "i8"]),
        ...flags,
      );
      expect(ran.err).toMatch(message);
      expect(ran.err).not.toMatch(/defect|\n\s+at /);
      expect(ran.status).toBe(2);
    });
  }

  test("files that were cut off are refused", async () => {
    const whole = readFileSync(numpy("probabilities.npy"));
    const cut = file("cut.npy", whole.subarray(0, whole.length - 8));
    const ran = await evaluate(cut, "--probabilities", "cut", "--label", numpy("labels.npy"));
    expect(ran.err).toMatch(/cut off: 2 of 3 rows/);
    const zip = readFileSync(numpy("stored.npz"));
    const broken = await evaluate(file("cut.npz", zip.subarray(0, zip.length / 2)), "--label", "i8");
    expect(broken.err).toMatch(/no \.npz file, or was cut off/);
    expect([ran.status, broken.status]).toEqual([2, 2]);
    const text = await evaluate(file("text.npy", "label,p_a\n"), "--label", "i8");
    expect(text.err).toMatch(/no array in NumPy's format/);
  });
});
