import { XentError } from "xent";

const units: Record<string, number> = {
  "": 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/** The bytes of a size such as "2GB", as the embedded engine reads it. */
export function memoryBytes(text = "2GB"): number {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text);
  const unit = match && units[match[2].toLowerCase()];
  if (!unit) {
    throw new XentError("option", `--memory is "${text}"; it must be a size such as 2GB or 500MB`);
  }
  return Number(match[1]) * unit;
}
