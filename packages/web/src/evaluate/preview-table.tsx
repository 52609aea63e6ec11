import type { Column } from "xent/tables";

interface PreviewTableProps {
  name: string;
  columns: Column[];
  rows: string[][];
  /** By column: what it is used as. */
  roles: Map<string, string>;
}

/** More columns than this are not looked at, only scrolled past. */
const mostColumns = 40;
const mostRows = 6;

/** The first rows of a file, each column marked with its role. */
export function PreviewTable({ name, columns, rows, roles }: PreviewTableProps) {
  // Columns with a role come first where not all are shown.
  const order = columns.map((_, c) => c);
  if (columns.length > mostColumns)
    order.sort((a, b) => Number(roles.has(columns[b].name)) - Number(roles.has(columns[a].name)) || a - b);
  const shown = order.slice(0, mostColumns);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section class="preview" tabIndex={0} aria-label={`First rows of ${name}`}>
      <table>
        <thead>
          <tr>
            {shown.map((c) => {
              const { name: column, type } = columns[c];
              const role = roles.get(column);
              return (
                <th key={column} scope="col" class={role ? "used" : undefined} title={type}>
                  <span>{column}</span>
                  <small>{role ?? "–"}</small>
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, mostRows).map((cells, r) => (
            <tr key={r}>
              {shown.map((c) => (
                <td key={columns[c].name} class={roles.has(columns[c].name) ? "used" : undefined}>
                  {cells[c]}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {columns.length > shown.length && (
        <p class="hint">
          {(columns.length - shown.length).toLocaleString("en-US")} more columns are not shown.
        </p>
      )}
    </section>
  );
}
