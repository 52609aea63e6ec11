// Three models of the next byte, trained on the Universal Declaration of Human Rights in several hundred languages.
//
//     npm ci
//     node examples/byte-model/make.mjs
//
// Writes predictions.parquet and reference.json beside this file. Nothing is drawn at random: who is held out is
// decided by a hash of the language. A shorter run, to see that it works: --languages 0.1 --out FOLDER

import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { DuckDBInstance } from "@duckdb/node-api";
import { byteModel } from "./byte-model.mjs";
import { contextTree } from "./context-tree.mjs";
import { hashOf, readDeclarations, tuningArticle } from "./declarations.mjs";

const { values } = parseArgs({
  options: {
    languages: { type: "string", default: "1" },
    order: { type: "string", default: "6" },
    out: { type: "string", default: fileURLToPath(new URL(".", import.meta.url)) },
  },
});
const order = Number(values.order);
const declarations = (await readDeclarations()).filter(
  ({ language }) => hashOf(`sample ${language}`) < Number(values.languages),
);

const of = (part) => declarations.filter((declaration) => declaration.part === part);

const started = performance.now();
const tree = contextTree(order, 1 << 16);
const newline = Buffer.from("\n");
let trainingBytes = 0;
for (const { articles } of of("known")) {
  for (const { bytes } of articles.slice(0, tuningArticle)) {
    tree.add(Buffer.concat([newline, bytes]), 1);
    trainingBytes += bytes.length;
  }
}
console.log(`${trainingBytes} bytes read in ${((performance.now() - started) / 1000).toFixed(1)} s`);

const models = [
  { model: "order 2", order: 2, adaptive: false },
  { model: `order ${order}`, order, adaptive: false },
  { model: "adaptive", order, adaptive: true },
];
for (const one of models) {
  const begun = performance.now();
  const model = byteModel(tree, { order: one.order });
  const minimum = model.fit((example) => {
    readArticles(one, of("known"), tuningArticle, tuningArticle, example);
    readArticles(one, of("tuning"), 0, 30, example);
  });
  one.tuning = { bits: minimum.value / Math.LN2, iterations: minimum.iterations, reason: minimum.reason };
  one.rows = new Map();
  const score = (bytes, i, document, key) => {
    one.rows.set(key, (one.rows.get(key) ?? 0) + model.logProbability(bytes, i, document));
  };
  readArticles(one, of("known"), tuningArticle + 1, 30, score);
  readArticles(one, of("new"), 0, 30, score);
  console.log(
    `${one.model}: ${one.tuning.bits.toFixed(4)} bits a byte of the tuning text after ${minimum.iterations} iterations (${minimum.reason}), ${((performance.now() - begun) / 1000).toFixed(1)} s`,
  );
}

/** Reads declarations from the beginning and calls `each` for every byte of the articles from `first` to `last`. */
function readArticles({ adaptive }, some, first, last, each) {
  const document = adaptive ? contextTree(order) : undefined;
  for (const { document: code, articles } of some) {
    document?.clear();
    articles.forEach(({ bytes }, number) => {
      const text = Buffer.concat([newline, bytes]);
      if (number >= first && number <= last) {
        for (let i = 1; i < text.length; i++) each(text, i, document, `${code} ${number}`);
      }
      document?.add(text, 1);
    });
  }
}

const rows = [...of("known"), ...of("new")].flatMap(({ document, language, script, part, articles }) =>
  articles.flatMap(({ bytes }, article) => {
    const key = `${document} ${article}`;
    if (!models[0].rows.has(key)) return [];
    const logProbabilities = models.map((one) => one.rows.get(key));
    return [{ document, language, script, part, article, bytes: bytes.length, logProbabilities }];
  }),
);
await writePredictions(join(values.out, "predictions.parquet"));
await writeFile(join(values.out, "reference.json"), `${JSON.stringify(reference(), null, 2)}\n`);

async function writePredictions(path) {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  await connection.run(`CREATE TABLE predictions (document VARCHAR, language VARCHAR, script VARCHAR, part VARCHAR,
    article UTINYINT, bytes USMALLINT, lp_2 DOUBLE, lp_6 DOUBLE, lp_adaptive DOUBLE)`);
  const appender = await connection.createAppender("predictions");
  for (const row of rows) {
    for (const name of ["document", "language", "script", "part"]) appender.appendVarchar(row[name]);
    appender.appendUTinyInt(row.article);
    appender.appendUSmallInt(row.bytes);
    for (const lp of row.logProbabilities) appender.appendDouble(lp);
    appender.endRow();
  }
  appender.closeSync();
  await rm(path, { force: true });
  await connection.run(
    `COPY predictions TO '${path.replaceAll("'", "''")}' (FORMAT parquet, COMPRESSION zstd)`,
  );
  connection.closeSync();
}

/** Bits per byte as a ratio of sums, and its standard error where languages are independent. */
function ratio(some, m) {
  const languages = new Map();
  for (const { language, bytes, logProbabilities } of some) {
    const sum = languages.get(language) ?? { loss: 0, bytes: 0 };
    languages.set(language, sum);
    sum.loss -= logProbabilities[m];
    sum.bytes += bytes;
  }
  const all = [...languages.values()];
  const bytes = all.reduce((sum, one) => sum + one.bytes, 0);
  const rate = all.reduce((sum, one) => sum + one.loss, 0) / bytes;
  const square = all.reduce((sum, one) => sum + (one.loss - rate * one.bytes) ** 2, 0);
  const count = all.length;
  const standardError = Math.sqrt(square / ((count - 1) * count)) / (bytes / count);
  return { languages: count, bytes, bitsPerByte: rate / Math.LN2, standardError: standardError / Math.LN2 };
}

function reference() {
  return {
    trainingBytes,
    rows: rows.length,
    models: models.map((one, m) => ({
      model: one.model,
      tuning: one.tuning,
      all: ratio(rows, m),
      known: ratio(
        rows.filter(({ part }) => part === "known"),
        m,
      ),
      new: ratio(
        rows.filter(({ part }) => part === "new"),
        m,
      ),
    })),
  };
}
