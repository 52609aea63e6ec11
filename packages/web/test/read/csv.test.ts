import { describe, expect, test } from "vitest";
import { openFile } from "../../src/read/open-file.ts";
import { expectRefusal, fileAt, load, loaded, open, plain } from "./load.ts";

const good = "label,p_a,p_b\na,0.75,0.25\nb,0.5,0.5\na,0.125,0.875\n";
const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

describe("columns", () => {
  const sniffed = async (text: string, name = "x.csv") =>
    (await open(name, text)).columns.map(({ name, type }) => `${name} ${type}`);

  test("their types are those that the embedded engine of the command finds", async () => {
    const header = "int,double,bool,date,time,text,empty,nulls";
    const rows = ["1,1.0,true,2020-01-01,10:00:00,x,,", "2,2,false,2021-01-01,10:00:01,y,,3"];
    expect(await sniffed(`${header}\n${rows.join("\n")}\n`)).toEqual([
      "int BIGINT",
      "double DOUBLE",
      "bool BOOLEAN",
      "date DATE",
      "time TIME",
      "text VARCHAR",
      "empty VARCHAR",
      "nulls BIGINT",
    ]);
    expect(await sniffed("a,b,c,d\nnan,007,9223372036854775808,t\n2,008,1,F\n")).toEqual([
      "a DOUBLE",
      "b VARCHAR",
      "c DOUBLE",
      "d BOOLEAN",
    ]);
    expect(await sniffed("label,p_a\n")).toEqual(["label VARCHAR", "p_a VARCHAR"]);
  });

  test("the delimiter is found: comma, semicolon, tab or bar", async () => {
    for (const delimiter of [",", ";", "\t", "|"]) {
      const text = good.replaceAll(",", delimiter);
      expect(await sniffed(text)).toEqual(["label VARCHAR", "p_a DOUBLE", "p_b DOUBLE"]);
      expect(await loaded("x.csv", text, { p_b: "number" })).toEqual({ p_b: [0.25, 0.5, 0.875] });
    }
    expect(await sniffed("a;b\n1;2,5\n2;3,5\n")).toEqual(["a BIGINT", "b VARCHAR"]);
    expect(await sniffed("a b\n1 2\n")).toEqual(["a b VARCHAR"]);
  });

  test("a .tsv is divided by tabs, whatever else is in it", async () => {
    expect(await sniffed("a,b\n1,2\n", "x.tsv")).toEqual(["a,b VARCHAR"]);
  });

  test("names that are quoted, empty, double or hostile are names like any other", async () => {
    const names = ["p_it's", 'p_say ""hi""', "p_a.b, c", "p_😀"].map((name) => `"${name}"`).join(",");
    expect(await sniffed(`${names}\n1,2,3,4\n`)).toEqual([
      "p_it's BIGINT",
      'p_say "hi" BIGINT',
      "p_a.b, c BIGINT",
      "p_😀 BIGINT",
    ]);
    expect(await sniffed("a,a, b,\n1,2,3,4\n")).toEqual([
      "a BIGINT",
      "a_1 BIGINT",
      "b BIGINT",
      "column3 BIGINT",
    ]);
  });

  test("a mark of the byte order is no part of the first name", async () => {
    expect(await sniffed("\ufeffa,b\n1,2\n")).toEqual(["a BIGINT", "b BIGINT"]);
    expect(await loaded("x.csv", "\ufeffa,b\n1,2\n", { a: "number" })).toEqual({ a: [1] });
  });

  test("the first rows are shown as they stand", async () => {
    const { preview } = await open("x.csv", `label,p\na,"[${"0.1, ".repeat(50)}0.5]"\n`);
    expect(preview.columns).toEqual(["label", "p"]);
    expect(preview.rows[0][0]).toBe("a");
    expect(preview.rows[0][1]).toMatch(/^\[0\.1, .*, …$/);
    expect(preview.rows[0][1].length).toBeLessThan(130);
    expect((await open("x.csv", `x\n${"1\n".repeat(100)}`)).preview.rows).toHaveLength(20);
  });
});

describe("cells", () => {
  const table = { label: "text", x: "number" } as const;

  test("quotes enclose delimiters, line feeds and doubled quotes", async () => {
    const text = 'label,x\n"a,b",0.5\n"a""b","1"\n"two\nlines",2\nplain"q,3\n "s" ,4\n';
    expect(await loaded("x.csv", text, table)).toEqual({
      label: ["a,b", 'a"b', "two\nlines", 'plain"q', "s"],
      x: [0.5, 1, 2, 3, 4],
    });
  });

  test("single quotes enclose cells where double ones do not", async () => {
    const text = "label,x\n'a,b',1\n'it''s',2\n";
    expect(await loaded("x.csv", text, table)).toEqual({ label: ["a,b", "it's"], x: [1, 2] });
    expect((await loaded("x.csv", "label,x\nit's,1\n'tis,2\n", table)).label).toEqual(["it's", "'tis"]);
  });

  test("lines may end with a line feed, a carriage return or both, and the last with nothing", async () => {
    for (const end of ["\n", "\r\n", "\r"]) {
      const text = ["label,x", "a,1", "", "b,2"].join(end);
      expect(await loaded("x.csv", text, table)).toEqual({ label: ["a", "b"], x: [1, 2] });
      expect(await loaded("x.csv", text + end, table)).toEqual({ label: ["a", "b"], x: [1, 2] });
    }
  });

  test("an empty cell is missing, quoted or not; a blank line is none but where there is one column", async () => {
    expect(await loaded("x.csv", 'label,x\n"",1\n,2\nc,""\n', table)).toEqual({
      label: [null, null, "c"],
      x: [1, 2, null],
    });
    expect(await loaded("x.csv", "x\n1\n\n2\n", { x: "number" })).toEqual({ x: [1, null, 2] });
  });

  test("spaces are part of a text", async () => {
    expect((await loaded("x.csv", "label,x\n a ,1\n", table)).label).toEqual([" a "]);
  });

  test("a row may end with one more delimiter", async () => {
    expect((await loaded("x.csv", "label,x\na,1,\nb,2,\n", table)).x).toEqual([1, 2]);
  });

  // Each as DuckDB 1.5.6 reads it in a DOUBLE column.
  const numbers: [string, number | undefined][] = [
    ...(["1", "+1", " 1 ", "1.", "1e0", "01", "\t1", "1E+00"] as const).map((text): [string, number] => [
      text,
      1,
    ]),
    ["-1", -1],
    ["+-1", -1],
    ["1e-3", 0.001],
    ["1E5", 100000],
    [".5", 0.5],
    ["-.5", -0.5],
    ["1.e5", 100000],
    ["1e0005", 100000],
    ["1_000", 1000],
    ["-0.0", -0],
    ["1e400", Number.POSITIVE_INFINITY],
    ["1e-400", 0],
    ["4.9e-324", 5e-324],
    ["1.7976931348623159e308", Number.POSITIVE_INFINITY],
    ["0.1234567890123456789", 0.12345678901234568],
    ["123456789012345678901234567890", 1.2345678901234568e29],
    ["inf", Number.POSITIVE_INFINITY],
    ["-Infinity", Number.NEGATIVE_INFINITY],
    ["+INF", Number.POSITIVE_INFINITY],
    ["nan", Number.NaN],
    ["-NaN", Number.NaN],
    ...[
      ".",
      "+",
      "-",
      "e5",
      ".e5",
      "1e",
      "1e+",
      "--1",
      "1__0",
      "_1",
      "1_",
      "0x10",
      "1d",
      "true",
      "NULL",
      "NA",
      "1 2",
      "1e5.5",
      "٣",
      "  ",
    ].map((text): [string, undefined] => [text, undefined]),
  ];
  for (const [text, value] of numbers) {
    test(`${JSON.stringify(text)} is ${value === undefined ? "no number" : `the number ${value}`}`, async () => {
      const read = loaded("x.csv", `label;x\na;${text}\n`, { x: "number" });
      if (value === undefined)
        await expectRefusal(read, `line 2: column "x" is "${text}"; it must be a number`);
      else expect(await read).toEqual({ x: [value] });
    });
  }

  test("numbers are the nearest doubles, however many digits they have", async () => {
    const texts = Array.from({ length: 20_000 }, (_, i) =>
      String(Math.abs(Math.sin(i + 1)) * 10 ** ((i % 61) - 30)),
    );
    const { x } = await loaded("x.csv", `x\n${texts.join("\n")}\n`, { x: "number" });
    expect(x).toEqual(texts.map(Number));
  });

  test("arrays are written as text", async () => {
    const cells = ['"[1,2, 3e-1]"', '"[1,NULL,null]"', '"[]"', "", '" [1] "', '"[""1"", nan]"', "\"['2']\""];
    expect(
      await loaded("x.csv", `l,x\n${cells.map((cell) => `a,${cell}`).join("\n")}\n`, { x: "numbers" }),
    ).toEqual({
      x: [[1, 2, 0.3], [1, null, null], [], null, [1], [1, Number.NaN], [2]],
    });
    for (const cell of ["[1,", "[1,,2]", "1,2", "[1,x]", "[1,2,]", "(1,2)", "[0.1 0.9]"]) {
      await expectRefusal(
        loaded("x.csv", `l,x\na,"${cell}"\n`, { x: "numbers" }),
        `column "x" is "${cell}"; it must be an array of numbers such as [0.1, 0.9]`,
      );
    }
  });

  test("rows that go over from one part of the file to the next are whole", async () => {
    const rows = Array.from(
      { length: 30_000 },
      (_, i) => `"label ${i % 7}, ""${i}""\r\nand é",${i / 8},${i}`,
    );
    const file = await open("x.csv", `label,x,i\r\n${rows.join("\r\n")}`);
    const { label, x, i } = plain(await load(file, { label: "text", x: "number", i: "number" }));
    expect(label[29_999]).toBe(`label ${29_999 % 7}, "29999"\r\nand é`);
    expect(x).toEqual(rows.map((_, k) => k / 8));
    expect(i).toEqual(rows.map((_, k) => k));
  });
});

describe("bad input", () => {
  const table = { label: "text", p_a: "number", p_b: "number" } as const;
  const refused = (text: string | Uint8Array, ...parts: string[]) =>
    expectRefusal(loaded("bad.csv", text, table), "bad.csv: ", ...parts);

  test("a text cell in a number column is refused with line and column", async () => {
    await refused(
      `${good}a,oops,0.5\n`,
      'line 5: column "p_a" is "oops"; it must be a number',
      "--skip-bad-rows",
    );
    await refused(`${good}a,oops,0.5\na,1,x\nb,y,z\n`, 'line 5: column "p_a"', "(and 2 more lines like it)");
  });

  test("a line with too few or too many cells is refused with its line", async () => {
    await refused(`${good}a,0.5\n`, "line 5: 2 cells; the header has 3");
    await refused(`${good}a,0.5,0.5,7\n`, "line 5: 4 cells; the header has 3");
  });

  test("lines are counted as an editor counts them", async () => {
    await refused('label,p_a,p_b\n"two\nlines",0.5,0.5\n\na,x,0.5\n', "line 5: ");
  });

  test("a quoted cell that does not end where its quote does is refused", async () => {
    await refused('label,p_a,p_b\n"a"b,0.5,0.5\n', "line 2: a quoted cell is not closed where it ends");
    await refused('label,p_a,p_b\nc,1,0\n"a,0.5,0.5\n', "line 3: a quoted cell is not closed where it ends");
  });

  test("text that is not UTF-8 is refused", async () => {
    await refused(bytes("label,p_a,p_b\n\xe9,0.5,0.5\n"), "line 2: the text is not UTF-8", "iconv");
    await refused(bytes("lab\xe9l,p_a,p_b\na,0.5,0.5\n"), "the text is not UTF-8");
    await refused(bytes("\xff\xfel\0a\0"), "the text is not UTF-8");
  });

  test("a line of more than 2,000,000 bytes is refused, before all of it is read", async () => {
    await refused(`${good}${"x".repeat(3_000_000)},1,0\n`, "a line is longer than 2,000,000 bytes");
    await refused(`${good}"${"x\n".repeat(3_000_000)}`, "a line is longer than 2,000,000 bytes");
  });

  test("an empty file is refused, and one of blank lines", async () => {
    await refused("", "the file is empty");
    await refused("\n\n", "there is no header");
  });

  test("a header without rows has no rows", async () => {
    const file = await open("x.csv", "label,p_a,p_b\n");
    expect((await load(file, table)).rows).toBe(0);
  });

  test("lines that cannot be read are left out and counted, where bad rows may be skipped", async () => {
    const text = `${good}new,oops,1\nb,0.5\n"a"b,1,0\nb,0.25,0.75\n`;
    const file = await open("x.csv", text);
    const found = await load(file, table, true);
    expect(found.unreadable).toBe(3);
    expect(found.rows).toBe(4);
    expect(plain(found)).toEqual({
      label: ["a", "b", "a", "b"],
      p_a: [0.75, 0.5, 0.125, 0.25],
      p_b: [0.25, 0.5, 0.875, 0.75],
    });
    // A text that only such a line has is no text of the column.
    expect(found.values.get("label")).toMatchObject({ values: ["a", "b"] });
  });

  test("an array that proves bad at its end leaves nothing behind", async () => {
    const file = await open("x.csv", 'p\n"[1,2]"\n"[3,4,x]"\n"[5,6]"\n');
    expect(plain(await load(file, { p: "numbers" }, true))).toEqual({
      p: [
        [1, 2],
        [5, 6],
      ],
    });
  });
});

describe("reading", () => {
  test("tells how far it is and can be cancelled", async () => {
    const file = await open("x.csv", `x\n${"0.5\n".repeat(2_000_000)}`);
    const done: number[] = [];
    const needs = [{ column: file.columns[0], as: "number" as const }];
    await file.load(needs, { skipBadRows: false, onProgress: (share) => done.push(share) });
    expect(done.length).toBe(8);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(done.at(-1)).toBe(1);
    const cancel = new AbortController();
    const read = file.load(needs, {
      skipBadRows: false,
      signal: cancel.signal,
      onProgress: (share) => share > 0.5 && cancel.abort(),
    });
    await expect(read).rejects.toThrow(expect.objectContaining({ name: "AbortError" }));
  });

  test("the voters of the examples are read", async () => {
    const file = await openFile(fileAt("examples/voters/voters.csv"));
    const table = await load(file, Object.fromEntries(file.columns.map(({ name }) => [name, "text"])));
    expect(table.rows).toBeGreaterThan(100);
    expect(table.columns.map(({ name }) => name)).toEqual(file.columns.map(({ name }) => name));
    expect(table.textual).toBe("csv");
  });
});
