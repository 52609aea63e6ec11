import { XentError } from "xent";

/** An error of the embedded engine, in words for people: what is wrong with which file, and a way out. */
export function engineError(error: unknown, name: string): Error {
  if (error instanceof XentError) return error;
  const text = error instanceof Error ? error.message : String(error);
  // Not the data's fault but ours: it is reported as a defect.
  const ours = error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
  if (ours || /^(Binder|Parser|Catalog|INTERNAL) Error/.test(text)) return error as Error;
  const known: [RegExp, string, string?][] = [
    [
      /Maximum line size of (\d+) bytes exceeded/,
      "a line is longer than 2,000,000 bytes",
      "is it really a table of text? lines end with a line feed",
    ],
    [
      /maximum_object_size"? of (\d+) bytes exceeded/,
      "a line is longer than 16,777,216 bytes",
      "each line must be one JSON object",
    ],
    [
      /No magic bytes found|too small to be a Parquet file|footer|metadata length|TProtocolException|Parquet reader/i,
      "the Parquet file is damaged or was cut off",
      "write it again, or copy it completely",
    ],
    [/No files found that match/, "no file matches"],
    [/Malformed JSON.* in line (\d+)/s, "a line is not JSON", "each line must be one JSON object"],
    [
      /Invalid unicode|invalid UTF-?8|not utf-8/i,
      "the text is not UTF-8",
      "convert it first, for instance with iconv -t UTF-8",
    ],
    [
      /out of range for the destination type INT128/,
      "a loss, a weight or their product is too large to be summed exactly: above about 1e16",
      "logits and log-probabilities are seldom beyond a thousand: are these in another unit, or of another column?",
    ],
    [/Out of Memory Error/, "the embedded engine ran out of memory", "raise --memory, such as --memory 4GB"],
    [
      /No space left on device/,
      "no space is left on the device for intermediate data",
      "set TMPDIR to a folder with more space",
    ],
    [/Permission denied|Cannot open file/i, "it cannot be opened", "check its permissions"],
    [
      /schema mismatch|If you are trying to read files with different schema/i,
      "the files of the pattern do not have the same columns",
      "evaluate them as several sources name=FILE",
    ],
    [
      /zlib|gzip|ZSTD|zstd|decompress/i,
      "the compressed data is damaged or was cut off",
      "compress it again, or copy it completely",
    ],
  ];
  for (const [pattern, message, remedy] of known) {
    if (pattern.test(text)) return new XentError("source", `${name}: ${message}`, remedy);
  }
  // Nothing we know: keep the engine's first line, which names the fault, and the whole as the cause.
  const unknown = new XentError("source", `${name}: ${firstLine(text)}`);
  unknown.cause = error;
  return unknown;
}

const firstLine = (text: string): string => text.split("\n")[0].slice(0, 300);
