import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { expectRefusal, load, loaded, open, plain } from "./load.ts";

const good = '{"label":"a","p":[0.75,0.25]}\n{"label":"b","p":[0.5,0.5]}\n';

describe("columns", () => {
  // Each as DuckDB 1.5.6 describes it.
  const types: [string, string[]][] = [
    ['{"x":1}', ["x BIGINT"]],
    ['{"x":1}\n{"x":1.5}', ["x DOUBLE"]],
    ['{"x":7.0}', ["x DOUBLE"]],
    ['{"x":NaN}', ["x DOUBLE"]],
    ['{"x":12345678901234567890}', ["x HUGEINT"]],
    ['{"x":1}\n{"x":"a"}', ["x JSON"]],
    ['{"x":true}', ["x BOOLEAN"]],
    ['{"x":"1"}', ["x VARCHAR"]],
    ['{"x":null}', ["x JSON"]],
    ['{"x":[1,2.5]}', ["x DOUBLE[]"]],
    ['{"x":[]}\n{"x":[1]}', ["x BIGINT[]"]],
    ['{"x":["a"]}', ["x VARCHAR[]"]],
    ['{"x":[1,"a"]}', ["x JSON[]"]],
    ['{"x":[[1]]}', ["x BIGINT[][]"]],
    ['{"x":{"a":1}}', ["x STRUCT"]],
    ['{"b":1,"a":2}\n{"c":[0.5],"a":1}', ["b BIGINT", "a BIGINT", "c DOUBLE[]"]],
  ];
  for (const [text, expected] of types) {
    test(`${JSON.stringify(text)} has ${expected.join(", ")}`, async () => {
      const { columns } = await open("x.jsonl", `${text}\n`);
      expect(columns.map(({ name, type }) => `${name} ${type}`)).toEqual(expected);
    });
  }

  test("the first rows are shown, in whatever order their members are", async () => {
    const { preview } = await open("x.jsonl", '{"a":1,"b":"x"}\n{"b":"y\\n","c":[0.5,null]}\n');
    expect(preview).toEqual({
      columns: ["a", "b", "c"],
      rows: [
        ["1", "x", ""],
        ["", "y\n", "[0.5,null]"],
      ],
    });
  });
});

describe("values", () => {
  test("members are found in any order; what is absent or null is missing", async () => {
    const text =
      '{"label":"a","x":1,"p":[1,0]}\r\n\n{"p":[0.5,null],"label":null}\n{"other":{"x":[1,"}"]},"x":3}';
    expect(await loaded("x.jsonl", text, { label: "text", x: "number", p: "numbers" })).toEqual({
      label: ["a", null, null],
      x: [1, null, 3],
      p: [[1, 0], [0.5, null], null],
    });
  });

  // What `x ->> '$'` prints in DuckDB 1.5.6.
  const texts: [string, string | null][] = [
    ["1", "1"],
    ["7.0", "7.0"],
    ["0.10", "0.1"],
    ["1e5", "100000.0"],
    ["1E-7", "1e-7"],
    ["-0", "0"],
    ["-0.0", "-0.0"],
    ["9007199254740993", "9007199254740993"],
    ["123456789012345678901234567890", "123456789012345678901234567890"],
    ["1e400", "1e400"],
    ["true", "true"],
    ["null", null],
    ["NaN", "NaN"],
    ['"0.50"', "0.50"],
    ['""', ""],
    ['"a\\u00e9\\n\\"b"', 'aé\n"b'],
    ['"é😀"', "é😀"],
    ['[1, 2,"x"]', '[1,2,"x"]'],
    ['{"a": 1}', '{"a":1}'],
  ];
  for (const [json, text] of texts) {
    test(`the text of ${json} is ${JSON.stringify(text)}`, async () => {
      expect(await loaded("x.jsonl", `{"x":${json} }\n`, { x: "text" })).toEqual({ x: [text] });
    });
  }

  // What `TRY_CAST(x AS DOUBLE)` gives in DuckDB 1.5.6.
  const numbers: [string, number | undefined][] = [
    ["0.1234567890123456789", 0.12345678901234568],
    ["-1E-3", -0.001],
    ["NaN", Number.NaN],
    ["-Infinity", Number.NEGATIVE_INFINITY],
    ["true", 1],
    ['"0.5"', 0.5],
    ['"inf"', Number.POSITIVE_INFINITY],
    ['" 1 "', undefined],
    ['""', undefined],
    ['"x"', undefined],
    ["[1]", undefined],
    ['{"a":1}', undefined],
  ];
  for (const [json, value] of numbers) {
    test(`${json} is ${value === undefined ? "no number" : `the number ${value}`}`, async () => {
      const read = loaded("x.jsonl", `{"x":${json}}\n`, { x: "number" });
      if (value === undefined) await expectRefusal(read, `line 1: "x" is ${json}; it must be a number`);
      else expect(await read).toEqual({ x: [value] });
    });
  }

  test("what is no number in an array is missing there", async () => {
    const text = '{"p":[0.5, "0.25", null, "x", [1], NaN]}\n{"p":[]}\n';
    expect(await loaded("x.jsonl", text, { p: "numbers" })).toEqual({
      p: [[0.5, 0.25, null, null, null, Number.NaN], []],
    });
  });

  test("names may be written with escapes, and have any characters", async () => {
    const text = '{"\\u0078":1,"p \\"q\\"":2,"😀":3}\n{"😀":6,"x":4,"p \\"q\\"":5}\n';
    expect(await loaded("x.jsonl", text, { x: "number", 'p "q"': "number", "😀": "number" })).toEqual({
      x: [1, 4],
      'p "q"': [2, 5],
      "😀": [3, 6],
    });
  });

  test("lines that go over from one part of the file to the next are whole", async () => {
    const rows = Array.from({ length: 40_000 }, (_, i) => ({
      i,
      label: `é ${i % 9}`,
      p: [i / 8, 1 / (i + 1)],
    }));
    const text = rows.map((row) => JSON.stringify(row)).join("\n");
    for (const [name, content] of [
      ["x.jsonl", text],
      ["x.jsonl.gz", gzipSync(text)],
    ] as const) {
      expect(await loaded(name, content, { i: "number", label: "text", p: "numbers" })).toEqual({
        i: rows.map(({ i }) => i),
        label: rows.map(({ label }) => label),
        p: rows.map(({ p }) => p),
      });
    }
  });

  test("a file whose name does not tell is known by its first byte", async () => {
    expect((await open("predictions", good)).format).toBe("jsonl");
  });
});

describe("bad input", () => {
  const refused = (text: string | Uint8Array, ...parts: string[]) =>
    expectRefusal(loaded("bad.jsonl", text, { label: "text", p: "numbers" }), "bad.jsonl: ", ...parts);

  test("a value in the place of an array is refused with its line", async () => {
    await refused(
      `${good}{"label":"a","p":"oops"}\n{"p":1}\n`,
      'line 3: "p" is "oops"; it must be an array of numbers (and 1 more lines like it)',
      "--skip-bad-rows",
    );
  });

  test("a line that is no object is refused with its number", async () => {
    const bad = [
      '{"p":[1]',
      '{"p":[1}',
      '{"p" [1]}',
      "{'p':1}",
      '{"p":[1]} x',
      '{"p":[1]}{"p":[2]}',
      "[1]",
      "1",
      '{"p":1 2}',
      '{"p":}',
      '{"p',
      '{"p":oops}',
      '{"label":oops}',
      '{"label":"\\x"}',
    ];
    for (const line of bad)
      await refused(`${good}${line}\n`, "line 3 is not JSON", "each line must be one JSON object");
    await refused("[\n", "line 1 is not JSON");
  });

  test("beyond the first lines too", async () => {
    await refused(`${good.repeat(15_000)}{"p":[1]\n`, "line 30001 is not JSON");
  });

  test("text that is not UTF-8 is refused", async () => {
    await refused(
      Uint8Array.from('{"label":"\xe9"}\n', (character) => character.charCodeAt(0)),
      "the text is not UTF-8",
      "iconv",
    );
  });

  test("a line of more than 16,777,216 bytes is refused", async () => {
    await refused(`${good}{"label":"${"x".repeat(20_000_000)}"}\n`, "a line is longer than 16,777,216 bytes");
  });

  test("lines that do not fit are left out and counted, and rows keep their numbers", async () => {
    const file = await open(
      "x.jsonl",
      `{"label":"new","p":7}\n${good}{"label":"c","p":"x"}\n{"label":"b","p":[0,1]}\n`,
    );
    const found = await load(file, { label: "text", p: "numbers" }, true);
    expect(found).toMatchObject({
      rows: 3,
      unreadable: 2,
      rowNumbers: Int32Array.of(2, 3, 5),
      textual: "jsonl",
    });
    expect(plain(found)).toEqual({
      label: ["a", "b", "b"],
      p: [
        [0.75, 0.25],
        [0.5, 0.5],
        [0, 1],
      ],
    });
    expect(found.values.get("label")).toMatchObject({ values: ["a", "b"] });
  });
});
