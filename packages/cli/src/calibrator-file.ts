import { parseJson } from "xent";
import { type Calibrator, checkCalibrator } from "xent/fit/calibrators";
import { readJsonFile } from "./read-json-file.ts";

/**
 * Reads a calibrator from a file.
 *
 * @throws `XentError` `source` for a file that is not there, or holds no calibrator.
 */
export const readCalibrator = (path: string): Promise<Calibrator> =>
  readJsonFile(
    path,
    calibratorOf,
    "the calibrator comes first: xent apply calibrator.json SOURCE; xent calibrate SOURCE -o calibrator.json writes it",
  );

const calibratorOf = (text: string): Calibrator =>
  checkCalibrator(parseJson(text, "readCalibrator", "a calibrator is the file that xent calibrate writes"));
