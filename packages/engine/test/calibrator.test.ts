import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  applyCalibrator,
  type Calibrator,
  type CalibratorStep,
  checkCalibrator,
  fitCalibrator,
  fitLabelShiftEm,
  methodsFor,
  priorCorrection,
} from "xent/fit/calibrators";
import { type CalibratorInput, calibratorToSql } from "../src/index.ts";

let connection: Awaited<ReturnType<DuckDBInstance["connect"]>>;
beforeAll(async () => {
  connection = await (await DuckDBInstance.create(":memory:")).connect();
});
afterAll(() => connection.closeSync());

async function run(sql: string): Promise<Record<string, unknown>[]> {
  return (await connection.runAndReadAll(sql)).getRowObjectsJson() as Record<string, unknown>[];
}

/** Numbers as the engine's JSON has them: those that are not finite are text. */
const numberOf = (value: unknown): number => (value === null ? Number.NaN : Number(value));

const literal = (value: number) => (Number.isFinite(value) ? value.toExponential() : `'${value}'::DOUBLE`);
const list = (row: number[]) => `[${row.map(literal).join(", ")}]`;

/** Log-probabilities as `applyCalibrator` and the SQL both take them from a row of numbers. */
function logProbabilitiesOf(row: number[], form: CalibratorInput["form"]): number[] {
  if (form === "probabilities") {
    const sum = row.reduce((all, p) => all + p, 0);
    return row.map((p) => Math.log(p) - Math.log(sum));
  }
  const max = Math.max(...row);
  const logSum = Math.log(row.reduce((all, z) => all + Math.exp(z - max), 0));
  return row.map((z) => z - max - logSum);
}

function expectParity(calibrator: Calibrator, rows: number[][], results: number[][]) {
  const { columns, data } = applyCalibrator(calibrator, {
    data: Float64Array.from(rows.flat()),
    rows: rows.length,
    columns: rows[0].length,
  });
  results.forEach((row, i) => {
    row.forEach((z, k) => {
      const expected = data[i * columns + k];
      if (z === expected) return;
      const difference = Math.abs(z - expected) / Math.max(1, Math.abs(expected));
      expect(difference, `row ${i}, class ${k}: ${z} against ${expected}`).toBeLessThan(1e-12);
    });
  });
  expect(results.length).toBe(rows.length);
}

/** Rows of all kinds: ordinary, tied, sure, impossible, beyond what a double's exponential holds. */
function rowsOf(classes: number): number[][] {
  const rows = Array.from({ length: 60 }, (_, i) => {
    const raw = Array.from({ length: classes }, (_, k) => Math.exp(3 * Math.sin(1 + i * 7 + k * 3)));
    const sum = raw.reduce((all, one) => all + one, 0);
    return raw.map((one) => one / sum);
  });
  const even = new Array<number>(classes).fill(1 / classes);
  const sure = even.map((_, k) => (k === 1 ? 1 : 0));
  const half = even.map((_, k) => (k < 2 ? 0.5 : 0));
  const nearly = even.map((_, k) => (k === 0 ? 1 - 1e-15 : 1e-15 / (classes - 1)));
  const tiny = even.map((_, k) => (k === 0 ? 1 : 5e-324));
  return [...rows, even, sure, half, half, nearly, tiny];
}

const labelsOf = (rows: number[][]) =>
  rows.map((row, i) => (i % 3 === 0 ? (i / 3) % row.length : row.indexOf(Math.max(...row))));

function fitted(classes: number, mixture: boolean): [string, Calibrator][] {
  const rows = rowsOf(classes).map((row) => logProbabilitiesOf(row, "probabilities"));
  const matrix = { data: Float64Array.from(rows.flat()), rows: rows.length, columns: classes };
  const labels = labelsOf(rowsOf(classes));
  const names = rows[0].map((_, k) => String(k));
  const source = names.map((_, k) => k + 1);
  return [
    ...methodsFor(classes).map((method): [string, Calibrator] => [
      method,
      fitCalibrator(method, matrix, labels, { mixture }),
    ]),
    ["em", fitLabelShiftEm(matrix, { source, mixture })],
    ["prior-correction", priorCorrection({ classes: names, from: source, to: names.map(() => 1) })],
  ];
}

/** Maps that no fit gives, but a file may hold. */
const withSteps = (...steps: CalibratorStep[]): Calibrator =>
  checkCalibrator({ version: 1, method: "matrix", classes: ["0", "1", "2"], steps, fitted: { rows: 1 } });
const strange: [string, Calibrator][] = [
  ["a scale of 0", withSteps({ kind: "affine", scale: 0, bias: [0.5, 0, -0.5] })],
  ["a scale below 0", withSteps({ kind: "affine", scale: -1.5, bias: [0, 0, 0] })],
  ["scales of both signs", withSteps({ kind: "affine", scale: [1, 0, -2], bias: [0, 1, 0] })],
  [
    "a matrix that makes a gain of zeros",
    withSteps({
      kind: "affine",
      scale: [
        [1, -2, 0],
        [-2, 1, 0],
        [0.1, 0, -2],
      ],
      bias: [0, 0.1, 0],
    }),
  ],
  ["huge numbers", withSteps({ kind: "affine", scale: [1e100, 1, 1e-100], bias: [1e100, 0, -1e100] })],
  ["a mixture with zeros", withSteps({ kind: "mixture", weight: 0.25, distribution: [0.5, 0.5, 0] })],
  ["nothing but a mixture", withSteps({ kind: "mixture", weight: 1, distribution: [0.5, 0.5, 0] })],
  [
    "tables of zeros",
    withSteps({
      kind: "table",
      interpolation: "constant",
      tables: [0, 1, 2].map(() => ({ inputs: [0.3, 0.6], outputs: [0, 0, 1] })),
    }),
  ],
  [
    "a table of many pieces",
    withSteps({
      kind: "table",
      interpolation: "linear",
      tables: [0, 1, 2].map((k) => ({
        inputs: Array.from({ length: 40 }, (_, j) => (j + k / 3) / 41),
        outputs: Array.from({ length: 40 }, (_, j) => (Math.floor(j / 3) * 3) / 40),
      })),
    }),
  ],
  [
    "a table whose edge a probability stands on",
    withSteps({
      kind: "table",
      interpolation: "constant",
      tables: [0, 1, 2].map(() => ({ inputs: [0.5], outputs: [0.25, 0.75] })),
    }),
  ],
  [
    "a table of many pieces, on whose edges probabilities stand",
    withSteps({
      kind: "table",
      interpolation: "constant",
      tables: [0, 1, 2].map(() => ({
        inputs: Array.from({ length: 31 }, (_, j) => (j + 1) / 32),
        outputs: Array.from({ length: 32 }, (_, j) => j / 31),
      })),
    }),
  ],
  ["no steps", withSteps()],
];

const layouts = ["columns", "array"] as const;
const forms = ["probabilities", "logits", "log-probabilities"] as const;

/** Column names that would end a quotation, or meet ours. */
const hostile = ['a"b', "c'd", "e f; --", "Ü", "xent_z0_0"];

async function runCalibrator(
  calibrator: Calibrator,
  rows: number[][],
  form: CalibratorInput["form"],
  layout: "columns" | "array",
): Promise<number[][]> {
  const quote = (name: string) => `"${name.replaceAll('"', '""')}"`;
  const columns = rows[0].map((_, k) => hostile[k]);
  const values = rows.map(
    (row, i) => `(${[i, ...(layout === "array" ? [list(row)] : row.map(literal))].join(", ")})`,
  );
  const names = layout === "array" ? ["the array"] : columns;
  const from = `(VALUES ${values.join(", ")}) AS t("row no.", ${names.map(quote).join(", ")})`;
  const sql = calibratorToSql(calibrator, "duckdb", {
    from,
    form,
    numbers: layout === "array" ? { layout, column: "the array" } : { layout, columns },
    keep: ["row no."],
  });
  const found = await run(`SELECT * FROM (${sql}) ORDER BY "row no."`);
  return found.map(({ calibrated }) => (calibrated as unknown[]).map(numberOf));
}

describe.each([2, 3, 5])(
  "calibratorToSql for DuckDB is applyCalibrator to 1e-12, of %i classes",
  (classes) => {
    const calibrators = [
      ...fitted(classes, true),
      ...fitted(classes, false).map(([name, one]) => [`${name} without mixture`, one] as const),
      ...(classes === 3 ? strange : []),
    ];
    test.each(calibrators)("%s", async (_, calibrator) => {
      for (const layout of layouts) {
        for (const form of forms) {
          const rows = rowsOf(classes).map((row) => (form === "probabilities" ? row : row.map(Math.log)));
          if (form === "logits") {
            rows.push(...rows.slice(0, 4).map((row) => row.map((z) => 3 * z + 700)));
            rows.push(rows[0].map((_, k) => (k === 0 ? 1e308 : -1e308)));
            rows.push(rows[0].map((_, k) => (k === 1 ? 0 : -1e99 * (k + 1))));
          }
          const results = await runCalibrator(calibrator, rows, form, layout);
          expectParity(
            calibrator,
            rows.map((row) => logProbabilitiesOf(row, form)),
            results,
          );
        }
      }
    });
  },
);

describe("one column of two classes", () => {
  const ps = [0, 5e-324, 1e-20, 0.1, 0.5, 0.7, 1 - 1e-15, 1];
  const logits = [-1e300, -750, -30, -1, 0, 1e-20, 2, 40, 800];
  const logs = [Number.NEGATIVE_INFINITY, -800, -2, -Math.LN2, -0.3, -1e-18, -5e-324, 0];
  const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  const inputs = {
    probabilities: ps.map((p) => [p, [Math.log1p(-p), Math.log(p)]] as const),
    logits: logits.map((x) => [x, [-softplus(x), -softplus(-x)]] as const),
    "log-probabilities": logs.map(
      (z) => [z, [z < -1 ? Math.log1p(-Math.exp(z)) : Math.log(-Math.expm1(z)), z]] as const,
    ),
  };

  test.each(fitted(2, true))("%s, of probabilities, logits and log-probabilities", async (_, calibrator) => {
    for (const form of forms) {
      const from = `(VALUES ${inputs[form].map(([x], i) => `(${i}, ${literal(x)})`).join(", ")}) AS t(i, "p of ""yes""")`;
      const input = { from, form, numbers: { layout: "binary" as const, column: 'p of "yes"' }, keep: ["i"] };
      const found = await run(`SELECT * FROM (${calibratorToSql(calibrator, "duckdb", input)}) ORDER BY i`);
      const results = found.map(({ calibrated }) => (calibrated as unknown[]).map(numberOf));
      expectParity(
        calibrator,
        inputs[form].map(([, row]) => [...row]),
        results,
      );
    }
  });
});

describe("what is written", () => {
  const calibrator = priorCorrection({ classes: ["no", "yes"], from: [1, 1], to: [1, 3] });
  const from = "(VALUES (7, 0.5e0)) AS t(id, p)";
  const binary = {
    from,
    form: "probabilities" as const,
    numbers: { layout: "binary" as const, column: "p" },
  };

  test("one column, columns or an array, of probabilities, logits or log-probabilities", async () => {
    const rowOf = async (output: CalibratorInput["output"]) =>
      (await run(calibratorToSql(calibrator, "duckdb", { ...binary, output })))[0];
    expect((await rowOf({ layout: "binary", form: "probabilities", name: "p" })).p).toBeCloseTo(0.75, 14);
    expect((await rowOf({ layout: "binary", form: "logits", name: "z" })).z).toBeCloseTo(Math.log(3), 14);
    const columns = await rowOf({ layout: "columns", form: "probabilities", names: ["p_no", "p_yes"] });
    expect(columns.p_no).toBeCloseTo(0.25, 14);
    expect(Object.keys(columns)).toEqual(["p_no", "p_yes"]);
    const { q } = await rowOf({ layout: "array", form: "log-probabilities", name: "q" });
    expect((q as number[])[1]).toBeCloseTo(Math.log(0.75), 14);
  });

  test("other columns come along, whatever they are called", async () => {
    const names = ["xent_z0_0", "XENT2_top1", 'quo"te', "calibrated "];
    const quoted = names.map((name) => `"${name.replaceAll('"', '""')}"`);
    const input = {
      ...binary,
      from: `(VALUES (0.5e0, 1, 2, 'x', NULL)) AS t(p, ${quoted.join(", ")})`,
      keep: names,
    };
    const [row] = await run(calibratorToSql(calibrator, "duckdb", input));
    expect(Object.keys(row)).toEqual([...names, "calibrated"]);
    expect(names.map((name) => row[name])).toEqual([1, 2, "x", null]);
  });

  test("a row that is no distribution has NULLs, and spoils no other", async () => {
    const rows = [
      "NULL, 0.5e0",
      "-0.5e0, 1.5e0",
      "0.5e0, 0.6e0",
      "'nan'::DOUBLE, 0.5e0",
      "0.5e0, 'inf'::DOUBLE",
      "0.5e0, 0.500001e0",
    ];
    const values = `(VALUES ${rows.map((row, i) => `(${i}, ${row})`).join(", ")}) AS t(i, a, b)`;
    const isKnown = async (input: Partial<CalibratorInput>) => {
      const whole = {
        from: values,
        form: "probabilities" as const,
        numbers: { layout: "columns" as const, columns: ["a", "b"] },
        keep: ["i"],
        ...input,
      };
      const found: boolean[][] = [];
      for (const one of fitted(2, true)) {
        const written = await run(`SELECT * FROM (${calibratorToSql(one[1], "duckdb", whole)}) ORDER BY i`);
        found.push(written.map(({ calibrated }) => (calibrated as unknown[]).every((z) => z !== null)));
        for (const { calibrated } of written) expect(calibrated).not.toContain("NaN");
      }
      expect(new Set(found.map(String)).size).toBe(1);
      return found[0];
    };
    expect(await isKnown({})).toEqual([false, false, false, false, false, true]);
    const [a, b] = [`'-inf'::DOUBLE`, `'nan'::DOUBLE`];
    const logits = `(VALUES (0, ${a}, ${a}), (1, ${b}, 1e0), (2, 1e0, ${b}), (3, NULL, 1e0), (4, 'inf'::DOUBLE, 1e0), (5, ${a}, 1e0)) AS t(i, a, b)`;
    expect(await isKnown({ from: logits, form: "logits" })).toEqual([
      false,
      false,
      false,
      false,
      false,
      true,
    ]);
    const logs = "(VALUES (0, 0e0, 0e0), (1, NULL, 0e0), (2, ln(0.5e0), ln(0.5e0))) AS t(i, a, b)";
    expect(await isKnown({ from: logs, form: "log-probabilities" })).toEqual([false, false, true]);
    const arrays =
      "(VALUES (0, [0.5e0]), (1, [0.5e0, 0.25e0, 0.25e0]), (2, NULL), (3, [0.5e0, NULL]), (4, [0.5e0, 0.5e0])) AS t(i, x)";
    const numbers = { layout: "array" as const, column: "x" };
    expect(await isKnown({ from: arrays, numbers })).toEqual([false, false, false, false, true]);
    const ones = "(VALUES (0, NULL), (1, -0.1e0), (2, 1.1e0), (3, 'nan'::DOUBLE), (4, 0.5e0)) AS t(i, x)";
    const one = { layout: "binary" as const, column: "x" };
    expect(await isKnown({ from: ones, numbers: one })).toEqual([false, false, false, false, true]);
    expect(await isKnown({ from: ones, numbers: one, form: "logits" })).toEqual([
      false,
      true,
      true,
      false,
      true,
    ]);
    expect(await isKnown({ from: ones, numbers: one, form: "log-probabilities" })).toEqual([
      false,
      true,
      false,
      false,
      false,
    ]);
  });

  test("single precision and decimals are read as they are", async () => {
    const numbers = { layout: "columns" as const, columns: ["a", "b"] };
    const input = {
      from: "(SELECT 0.25::FLOAT AS a, 0.75::DECIMAL(3, 2) AS b)",
      form: "probabilities" as const,
      numbers,
    };
    const [{ calibrated }] = await run(calibratorToSql(calibrator, "duckdb", input));
    expect((calibrated as number[])[1]).toBeCloseTo(Math.log(0.9), 14);
    const fixed = {
      ...input,
      from: "(SELECT [0.25, 0.75]::FLOAT[2] AS x)",
      numbers: { layout: "array" as const, column: "x" },
    };
    const [again] = await run(calibratorToSql(calibrator, "duckdb", fixed));
    expect((again.calibrated as number[])[1]).toBeCloseTo(Math.log(0.9), 14);
  });

  test("names of classes cannot end the comment they stand in", async () => {
    const evil = priorCorrection({ classes: ["a\nSELECT 1", "b\u2028\u0085c"], from: [1, 1], to: [1, 1] });
    expect(calibratorToSql(evil, "duckdb", binary).split("\n")[0]).toContain('"a\\nSELECT 1"');
    expect(await run(calibratorToSql(evil, "duckdb", binary))).toHaveLength(1);
  });

  const three = priorCorrection({ classes: ["a", "b", "c"], from: [1, 1, 1], to: [1, 1, 1] });
  test.each<[string, () => string, RegExp]>([
    [
      "another dialect",
      () => calibratorToSql(calibrator, "oracle" as "duckdb", binary),
      /the dialect is "oracle"; it is one of duckdb, clickhouse/,
    ],
    [
      "one column of three classes",
      () => calibratorToSql(three, "duckdb", binary),
      /there are 2 classes in one column; .* for 3 classes/,
    ],
    [
      "too few columns",
      () => calibratorToSql(three, "duckdb", { ...binary, numbers: { layout: "columns", columns: ["p"] } }),
      /there are 1 columns/,
    ],
    [
      "a name twice",
      () => calibratorToSql(calibrator, "duckdb", { ...binary, keep: ["Calibrated"] }),
      /"calibrated" would be written twice/,
    ],
  ])("%s is an error", (_, write, message) => {
    expect(write).toThrow(message);
  });
});

// The text was run by ClickHouse 26 (chdb) and Spark 4, with the parity above, and parsed as Trino's by sqlglot; they
// are not here, so that what is tried is what they take differently.
describe("the other engines' SQL", () => {
  const calibrator = fitted(2, true)[1][1];
  const input: CalibratorInput = {
    from: "predictions",
    form: "probabilities",
    numbers: { layout: "array", column: 'a"b`c\\d' },
    keep: ["row no."],
  };
  const sqlOf = (dialect: "duckdb" | "clickhouse" | "spark" | "trino") =>
    calibratorToSql(calibrator, dialect, input);

  test("differs in how names are quoted", () => {
    const nameIn = (sql: string) =>
      /xent_stage_0 AS \(\n +SELECT\n +\S+ \S+\n? *(.*) AS xent_list0/.exec(sql)?.[1];
    expect(nameIn(sqlOf("duckdb"))).toBe('CAST("a""b`c\\d" AS DOUBLE[])');
    expect(nameIn(sqlOf("clickhouse"))).toBe('`a"b``c\\\\d`');
    expect(nameIn(sqlOf("spark"))).toBe('`a"b``c\\d`');
    expect(nameIn(sqlOf("trino"))).toBe('"a""b`c\\d"');
  });

  test("differs in arrays, doubles and infinities, and in nothing else", () => {
    const common = (dialect: "duckdb" | "clickhouse" | "spark" | "trino", replaced: [RegExp, string][]) =>
      replaced
        .reduce((sql, [from, to]) => sql.replaceAll(from, to), sqlOf(dialect))
        .replace(/xent_stage_0 AS[\s\S]*?FROM predictions\n\)/, "");
    const duckdb = common("duckdb", []);
    expect(
      common("clickhouse", [
        [/toFloat64\((.*?\])\)/g, "CAST($1 AS DOUBLE)"],
        [/length\(/g, "len("],
        [/`row no\.`/g, '"row no."'],
        [/`calibrated`/g, '"calibrated"'],
        [/-inf/g, "'-inf'::DOUBLE"],
      ]),
    ).toBe(duckdb);
    expect(
      common("spark", [
        [/element_at\((\w+), (\d)\)/g, "$1[$2]"],
        [/size\(/g, "len("],
        [/array\((.*)\) AS/g, "[$1] AS"],
        [/`row no\.`/g, '"row no."'],
        [/`calibrated`/g, '"calibrated"'],
        [/CAST\('-Infinity' AS DOUBLE\)/g, "'-inf'::DOUBLE"],
      ]),
    ).toBe(duckdb);
    expect(
      common("trino", [
        [/element_at\((\w+), (\d)\)/g, "$1[$2]"],
        [/cardinality\(/g, "len("],
        [/ARRAY\[/g, "["],
        [/-infinity\(\)/g, "'-inf'::DOUBLE"],
      ]),
    ).toBe(duckdb);
  });

  test("has no number that is a decimal", () => {
    for (const [, one] of fitted(3, true)) {
      const sql = calibratorToSql(one, "trino", {
        ...input,
        numbers: { layout: "columns", columns: ["a", "b", "c"] },
      });
      const numbers = sql.replaceAll(/^ *--.*$/gm, "").match(/(?<![\w.])\d+\.\d+(?!e)\b/g) ?? [];
      expect(numbers.filter((number) => !sql.includes(`${number}e`))).toEqual([]);
    }
  });
});
