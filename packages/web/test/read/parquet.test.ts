import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { openFile } from "../../src/read/open-file.ts";
import { expectRefusal, fileAt, load, open, plain } from "./load.ts";

// Written by DuckDB 1.5.6: test/read/files/make.mjs
const file = (name: string) => openFile(fileAt(`packages/web/test/read/files/${name}`));
const bytesOf = (name: string) => readFileSync(new URL(`files/${name}`, import.meta.url));

// What `SELECT columns(*)::VARCHAR` prints.
const texts = {
  tinyint: ["1", "2", null, "3"],
  utinyint: ["200", "0", null, "1"],
  smallint: ["-300", "5", null, "6"],
  usmallint: ["60000", "1", null, "2"],
  integer: ["-70000", "2", null, "3"],
  uinteger: ["4000000000", "3", null, "4"],
  bigint: ["-9007199254740993", "4", null, "5"],
  ubigint: ["18446744073709551615", "5", null, "6"],
  float: ["3.0", "0.1", null, "1e-05"],
  double: ["7.0", "0.1", null, "1e+16"],
  decimal: ["0.35", "1.50", null, "-3.00"],
  wide: ["12345678901.500", "-0.250", null, "0.001"],
  text: ["a", "é😀", null, "a"],
  bool: ["true", "false", null, "true"],
  date: ["2024-02-29", "1969-12-31", null, "0001-01-01"],
  timestamp: ["2024-02-29 12:30:00.5", "1969-12-31 23:59:59", null, "2024-01-01 00:00:00"],
  zoned: ["2024-02-29 12:30:00+00", "1970-01-01 00:00:00+00", null, "2024-01-01 00:00:00.000001+00"],
  time: ["10:11:12", "00:00:00.25", null, "23:59:59"],
  blob: ["ab", "\\xFF\\x00q", null, "ab"],
  uuid: [
    "00112233-4455-6677-8899-aabbccddeeff",
    "00112233-4455-6677-8899-aabbccddee00",
    null,
    "00112233-4455-6677-8899-aabbccddeeff",
  ],
  doubles: ["[0.5, NULL, 0.25]", "[]", null, "[1e+300, -0.0]"],
  floats: ["[0.1, 0.9]", "[]", null, null],
  bigints: ["[1, 2]", null, null, "[NULL]"],
};

describe("types", () => {
  test("are spelled as DuckDB spells them", async () => {
    const { columns, rows, format } = await file("types.parquet");
    expect(Object.fromEntries(columns.map(({ name, type }) => [name, type]))).toEqual({
      tinyint: "TINYINT",
      utinyint: "UTINYINT",
      smallint: "SMALLINT",
      usmallint: "USMALLINT",
      integer: "INTEGER",
      uinteger: "UINTEGER",
      bigint: "BIGINT",
      ubigint: "UBIGINT",
      float: "FLOAT",
      double: "DOUBLE",
      decimal: "DECIMAL(4,2)",
      wide: "DECIMAL(18,3)",
      text: "VARCHAR",
      bool: "BOOLEAN",
      date: "DATE",
      timestamp: "TIMESTAMP",
      zoned: "TIMESTAMP WITH TIME ZONE",
      time: "TIME",
      blob: "BLOB",
      uuid: "UUID",
      doubles: "DOUBLE[]",
      floats: "FLOAT[]",
      bigints: "BIGINT[]",
      struct: "STRUCT",
    });
    expect(rows).toBe(4);
    expect(format).toBe("parquet");
  });

  test("the text of a value is what DuckDB prints", async () => {
    const needs = Object.fromEntries(Object.keys(texts).map((name) => [name, "text" as const]));
    expect(plain(await load(await file("types.parquet"), needs))).toEqual(texts);
  });

  test("numbers of every type are numbers, and what is null is missing", async () => {
    const names = [
      "tinyint",
      "utinyint",
      "smallint",
      "usmallint",
      "integer",
      "uinteger",
      "bigint",
      "ubigint",
      "double",
      "decimal",
      "wide",
    ];
    const found = await load(
      await file("types.parquet"),
      Object.fromEntries(names.map((name) => [name, "number" as const])),
    );
    const expected = names.map((name) => [
      name,
      texts[name as "double"].map((text) => (text === null ? null : Number(text))),
    ]);
    expect(plain(found)).toEqual(Object.fromEntries(expected));
    expect(
      [...found.values.values()].every((values) => "missing" in values && Number.isNaN(values.data[2])),
    ).toBe(true);
  });

  test("single precision stays single", async () => {
    const found = await load(await file("types.parquet"), { float: "number", floats: "numbers" });
    expect(found.values.get("float")).toMatchObject({ data: Float32Array.of(3, 0.1, Number.NaN, 1e-5) });
    expect(found.values.get("floats")).toMatchObject({ data: Float32Array.of(0.1, 0.9) });
  });

  test("arrays may be empty, absent or have nulls", async () => {
    const found = await load(await file("types.parquet"), {
      doubles: "numbers",
      floats: "numbers",
      bigints: "numbers",
    });
    expect(plain(found)).toEqual({
      doubles: [[0.5, null, 0.25], [], null, [1e300, -0]],
      floats: [[Math.fround(0.1), Math.fround(0.9)], [], null, null],
      bigints: [[1, 2], null, null, [null]],
    });
  });

  test("the first rows are shown as text", async () => {
    const { preview } = await file("types.parquet");
    expect(preview.rows).toHaveLength(4);
    expect(preview.rows[1][preview.columns.indexOf("text")]).toBe("é😀");
    expect(preview.rows[0][preview.columns.indexOf("doubles")]).toBe("[0.5, NULL, 0.25]");
    expect(preview.rows[2].every((text) => text === "")).toBe(true);
  });
});

describe("compression", () => {
  for (const codec of ["zstd", "snappy", "gzip", "brotli", "lz4_raw"]) {
    test(`${codec} is read, over several row groups`, async () => {
      const found = await load(await file(`${codec}.parquet`), {
        id: "number",
        group: "text",
        x: "number",
        p: "numbers",
      });
      const each = <T>(value: (i: number) => T) => Array.from({ length: 3000 }, (_, i) => value(i));
      expect(plain(found)).toEqual({
        id: each((i) => i),
        group: each((i) => `group ${i % 5}`),
        x: each((i) => (i % 64) / 8),
        p: each((i) => (i % 7 === 3 ? null : [i % 16, null, 0.5])),
      });
    });
  }
});

describe("reading", () => {
  test("only the columns that are needed are in the table, in the order of the file", async () => {
    const found = await load(await file("zstd.parquet"), { x: "number", group: "text" });
    expect(found.columns).toEqual([
      { name: "group", type: "VARCHAR" },
      { name: "x", type: "DOUBLE" },
    ]);
    expect([...found.values.keys()]).toEqual(["group", "x"]);
  });

  test("tells how far it is and can be cancelled", async () => {
    const opened = await file("zstd.parquet");
    const needs = [{ column: opened.columns[0], as: "number" as const }];
    const done: number[] = [];
    await opened.load(needs, { skipBadRows: false, onProgress: (share) => done.push(share) });
    expect(done).toEqual([2048 / 3000, 1]);
    const cancel = new AbortController();
    const read = opened.load(needs, {
      skipBadRows: false,
      signal: cancel.signal,
      onProgress: () => cancel.abort(),
    });
    await expect(read).rejects.toThrow(expect.objectContaining({ name: "AbortError" }));
  });

  for (const path of ["digits", "languages", "byte-model", "digit-images"]) {
    test(`the predictions of examples/${path} are read`, async () => {
      const opened = await openFile(fileAt(`examples/${path}/predictions.parquet`));
      const as = (type: string) =>
        type.endsWith("[]") ? "numbers" : /^(DOUBLE|FLOAT)$/.test(type) ? "number" : "text";
      const found = await load(
        opened,
        Object.fromEntries(opened.columns.map(({ name, type }) => [name, as(type)])),
      );
      expect(found.rows).toBe(opened.rows);
      for (const values of found.values.values()) {
        if (values.kind === "text")
          expect(values.codes.every((code) => code < values.values.length)).toBe(true);
        else expect(values.data.some((value) => value !== 0 && Number.isFinite(value))).toBe(true);
      }
    });
  }
});

describe("bad input", () => {
  test("a file that was cut off or damaged is refused", async () => {
    const whole = bytesOf("zstd.parquet");
    const damaged = "cut.parquet: the Parquet file is damaged or was cut off";
    for (const length of [3, 300, whole.length - 1]) {
      await expectRefusal(open("cut.parquet", whole.subarray(0, length)), damaged);
    }
    await expectRefusal(
      open("cut.parquet", Buffer.concat([whole.subarray(0, 300), whole.subarray(400)])),
      damaged,
    );
    await expectRefusal(open("cut.parquet", "label,p_a\n"), damaged);
    const holed = Buffer.from(whole);
    holed.fill(0x55, 4000, 5000);
    await expectRefusal(
      open("cut.parquet", holed).then((opened) =>
        load(opened, { id: "number", x: "number", p: "numbers", group: "text" }),
      ),
      damaged,
    );
  });

  test("an empty file is refused", async () => {
    await expectRefusal(open("empty.parquet", ""), "empty.parquet: the file is empty");
  });

  test("text in the place of numbers stays text, for those who evaluate it to refuse", async () => {
    const found = await load(await file("types.parquet"), { text: "number" });
    expect(found.columns).toEqual([{ name: "text", type: "VARCHAR" }]);
    expect(plain(found)).toEqual({ text: texts.text });
  });

  test("a column of structures has no values", async () => {
    const opened = await file("types.parquet");
    await expectRefusal(load(opened, { struct: "text" }), 'the column "struct" is of type STRUCT');
  });
});
