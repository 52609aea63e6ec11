/** Texts, each different one once. */
export interface Dictionary {
  readonly values: string[];
  /** The position of a text in `values`. */
  code(text: string): number;
}

export function dictionary(): Dictionary {
  const values: string[] = [];
  const codes = new Map<string, number>();
  return {
    values,
    code(text) {
      const known = codes.get(text);
      if (known !== undefined) return known;
      codes.set(text, values.length);
      return values.push(text) - 1;
    },
  };
}
