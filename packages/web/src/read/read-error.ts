import { XentError } from "xent";

/** An error of a file that could not be read, in words for people; errors of the program itself stay as they are. */
export function readError(error: unknown, name: string): unknown {
  if (error instanceof DOMException && /^(NotReadable|NotFound|Security)Error$/.test(error.name)) {
    return new XentError(
      "source",
      `${name}: it cannot be read any more`,
      "it was changed, moved or removed since it was chosen; choose it again",
    );
  }
  return error;
}
