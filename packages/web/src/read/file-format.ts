import { XentError } from "xent";

export type Format = "csv" | "parquet" | "jsonl" | "npz" | "npy";
export type Compression = "gz" | "zst";

export interface FileFormat {
  format: Format;
  compression?: Compression;
  /** For CSV: the delimiter that the name promises. */
  delimiter?: string;
}

const byExtension: [RegExp, Format][] = [
  [/\.(csv|tsv|txt)(\.gz|\.zst)?$/i, "csv"],
  [/\.(jsonl|ndjson|json)(\.gz|\.zst)?$/i, "jsonl"],
  [/\.(parquet|pq)$/i, "parquet"],
  [/\.npz$/i, "npz"],
  [/\.npy$/i, "npy"],
];

/**
 * The format of a file by its name; by its first bytes, where the name does not tell.
 *
 * @throws `XentError` `source` for an empty file, and for one of no known format.
 */
export async function formatOf(file: File): Promise<FileFormat> {
  if (file.size === 0) throw new XentError("source", `${file.name}: the file is empty`);
  const named = byExtension.find(([pattern]) => pattern.test(file.name))?.[1];
  if (named) {
    const compression = /\.(gz|zst)$/i.exec(file.name)?.[1].toLowerCase() as Compression | undefined;
    const delimiter = /\.tsv(\.gz|\.zst)?$/i.test(file.name) ? "\t" : undefined;
    return { format: named, compression, delimiter };
  }
  const found = formatOfBytes(new Uint8Array(await file.slice(0, 512).arrayBuffer()));
  if (found) return found;
  throw new XentError(
    "source",
    `${file.name}: its name does not tell the format`,
    "xent reads .csv, .tsv, .jsonl, .parquet, .npy and .npz (text also as .gz and .zst)",
  );
}

function formatOfBytes(head: Uint8Array): FileFormat | undefined {
  const starts = (...bytes: number[]) => bytes.every((byte, i) => head[i] === byte);
  if (starts(0x50, 0x41, 0x52, 0x31)) return { format: "parquet" };
  if (starts(0x93, 0x4e, 0x55, 0x4d)) return { format: "npy" };
  if (starts(0x50, 0x4b)) return { format: "npz" };
  if (starts(0x1f, 0x8b)) return { format: "csv", compression: "gz" };
  if (starts(0x28, 0xb5, 0x2f, 0xfd)) return { format: "csv", compression: "zst" };
  if (head.includes(0)) return undefined;
  const text = new TextDecoder().decode(head).trimStart();
  return { format: text.startsWith("{") ? "jsonl" : "csv" };
}
