import type { BoundRoles } from "xent/tables";
import { columnRoles } from "./column-roles.ts";
import { PreviewTable } from "./preview-table.tsx";
import { ProblemBox } from "./problem-box.tsx";
import type { OpenedFile } from "./sources-of.ts";

interface FileListProps {
  files: OpenedFile[];
  /** By file: its roles, where they can be bound. */
  bound: Map<number, BoundRoles>;
  /** Those that only lend columns to the others. */
  beside: Set<number>;
  onRename(id: number, model: string): void;
  onRemove(id: number): void;
}

/** The files, the model that each is, and their first rows. */
export function FileList({ files, bound, beside, onRename, onRemove }: FileListProps) {
  return (
    <ul class="files">
      {files.map((one, at) => {
        const { id, file, model, look, problem } = one;
        const roles = bound.get(id);
        return (
          <li key={id}>
            <div class="file">
              <p>
                <strong>{file.name}</strong>{" "}
                <span class="hint" role="status">
                  {describe(one)}
                </span>
              </p>
              {beside.has(id) ? (
                <span class="hint">only lends a column</span>
              ) : (
                <label class="model">
                  Model name
                  <input
                    type="text"
                    autocomplete="off"
                    value={model}
                    placeholder={files.length - beside.size > 1 ? stemOf(file.name) : "model"}
                    onInput={(event) => onRename(id, event.currentTarget.value)}
                  />
                </label>
              )}
              <button type="button" onClick={() => onRemove(id)}>
                Remove<span class="hidden"> {file.name}</span>
              </button>
            </div>
            {problem && <ProblemBox problem={problem} />}
            {look && (
              <details open={at === 0}>
                <summary>First rows</summary>
                <PreviewTable
                  name={file.name}
                  columns={look.columns}
                  rows={look.preview}
                  roles={roles ? columnRoles(roles) : new Map()}
                />
              </details>
            )}
          </li>
        );
      })}
    </ul>
  );
}

const stemOf = (name: string): string => name.replace(/\.[a-z]+(\.gz|\.zst)?$/i, "");

function describe({ file, look, problem }: OpenedFile): string {
  const parts = [sizeText(file.size)];
  if (look?.rows !== undefined) parts.push(counted(look.rows, "row"));
  if (look) parts.push(counted(look.columns.length, "column"));
  else if (!problem) parts.push("looking…");
  return parts.join(" · ");
}

const counted = (count: number, what: string): string =>
  `${count.toLocaleString("en-US")} ${what}${count === 1 ? "" : "s"}`;

function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(0)} kB` : `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}
