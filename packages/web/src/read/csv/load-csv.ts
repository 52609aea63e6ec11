import { XentError } from "xent";
import type { Need, Table } from "xent/tables";
import { badLines } from "../columns/bad-lines.ts";
import { lastNeeds } from "../columns/last-needs.ts";
import type { LoadOptions } from "../open-file.ts";
import { scanFile } from "../scan-file.ts";
import { cellReader } from "./cell-reader.ts";
import type { CsvFile } from "./open-csv.ts";
import { brokenCell, type Cells, mostLineBytes, noCells, scanRows } from "./rows.ts";

/** Reads a file of text once, from its beginning to its end, and keeps of each row what is needed. */
export async function loadCsv(csv: CsvFile, needs: Need[], options: LoadOptions): Promise<Table> {
  const { file, compression, dialect, columns } = csv;
  const wanted = lastNeeds(needs);
  const readers = columns
    .map((column, k) => ({ column, k, need: wanted.get(column.name) }))
    .filter(({ need }) => need !== undefined)
    .map(({ column, k, need }) => ({ ...cellReader(column.name, (need as Need).as, dialect), k }));
  const bad = badLines(file.name, options.skipBadRows);
  let rows = 0;
  let header = true;
  const onRow = (cells: Cells): undefined => {
    const { count, starts, ends } = cells;
    const blank = count === 1 && starts[0] === ends[0] && cells.quoting[0] === 0;
    if (blank && (header || columns.length > 1)) return;
    if (header) {
      header = false;
      return;
    }
    const open = count === columns.length + 1 && starts[count - 1] === ends[count - 1];
    if (count !== columns.length && !open) {
      bad.add(cells.line, brokenIn(cells) ?? `${count} cells; the header has ${columns.length}`);
      return;
    }
    const broken = brokenIn(cells);
    if (broken !== undefined) {
      bad.add(cells.line, broken);
      return;
    }
    for (const reader of readers) {
      const fault = reader.read(cells, reader.k);
      if (fault === undefined) continue;
      bad.add(cells.line, fault);
      for (const { cut } of readers) cut(rows);
      return;
    }
    rows++;
  };
  const cells = noCells();
  const { signal, onProgress } = options;
  await scanFile(
    file,
    { compression, signal, onProgress },
    {
      lines: (bytes, final) => scanRows(bytes, final, dialect, cells, onRow),
      mostBytes: mostLineBytes,
      tooLong: () =>
        new XentError(
          "source",
          `${file.name}: a line is longer than 2,000,000 bytes`,
          "is it really a table of text? lines end with a line feed",
        ),
    },
  );
  const unreadable = bad.check();
  return {
    name: file.name,
    columns: readers.map(({ column }) => column),
    rows,
    values: new Map(readers.map((reader) => [reader.column.name, reader.finish()])),
    unreadable,
    textual: "csv",
  };
}

function brokenIn({ count, quoting }: Cells): string | undefined {
  for (let k = 0; k < count; k++)
    if (quoting[k] === brokenCell) return "a quoted cell is not closed where it ends";
  return undefined;
}
