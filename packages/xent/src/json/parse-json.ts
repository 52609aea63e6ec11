import { XentError } from "../error.ts";

/**
 * The value of a text that comes from elsewhere.
 *
 * @param caller of whose error it is.
 * @param required what the text has to be, for people.
 * @throws `XentError` `value` for text that is no JSON.
 */
export function parseJson(text: string, caller: string, required: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new XentError("value", `${caller}: it is not JSON; ${required}`);
  }
}
