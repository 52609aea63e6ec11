import { stringText } from "./value-text.ts";

/**
 * Finds names among the members of objects: most objects have their members in the same order, so that the name of
 * the same place in the line before is the one to compare with first.
 *
 * @returns the position of the name in `names`; −1 for one that is not among them.
 */
export function memberNames(
  names: string[],
): (bytes: Uint8Array, keyStart: number, keyEnd: number, place: number) => number {
  const positions = new Map(names.map((name, k) => [name, k]));
  const keys: Uint8Array[] = [];
  const found: number[] = [];
  return (bytes, keyStart, keyEnd, place) => {
    const before = keys[place];
    if (before?.length === keyEnd - keyStart) {
      let i = 0;
      while (i < before.length && before[i] === bytes[keyStart + i]) i++;
      if (i === before.length) return found[place];
    }
    const name = stringText(bytes, keyStart - 1, keyEnd + 1);
    keys[place] = bytes.slice(keyStart, keyEnd);
    found[place] = name === undefined ? -1 : (positions.get(name) ?? -1);
    return found[place];
  };
}
