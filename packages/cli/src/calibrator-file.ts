import { readFile } from "node:fs/promises";
import { XentError } from "xent";
import { type Calibrator, checkCalibrator } from "xent/fit/calibrators";

/** A larger file is no calibrator: a full matrix of 1,000 classes has 20 MB. */
const largest = 200_000_000;

/**
 * Reads a calibrator from a file.
 *
 * @throws `XentError` `source` for a file that is not there, or holds no calibrator.
 */
export async function readCalibrator(path: string): Promise<Calibrator> {
  const text = await readText(path);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new XentError(
      "source",
      `${path}: is not JSON; a calibrator is the file that xent calibrate writes`,
      "the calibrator comes first: xent apply calibrator.json SOURCE -o FILE",
    );
  }
  try {
    return checkCalibrator(json);
  } catch (error) {
    if (!(error instanceof XentError)) throw error;
    throw new XentError(
      "source",
      `${path}: ${error.message.replace(/^\w+: /, "")}`,
      "a calibrator is the file that xent calibrate SOURCE -o calibrator.json writes",
    );
  }
}

async function readText(path: string): Promise<string> {
  try {
    const bytes = await readFile(path);
    if (bytes.length > largest || bytes.subarray(0, 4096).includes(0)) {
      throw new XentError(
        "source",
        `${path}: is not JSON; a calibrator is the file that xent calibrate writes`,
      );
    }
    return bytes.toString("utf8");
  } catch (error) {
    if (error instanceof XentError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const what =
      code === "ENOENT"
        ? "no such file"
        : code === "EISDIR"
          ? "is a folder; a file is needed"
          : `cannot be read (${code ?? error})`;
    throw new XentError("source", `${path}: ${what}`);
  }
}
