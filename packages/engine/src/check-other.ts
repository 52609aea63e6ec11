import { realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { XentError } from "xent";
import { type Session, text } from "./duckdb/session.ts";

/**
 * Says before the work begins that a table would replace the source it is made of, or one of its files.
 *
 * @param otherwise what would come of a source that is replaced, for the message.
 * @throws `XentError` `output` if it would.
 */
export async function checkOther(
  session: Session,
  path: string,
  output: string,
  otherwise: string,
): Promise<void> {
  const real = (file: string): string | undefined => {
    try {
      return realpathSync(file);
    } catch {
      return undefined;
    }
  };
  const folder = real(dirname(output));
  const own = real(output) ?? (folder && join(folder, basename(output)));
  const files = /[*?[]/.test(path)
    ? (await session.query("looking", `SELECT file FROM glob(${text(path)})`)).map(({ file }) => String(file))
    : [path];
  if (files.some((file) => real(file) !== undefined && real(file) === own)) {
    throw new XentError(
      "output",
      `${output}: is the source itself; the result must be another file`,
      `a source that is replaced ${otherwise}`,
    );
  }
}
