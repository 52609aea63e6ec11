import { previewRows, previewText } from "../preview.ts";
import type { ParquetFile } from "./open-parquet.ts";
import { readRange } from "./read-group.ts";
import { valueText } from "./value-text.ts";

/** The first rows as text. */
export async function previewParquet(parquet: ParquetFile): Promise<string[][]> {
  const count = Math.min(previewRows, Number(parquet.metadata.num_rows));
  const rows = Array.from({ length: count }, () => parquet.columns.map(() => ""));
  if (count === 0) return rows;
  const names = parquet.columns.map(({ name }) => name);
  await readRange(parquet, names, { start: 0, end: count }, (name, values, row) => {
    const k = names.indexOf(name);
    const text = valueText(parquet.columns[k].type);
    for (let i = row; i < Math.min(count, row + values.length); i++) {
      const value = values[i - row];
      rows[i][k] = value === null || value === undefined ? "" : previewText(text(value));
    }
  });
  return rows;
}
