import type { Task } from "../statistics/statistics.ts";
import { isRenamed } from "./class-names.ts";
import { classesOfTable } from "./classes-of-table.ts";
import type { OpenTable, TablesRequest } from "./evaluate-tables.ts";
import { checkRowCount } from "./evaluated.ts";
import { checkModelCount, modelNames, mostModels } from "./model-names.ts";
import { checkPolicies } from "./policies.ts";
import { planScan, type ScanPlan } from "./scan-plan.ts";
import type { Table } from "./table.ts";
import { textsOf } from "./table-texts.ts";

/** One family of numbers of one table. */
export interface TableScan {
  table: Table;
  plan: ScanPlan;
  /** Its models, in order of first appearance. */
  names: string[];
  /** Whether the table's rows are met here for the first time. */
  first: boolean;
}

/** All that is known before the first row is scored. */
interface TablesPlan {
  task: Task;
  classes: string[];
  scans: TableScan[];
  /** Roles that nobody named, for the report. */
  guesses: string[];
}

export function planTables(
  tables: OpenTable[],
  { roles: options, policies }: Pick<TablesRequest, "roles" | "policies">,
): TablesPlan {
  checkPolicies(policies);
  const [{ table: firstTable, roles: firstRoles }] = tables;
  const classes = classesOfTable(firstTable, firstRoles, options);
  const renamed = isRenamed(firstRoles.families[0].names, classes.names);
  const names = modelNames(tables);
  const scans = tables.flatMap(({ table, roles }, t) => {
    checkRowCount(table.name, table.rows);
    return roles.families.map((family, f): TableScan => {
      const shape = { classes: classes.names, name: names[t][f], policies, renamed };
      const plan = planScan(table, roles, family, shape);
      return { table, plan, names: modelsOf(table, plan), first: f === 0 };
    });
  });
  const guesses = [...new Set(tables.flatMap(({ roles }) => roles.guesses))];
  if (classes.guess) guesses.push(classes.guess);
  return { task: firstRoles.task, classes: classes.names, scans, guesses };
}

/** The models of a scan, in order of first appearance. */
function modelsOf(table: Table, { model }: ScanPlan): string[] {
  if ("name" in model) return [model.name];
  const { values, codes } = textsOf(table, model.column.name);
  const found = new Set<string>();
  for (let i = 0; i < codes.length && found.size < mostModels; i++) {
    if (codes[i] >= 0) found.add(values[codes[i]]);
  }
  checkModelCount(table.name, model.column.name, found.size);
  return [...found];
}
