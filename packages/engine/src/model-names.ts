import { XentError } from "xent";
import { duckdb } from "./duckdb/dialect.ts";
import type { Session } from "./duckdb/session.ts";
import type { Opened } from "./open-sources.ts";
import type { Family } from "./roles.ts";
import type { SourceSpec } from "./source/source.ts";
import type { Scan } from "./sql/scan.ts";
import { distinctSql } from "./sql/statistics.ts";

/** Names of the models: theirs, or their files'. A name for each family of each source. */
export function modelNames(opened: Opened[]): (string | undefined)[][] {
  return opened.map(({ spec, roles }) =>
    roles.families.map((family) => {
      if (roles.model) {
        if (roles.families.length > 1) {
          throw new XentError(
            "option",
            "--model names the models by rows and the flags name several column families: use one of the two",
          );
        }
        return undefined;
      }
      const parts = [spec.model ?? (opened.length > 1 ? fileStem(spec) : undefined), family.model];
      const name = parts.filter((part) => part !== undefined).join(" ");
      return name || family.model || patternName(family, roles.families.length);
    }),
  );
}

const patternName = (family: Family, families: number): string =>
  families === 1
    ? "model"
    : family.numbers.layout === "columns"
      ? family.numbers.columns[0].name
      : family.numbers.column.name;

const fileStem = ({ path, array }: SourceSpec): string => {
  const stem =
    path
      .split(/[\\/]/)
      .pop()
      ?.replace(/\.[a-z]+(\.gz|\.zst)?$/i, "") ?? path;
  return array ? `${stem}#${array}` : stem;
};

/** The models of a scan, in order of first appearance. */
export async function modelsOf(session: Session, { table, model }: Scan): Promise<string[]> {
  if ("name" in model) return [model.name];
  const name = duckdb.asText(duckdb.identifier(model.column.name));
  const rows = await session.query("counting", distinctSql(duckdb, name, table.from, mostModels));
  if (rows.length === 0) throw new XentError("source", `${table.name}: there are no rows with a model`);
  if (rows.length >= mostModels) {
    throw new XentError(
      "column",
      `${table.name}: the column "${model.column.name}" (--model) has ${mostModels} values or more; it must name the models`,
    );
  }
  rows.sort((a, b) => Number(a.first_row) - Number(b.first_row));
  return rows.map((row) => String(row.value));
}

/** As many values are no names of models, but most likely of a wrong column. */
const mostModels = 1000;
