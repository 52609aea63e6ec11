import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll } from "vitest";
import { seededRandom } from "xent/fit";
import { type FitRequest, type Fitted, fitSource } from "../src/features/fit-source.ts";
import { type Predicted, type PredictRequest, predictSource } from "../src/features/predict-source.ts";

const folder = mkdtempSync(join(tmpdir(), "xent-fit-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

export const inFolder = (name: string): string => join(folder, name);

/** Writes a file into the test's folder and gives its path. */
export function file(name: string, content: string): string {
  writeFileSync(inFolder(name), content);
  return inFolder(name);
}

/** Runs statements in an engine of their own; the last one's rows. */
export async function sql(...statements: string[]): Promise<Record<string, unknown>[]> {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  try {
    let rows: Record<string, unknown>[] = [];
    for (const statement of statements) rows = (await connection.runAndReadAll(statement)).getRowObjectsJS();
    return rows;
  } finally {
    connection.closeSync();
  }
}

/** What the flags of the command are unless given. */
export const defaults: Omit<FitRequest, "source" | "label" | "features"> = {
  model: "softmax",
  hidden: [],
  epochs: 50,
  batch: 64,
  optimizer: "adam",
  schedule: "constant",
  l2: 0,
  l1: 0,
  focal: 0,
  labelSmoothing: 0,
  validation: 0.2,
  patience: 5,
  missing: "error",
  vocabulary: 100,
  seed: 0,
  level: 0.95,
  skipBadRows: false,
};

export const fit = (
  path: string,
  label: string,
  features: string[],
  own: Partial<FitRequest> = {},
): Promise<Fitted> => fitSource({ ...defaults, source: { path }, label, features, ...own }, {});

export const predict = (
  { model }: Fitted,
  path: string,
  output: string,
  own: Partial<PredictRequest> = {},
): Promise<Predicted> =>
  predictSource(
    { model, source: { path }, output, logits: false, split: "all", skipBadRows: false, ...own },
    {},
  );

/** What people are like, and which of three they choose: it depends on age, city and membership. */
export function people(rows: number, seed = 4): string {
  const random = seededRandom(seed);
  const lines = ["id,age,city,member,visits,household,choice"];
  for (let i = 0; i < rows; i++) {
    const age = 40 + 12 * random.normal();
    const city = ["Oslo", "Oslo", "Rome", "Nice"][random.integer(4)];
    const member = random.uniform() < 0.4;
    const scores = [(age - 40) / 10, city === "Rome" ? 1 : 0, member ? 1 : 0];
    const drawn = scores.map((score) => score - Math.log(-Math.log(random.uniform())));
    const choice = ["bus", "car", "train"][drawn.indexOf(Math.max(...drawn))];
    lines.push(`${i},${age.toFixed(2)},${city},${member},${1 + random.integer(3)},h${i % 90},${choice}`);
  }
  return `${lines.join("\n")}\n`;
}
