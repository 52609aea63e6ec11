import { XentError } from "xent";
import type { Session } from "../duckdb/session.ts";
import type { FoundFile } from "./find.ts";
import type { OpenSource } from "./source.ts";

export async function openNumpySource(
  _session: Session,
  file: FoundFile,
  _extra: string[],
): Promise<OpenSource> {
  throw new XentError("source", `${file.name}: NumPy`);
}
