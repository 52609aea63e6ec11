/** A column that parts rows into subsets. */
export interface Slicing {
  column: string;
  /** The different values, in any order. */
  values: string[];
  /** `[rows]` positions in `values`. */
  codes: ArrayLike<number>;
}

/** The texts of a column's values as a slicing. */
export function slicingOf(column: string, cells: ArrayLike<unknown>): Slicing {
  const known = new Map<string, number>();
  const codes = new Int32Array(cells.length);
  for (let i = 0; i < cells.length; i++) {
    const text = String(cells[i]);
    const code = known.get(text) ?? known.size;
    known.set(text, code);
    codes[i] = code;
  }
  return { column, values: [...known.keys()], codes };
}
