import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { openFile } from "../../src/read/open-file.ts";
import { expectRefusal, fileAt, fileOf, load, open, plain } from "./load.ts";

// Written by NumPy itself: packages/engine/test/numpy/make.py
const numpy = (name: string) => openFile(fileAt(`packages/engine/test/numpy/${name}`));
const bytesOf = (name: string) =>
  readFileSync(new URL(`../../../engine/test/numpy/${name}`, import.meta.url));
const probabilities = [
  [0.75, 0.25],
  [0.5, 0.5],
  [0.125, 0.875],
];

describe("arrays", () => {
  for (const name of ["stored.npz", "deflated.npz"]) {
    test(`of every type are columns of ${name}`, async () => {
      const file = await numpy(name);
      expect(Object.fromEntries(file.columns.map(({ name, type }) => [name, type]))).toEqual({
        f2: "FLOAT[2]",
        f4: "FLOAT[2]",
        f8: "DOUBLE[2]",
        i4: "BIGINT",
        i8: "BIGINT",
        u1: "BIGINT",
        flag: "BOOLEAN",
        name: "VARCHAR",
        column: "DOUBLE",
        fortran: "DOUBLE[2]",
        objects: "DOUBLE[]",
        big: "DOUBLE[]",
        cube: "ARRAY of shape (3, 2, 2)",
        short: "BIGINT",
      });
      const predictions = await load(file, {
        f2: "numbers",
        f4: "numbers",
        f8: "numbers",
        fortran: "numbers",
      });
      expect(predictions.rows).toBe(3);
      for (const [array, values] of predictions.values) {
        expect(values.kind).toBe("numbers");
        expect("data" in values && values.data.constructor.name).toBe(
          /f[24]/.test(array) ? "Float32Array" : "Float64Array",
        );
        expect(plain(predictions)[array]).toEqual(probabilities);
      }
      const labels = {
        i4: "text",
        i8: "text",
        u1: "text",
        flag: "text",
        name: "text",
        column: "number",
      } as const;
      expect(plain(await load(file, labels))).toEqual({
        i4: ["0", "1", "0"],
        i8: ["0", "1", "0"],
        u1: ["0", "1", "0"],
        flag: ["false", "true", "false"],
        name: ["a", "b😀", "a"],
        column: [0.25, 0.5, 0.875],
      });
      expect(plain(await load(file, { column: "text", i8: "number" }))).toEqual({
        i8: [0, 1, 0],
        column: ["0.25", "0.5", "0.875"],
      });
    });
  }

  test("the first rows are shown, of arrays of other lengths too", async () => {
    const { preview, rows } = await numpy("deflated.npz");
    const shown = Object.fromEntries(
      preview.columns.map((name, k) => [name, preview.rows.map((row) => row[k])]),
    );
    expect(shown).toMatchObject({
      f2: ["[0.75, 0.25]", "[0.5, 0.5]", "[0.125, 0.875]"],
      fortran: ["[0.75, 0.25]", "[0.5, 0.5]", "[0.125, 0.875]"],
      name: ["a", "b😀", "a"],
      short: ["0", "1", ""],
      objects: ["", "", ""],
      cube: ["", "", ""],
    });
    expect(rows).toBeUndefined();
  });

  test("the array of a .npy is a column of the file's name", async () => {
    const file = await numpy("probabilities.npy");
    expect(file).toMatchObject({
      rows: 3,
      format: "npy",
      columns: [{ name: "probabilities", type: "DOUBLE[2]" }],
    });
    expect(plain(await load(file, { probabilities: "numbers" }))).toEqual({ probabilities });
  });

  test("headers of all versions are read, and integers of 64 bits keep their digits as text", async () => {
    const numbers = BigUint64Array.of(18446744073709551615n, 9007199254740993n);
    for (const version of [1, 2, 3]) {
      const header = Buffer.from("{'descr': '<u8', 'fortran_order': False, 'shape': (2,), }\n");
      const length = Buffer.alloc(version === 1 ? 2 : 4);
      length.writeUInt16LE(header.length);
      const magic = Buffer.from([0x93, ...Buffer.from("NUMPY"), version, 0]);
      const file = await open("ids.npy", Buffer.concat([magic, length, header, Buffer.from(numbers.buffer)]));
      expect(plain(await load(file, { ids: "text" }))).toEqual({
        ids: ["18446744073709551615", "9007199254740993"],
      });
    }
  });
});

describe("refusals", () => {
  const refusals: [string, string[], string[]][] = [
    ["objects", ["objects"], ["stored.npz#objects: is an array of Python objects"]],
    ["big-endian numbers", ["big"], ["big-endian"]],
    ["three dimensions", ["cube"], ["has the shape (3, 2, 2)"]],
    ["arrays of different lengths", ["f8", "short"], ["stored.npz#short has 2 rows and stored.npz#f8 has 3"]],
  ];
  for (const [name, arrays, parts] of refusals) {
    test(name, async () => {
      const file = await numpy("stored.npz");
      const needs = Object.fromEntries(arrays.map((array) => [array, "numbers" as const]));
      await expectRefusal(load(file, needs), ...parts);
    });
  }

  test("a matrix is no column of texts", async () => {
    await expectRefusal(load(await numpy("stored.npz"), { f8: "text" }), '"f8" is of type DOUBLE[2]');
  });

  test("files that were cut off, or are something else", async () => {
    const whole = bytesOf("probabilities.npy");
    await expectRefusal(
      open("cut.npy", whole.subarray(0, whole.length - 8)),
      "cut.npy: was cut off: 2 of 3 rows are there",
    );
    await expectRefusal(
      open("cut.npy", whole.subarray(0, 40)),
      "cut.npy: the file was cut off in its header",
    );
    await expectRefusal(open("text.npy", "label,p_a\n"), "text.npy: is no array in NumPy's format");
    const zip = bytesOf("stored.npz");
    await expectRefusal(
      open("cut.npz", zip.subarray(0, zip.length / 2)),
      "cut.npz: is no .npz file, or was cut off",
    );
    await expectRefusal(open("text.npz", "label,p_a\n"), "text.npz: is no .npz file, or was cut off");
    await expectRefusal(open("empty.npz", ""), "the file is empty");
  });

  test("a damaged part of a compressed archive", async () => {
    const zip = Buffer.from(bytesOf("deflated.npz"));
    // The first byte of the packed data of the first array: a block of a kind that there is none of.
    zip[30 + zip.readUInt16LE(26) + zip.readUInt16LE(28)] = 0xff;
    await expectRefusal(
      open("bad.npz", zip).then((file) => load(file, { f2: "numbers" })),
      "bad.npz: is no .npz file, or was cut off",
      '"f2.npy" is damaged',
    );
  });
});

test("a file whose name does not tell is known by its first bytes", async () => {
  const file = await openFile(fileOf("predictions", bytesOf("deflated.npz")));
  expect(file.format).toBe("npz");
});

const cifar10 = new URL("../../../../../shared/data/cifar10/lenet-5.npz", import.meta.url);
if (!existsSync(cifar10)) console.log("skipped: the folder of real predictions is absent");

test.skipIf(!existsSync(cifar10))("the predictions of an image classifier are read", async () => {
  const file = await openFile(fileOf("lenet-5.npz", readFileSync(cifar10)));
  expect(file.columns).toEqual([
    { name: "probabilities", type: "FLOAT[10]" },
    { name: "labels", type: "BIGINT" },
  ]);
  const { values, rows } = await load(file, { probabilities: "numbers", labels: "text" });
  expect(rows).toBe(10_000);
  expect(file.rows).toBe(10_000);
  expect(values.get("labels")).toMatchObject({ values: expect.arrayContaining(["0", "9"]) });
  const probabilities = values.get("probabilities");
  const data = probabilities?.kind === "numbers" ? probabilities.data : [];
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let k = 0; k < 10; k++) sum += data[i * 10 + k];
    expect(Math.abs(sum - 1)).toBeLessThan(1e-5);
  }
});
