import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { file, type Ran, xent } from "./run.ts";

const csv = `document,language,lp,length
1,en,-40.5,30
1,en,-12,7
2,de,-80,44
2,de,-10,3
3,de,-22,15
4,en,-31,20
`;
const flags = ["--label-log-probability", "lp", "--bytes", "length"];
const bits = 195.5 / 119 / Math.LN2;
const evaluate = (content: string, ...more: string[]) =>
  xent(["evaluate", file("text.csv", content), ...flags, ...more]);

describe("xent evaluate --bytes", () => {
  test("prints bits per byte in the table, in the slices and in the verdict", async () => {
    const { out, err, status } = await evaluate(csv, "--cluster", "document", "--slice", "language");
    expect(err).toBe("");
    expect(status).toBe(0);
    expect(out).toContain("119 bytes");
    expect(out).toMatch(/^model\s+cross-entropy\s+bits per byte$/m);
    expect(out).toMatch(/^model\s+32\.58 ± \S+\s+2\.37 ± 0\.69$/m);
    expect(out).toMatch(/^de\s+3\s+37\.33 ± \S+\s+2\.61 ± \S+ +├[─┼]*●[─┼]*┤$/m);
    expect(out).toContain("it needs 2.3701 bits a byte.");
  });

  test("gives it in JSON, in bits whatever the unit", async () => {
    for (const unit of ["nats", "bits"]) {
      const { out } = await evaluate(csv, "--unit", unit, "--json");
      const [model] = JSON.parse(out).models;
      expect(model.bytes).toBe(119);
      expect(model.bitsPerByte.estimate).toBeCloseTo(bits, 13);
      expect(model.bitsPerByte.interval[0]).toBeLessThan(bits);
    }
  });

  test("is a gate", async () => {
    const failed = await evaluate(csv, "--quiet", "--fail-if", "bitsPerByte > 1.2");
    expect(failed.status).toBe(1);
    expect(failed.err).toContain('gate failed: bitsPerByte > 1.2: "model" has 2.37');
    expect((await evaluate(csv, "--quiet", "--fail-if", "bitsPerByte.lower > 2.3")).status).toBe(0);
    const none = await xent([
      "evaluate",
      file("none.csv", csv),
      "--label-log-probability",
      "lp",
      "--quiet",
      "--fail-if",
      "bitsPerByte > 9",
    ]);
    expect(none.err).toContain("has no such figure");
  });

  test("is infinite where a label has probability zero", async () => {
    const ran = await evaluate(`${csv}5,en,-inf,3\n`);
    expect(ran.status).toBe(0);
    expect(ran.out).toMatch(/^model\s+∞\s+∞$/m);
    const [model] = JSON.parse((await evaluate(`${csv}5,en,-inf,3\n`, "--json")).out).models;
    expect(model.bitsPerByte).toEqual({ estimate: "Infinity", standardError: null, interval: null });
  });

  test("models in long form are each told their own", async () => {
    const long = "m,k,lp,length\na,1,-3,2\na,2,-4,3\nb,1,-5,2\nb,2,-6,3\n";
    const { out } = await evaluate(long, "--model", "m", "--key", "k", "--json");
    const { models } = JSON.parse(out);
    expect(
      models.map(({ bitsPerByte }: { bitsPerByte: { estimate: number } }) => bitsPerByte.estimate),
    ).toEqual([7 / 5 / Math.LN2, 11 / 5 / Math.LN2].map((expected) => expect.closeTo(expected, 14)));
  });
});

test("two columns of log-probabilities are two models, paired by row", async () => {
  const two = "a,b,length\n-3,-5,2\n-4,-4.5,3\n";
  const flags = ["--label-log-probability", "one=a", "--label-log-probability", "two=b", "--bytes", "length"];
  const { models, comparisons } = JSON.parse(
    (await xent(["evaluate", file("two.csv", two), ...flags, "--json"])).out,
  );
  expect(models.map(({ model }: { model: string }) => model)).toEqual(["one", "two"]);
  expect(models[1].bitsPerByte.estimate).toBeCloseTo(9.5 / 5 / Math.LN2, 14);
  expect(comparisons[0]).toMatchObject({ model: "two", baseline: "one", rows: 2 });
  expect(comparisons[0].difference.estimate).toBeCloseTo(1.25, 14);
});

describe("xent evaluate --bytes refuses", () => {
  const refused = ({ status, out, err }: Ran, ...parts: string[]) => {
    for (const part of parts) expect(err).toContain(part);
    expect(err).not.toMatch(/\n\s+at |defect/);
    expect(out).toBe("");
    expect(status).toBe(2);
  };

  test("a number of bytes that is negative, NaN, infinite, missing or beyond counting", async () => {
    for (const bad of ["-1", "nan", "inf", "", "1e17"]) {
      refused(
        await evaluate(`${csv}5,en,-2,${bad}\n`),
        "1 row has a number of bytes that is null, NaN, below 0 or above 2^53 (first: row 7",
      );
    }
  });

  test("text where bytes should be", async () => {
    refused(await evaluate(`${csv}5,en,-2,many\n`), '"many"');
  });

  test("a Parquet column of text", async () => {
    const text = "examples/byte-model/predictions.parquet";
    const path = fileURLToPath(new URL(`../../../${text}`, import.meta.url));
    for (const flag of ["--bytes", "--weight"]) {
      const ran = await xent(["evaluate", path, "--label-log-probability", "lp_2", flag, "language"]);
      refused(ran, 'the column "language" is text; it must hold numbers');
    }
  });

  test("no byte in all", async () => {
    refused(
      await evaluate(csv.replaceAll(/,\d+$/gm, ",0")),
      "have no byte in all",
      "is --bytes the column with the length of each row?",
    );
  });

  test("a column that is not there", async () => {
    refused(
      await xent(["evaluate", file("text.csv", csv), ...flags.slice(0, 2), "--bytes", "lenght"]),
      'there is no column "lenght" (--bytes)',
      'did you mean "length"?',
    );
  });

  test("nothing where bad rows are left out on request, and says so", async () => {
    const ran = await evaluate(`${csv}5,en,-2,-1\n`, "--skip-bad-rows");
    expect(ran.status).toBe(0);
    expect(ran.out.replaceAll(/\s+/g, " ")).toContain("left out 1 row has a number of bytes");
    expect(ran.out).toContain("2.3701 bits a byte");
  });
});

test("without --bytes, a loss of whole texts is told without a choice among 1e14 outcomes", async () => {
  const ran = await xent(["evaluate", file("texts.csv", csv), "--label-log-probability", "lp"]);
  expect(ran.out).toContain("32.5833 nats a row; if a row is a piece of text, --bytes gives bits per");
});

test("a log-probability that rounding has left just above 0 is a loss of about 0", async () => {
  const ran = await xent(["evaluate", file("above.csv", "lp\n1e-10\n-1\n"), "--label-log-probability", "lp"]);
  expect(ran.err).toBe("");
  expect(ran.out).toContain("loses 0.5000 nats a row");
});
