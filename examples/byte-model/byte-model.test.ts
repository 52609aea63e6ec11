import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { xent } from "../../packages/cli/test/run.ts";
import { expectNear } from "../../packages/tfjs/test/backends.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "xent-byte-model-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// Scripts without types.
const load = (module: string) => import(module);

interface Ratio {
  languages: number;
  bytes: number;
  bitsPerByte: number;
  standardError: number;
}
interface Reference {
  trainingBytes: number;
  rows: number;
  models: { model: string; tuning: { reason: string }; all: Ratio; known: Ratio; new: Ratio }[];
}

const columns = ["order 2=lp_2", "order 6=lp_6", "adaptive=lp_adaptive"];
const flags = columns.flatMap((column) => ["--label-log-probability", column]);

async function expectReference(where: string): Promise<Reference> {
  const expected: Reference = JSON.parse(readFileSync(join(where, "reference.json"), "utf8"));
  const ran = await xent([
    "evaluate",
    join(where, "predictions.parquet"),
    ...flags,
    ...["--bytes", "bytes", "--cluster", "language", "--slice", "part", "--json"],
  ]);
  expect(ran.err).toBe("");
  const { models } = JSON.parse(ran.out);
  for (const [m, own] of expected.models.entries()) {
    expect(models[m].model).toBe(own.model);
    expect(models[m].rows).toBe(expected.rows);
    expect(models[m].bytes).toBe(own.all.bytes);
    expect(models[m].clusters).toBe(own.all.languages);
    for (const part of ["all", "known", "new"] as const) {
      const found =
        part === "all" ? models[m] : models[m].slices.find((one: { value: string }) => one.value === part);
      const { estimate, standardError } = found.bitsPerByte;
      expectNear([estimate, standardError], [own[part].bitsPerByte, own[part].standardError], {
        relative: 1e-9,
      });
    }
  }
  return expected;
}

test("xent evaluate finds the figures of reference.json in the committed predictions", async () => {
  const { models } = await expectReference(here);
  const [two, six, adaptive] = models;
  expect(adaptive.all.bitsPerByte).toBeLessThan(six.all.bitsPerByte);
  expect(six.all.bitsPerByte).toBeLessThan(two.all.bitsPerByte);
});

test("a short run of make.mjs trains for real, and xent evaluate reads what it writes", async () => {
  const short = ["--languages", "0.05", "--out", folder];
  execFileSync(process.execPath, [join(here, "make.mjs"), ...short], { stdio: "pipe" });
  const { models } = await expectReference(folder);
  const [two, six, adaptive] = models;
  for (const { tuning } of models) expect(tuning.reason).toBe("converged");
  expect(six.known.bitsPerByte).toBeLessThan(two.known.bitsPerByte);
  expect(adaptive.all.bitsPerByte).toBeLessThan(six.all.bitsPerByte);
  expect(adaptive.all.bitsPerByte).toBeLessThan(3); // of 8
});

test("the probabilities of the 256 bytes sum to one after any context, also with a document read, and none is 0", async () => {
  const { byteModel } = await load("./byte-model.mjs");
  const { contextTree } = await load("./context-tree.mjs");
  const tree = contextTree(4);
  const text = Buffer.from(
    "\nthe cat sat on the mat, the hat on the cat: that is the end of that\n".repeat(3),
  );
  tree.add(text, 1);
  const model = byteModel(tree);
  const document = contextTree(4);
  document.add(Buffer.from("\nthe dog sat on the log\n"), 1);
  const example = Buffer.from("\nthe dog and the cat sat on the hat\n");
  const { value } = model.fit((each: (bytes: Buffer, i: number, document?: object) => void) => {
    for (let i = 1; i < example.length; i++) {
      each(example, i);
      each(example, i, document);
    }
  });
  expect(value).toBeLessThan(Math.log(256) / 2);
  for (const before of ["\n", "\nthe ", "\nthe dog sat", "\n\u{1f600}"]) {
    for (const read of [undefined, document]) {
      let sum = 0;
      for (let byte = 0; byte < 256; byte++) {
        const bytes = Buffer.concat([Buffer.from(before), Buffer.from([byte])]);
        const p = Math.exp(model.logProbability(bytes, bytes.length - 1, read));
        expect(p).toBeGreaterThan(0);
        sum += p;
      }
      expect(Math.abs(sum - 1), JSON.stringify(before)).toBeLessThan(1e-13);
    }
  }
});

test("no held-out paragraph is in the training text of another declaration", async () => {
  const { readDeclarations, tuningArticle } = await load("./declarations.mjs");
  type Declaration = { document: string; part: string; articles: { texts: string[] }[] };
  const declarations: Declaration[] = await readDeclarations();
  const of = (part: string, first: number, end: number) =>
    declarations
      .filter((one) => one.part === part)
      .flatMap(({ document, articles }) =>
        articles
          .slice(first, end)
          .flatMap(({ texts }) =>
            texts.filter((text) => text.length >= 60).map((text) => ({ document, text })),
          ),
      );
  const trained = new Map(of("known", 0, tuningArticle).map(({ document, text }) => [text, document]));
  const heldOut = [...of("new", 0, 31), ...of("known", tuningArticle + 1, 31)];
  expect(trained.size).toBeGreaterThan(10_000);
  expect(heldOut.length).toBeGreaterThan(5_000);
  // One declaration (Pintupi-Luritja) repeats a sentence in many articles: that is how its text goes on.
  const copied = heldOut.filter(({ document, text }) => (trained.get(text) ?? document) !== document);
  expect(copied).toEqual([]);
});
