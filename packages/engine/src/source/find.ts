import { createReadStream, createWriteStream, existsSync, readdirSync, statSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { XentError } from "xent";
import { nearestName } from "xent/tables";

export type Format = "csv" | "jsonl" | "parquet" | "numpy";

/** A file or glob, found and of a known format. */
export interface FoundFile {
  path: string;
  /** What messages call it. */
  name: string;
  format: Format;
  /** For CSV: the delimiter that the name promises. */
  delimiter?: string;
}

const byExtension: [RegExp, Format][] = [
  [/\.(csv|tsv|txt)(\.gz|\.zst)?$/i, "csv"],
  [/\.(jsonl|ndjson|json)(\.gz|\.zst)?$/i, "jsonl"],
  [/\.(parquet|pq)$/i, "parquet"],
  [/\.(npy|npz)$/i, "numpy"],
];

/**
 * Finds a file, a glob or standard input (`-`, kept in `folder` while the session lasts).
 *
 * @throws `XentError` `source` if there is none, it is empty, or its format is not known.
 */
export async function findFile(path: string, folder: string): Promise<FoundFile> {
  if (path === "-") return spool(folder);
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path)) {
    throw new XentError(
      "source",
      `${path}: addresses are not read; give a file`,
      "copy the data to a file first",
    );
  }
  const isGlob = /[*?[]/.test(path) && !existsSync(path);
  if (!isGlob) checkFile(path);
  const format = byExtension.find(([pattern]) => pattern.test(path))?.[1];
  if (format === "numpy" && isGlob) {
    throw new XentError("source", `${path}: NumPy files are read one at a time; no pattern is possible`);
  }
  const known = format ?? (isGlob ? undefined : await formatOf(path));
  if (!known) {
    throw new XentError(
      "source",
      `${path}: its name does not tell the format`,
      "xent reads .csv, .tsv, .jsonl, .parquet, .npy and .npz (text also as .gz and .zst)",
    );
  }
  return { path, name: path, format: known, delimiter: /\.tsv(\.gz|\.zst)?$/i.test(path) ? "\t" : undefined };
}

function checkFile(path: string): void {
  const state = statSync(path, { throwIfNoEntry: false });
  if (!state) {
    throw new XentError("source", `${path}: no such file`, similarFile(path));
  }
  if (state.isDirectory()) {
    throw new XentError(
      "source",
      `${path}: is a folder; a file is needed`,
      `a pattern such as '${path}/*.parquet' reads all files in it`,
    );
  }
  if (state.size === 0 && state.isFile()) throw new XentError("source", `${path}: the file is empty`);
}

function similarFile(path: string): string | undefined {
  try {
    const names = readdirSync(dirname(path));
    const nearest = nearestName(basename(path), names);
    return nearest !== undefined && isSimilar(nearest, basename(path))
      ? `did you mean ${join(dirname(path), nearest)}?`
      : undefined;
  } catch {
    return `the folder ${dirname(path)} cannot be read`;
  }
}

const isSimilar = (a: string, b: string): boolean =>
  a.toLowerCase().includes(b.toLowerCase().slice(0, 4)) || a.split(".")[0] === b.split(".")[0];

/** The format by the first bytes, for names that do not tell. */
async function formatOf(path: string): Promise<Format | undefined> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0);
    return formatOfBytes(buffer.subarray(0, bytesRead))?.format;
  } finally {
    await file.close();
  }
}

function formatOfBytes(head: Buffer): { format: Format; extension: string } | undefined {
  const starts = (...bytes: number[]) => bytes.every((byte, i) => head[i] === byte);
  if (head.subarray(0, 4).toString("latin1") === "PAR1") return { format: "parquet", extension: ".parquet" };
  if (starts(0x93, 0x4e, 0x55, 0x4d)) return { format: "numpy", extension: ".npy" };
  if (starts(0x50, 0x4b)) return { format: "numpy", extension: ".npz" };
  if (starts(0x1f, 0x8b)) return { format: "csv", extension: ".csv.gz" };
  if (starts(0x28, 0xb5, 0x2f, 0xfd)) return { format: "csv", extension: ".csv.zst" };
  if (head.includes(0)) return undefined;
  const text = head.toString("utf8").trimStart();
  return text.startsWith("{")
    ? { format: "jsonl", extension: ".jsonl" }
    : { format: "csv", extension: ".csv" };
}

/** Keeps standard input in a file: scans come more than once, and Parquet is read from its end. */
async function spool(folder: string): Promise<FoundFile> {
  const raw = join(folder, "stdin");
  await pipeline(process.stdin, createWriteStream(raw));
  const size = statSync(raw).size;
  if (size === 0) throw new XentError("source", "standard input: it is empty");
  const head = await firstBytes(raw);
  const found = formatOfBytes(head);
  if (!found)
    throw new XentError(
      "source",
      "standard input: neither text, Parquet nor NumPy",
      "give a file instead of -",
    );
  const path = raw + found.extension;
  await rename(raw, path);
  return { path, name: "standard input", format: found.format };
}

async function firstBytes(path: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(path, { end: 511 })) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
