import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { openFile } from "../../src/read/open-file.ts";
import { expectRefusal, fileAt, load, loaded, open } from "./load.ts";

const rows = Array.from({ length: 100_000 }, (_, i) => Math.abs(Math.sin(i)));
const text = `x\n${rows.join("\n")}\n`;
const damaged = "the compressed data is damaged or was cut off";

describe("gzip", () => {
  const packed = gzipSync(text);

  test("is unpacked as it is read", async () => {
    expect(await loaded("x.csv.gz", packed, { x: "number" })).toEqual({ x: rows });
    expect((await open("x.tsv.gz", packed)).columns).toEqual([{ name: "x", type: "DOUBLE" }]);
  });

  test("is known by its first bytes", async () => {
    expect((await open("x", packed)).format).toBe("csv");
  });

  test("that was cut off is refused, when it is opened or when it is loaded", async () => {
    const cut = packed.subarray(0, packed.length / 2);
    await expectRefusal(loaded("x.csv.gz", cut, { x: "number" }), `x.csv.gz: ${damaged}`);
    await expectRefusal(loaded("x.csv.gz", packed.subarray(0, -1), { x: "number" }), damaged);
    await expectRefusal(loaded("x.csv.gz", text, { x: "number" }), damaged);
    const large = gzipSync(text.replaceAll("\n", " and more, so that it is longer than what is looked at\n"));
    const file = await open("x.csv.gz", large.subarray(0, -9));
    await expectRefusal(load(file, { x: "text" }), damaged);
  });
});

describe("Zstandard", () => {
  // Written by DuckDB 1.5.6: test/read/files/make.mjs
  const file = () => fileAt("packages/web/test/read/files/rows.csv.zst");

  test("is unpacked as it is read", async () => {
    const table = await load(await openFile(file()), { i: "number", text: "text" });
    expect(table.rows).toBe(20_000);
    expect(table.values.get("i")).toMatchObject({ data: Float64Array.from({ length: 20_000 }, (_, i) => i) });
    expect(table.values.get("text")).toMatchObject({ values: ["text 0", "text 1", "text 2"] });
  });

  test("that was cut off is refused", async () => {
    const whole = new Uint8Array(await file().arrayBuffer());
    for (const length of [3, whole.length / 2, whole.length - 1]) {
      await expectRefusal(loaded("x.csv.zst", whole.subarray(0, length), { i: "number" }), damaged);
    }
    await expectRefusal(loaded("x.csv.zst", text, { x: "number" }), damaged);
  });
});

test("a file of no known format is refused with the known ones", async () => {
  await expectRefusal(
    open("data.bin", Uint8Array.of(0, 1, 2, 3)),
    "data.bin: its name does not tell the format",
    ".parquet",
  );
});
