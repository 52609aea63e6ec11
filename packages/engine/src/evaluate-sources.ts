import { baselineOf, type Form, type ModelStatistics, type Statistics, XentError } from "xent";
import { classNames, countedNames, inOrder } from "./classes.ts";
import { collectDependence, collectMeanSquares, collectModels } from "./collect.ts";
import { duckdb } from "./duckdb/dialect.ts";
import { type Session, type SessionOptions, withSession } from "./duckdb/session.ts";
import { checkFaults } from "./faults.ts";
import { collectPairs } from "./pairs.ts";
import { type BoundRoles, bindRoles, type Family, type RoleOptions } from "./roles.ts";
import { engineError } from "./source/errors.ts";
import { type Need, type OpenSource, openSource, type SourceSpec } from "./source/source.ts";
import { labelText } from "./sql/labels.ts";
import type { ScannedModel } from "./sql/pairs.ts";
import { isList, isSingle, type Numbers, type Scan, type Table } from "./sql/scan.ts";
import { distinctSql } from "./sql/statistics.ts";

export interface PolicyOptions {
  normalize?: boolean;
  /** 1e-9, or 1e-5 for single precision, unless given. */
  tolerance?: number;
  floor?: number;
  skipBadRows?: boolean;
}

export interface EvaluateRequest {
  sources: SourceSpec[];
  roles: RoleOptions;
  policies: PolicyOptions;
  baseline?: string;
}

/** What the sources were and what was done about them: printed with every result. */
export interface SourceReport {
  rows: number;
  badRows: number;
  policies: Record<string, unknown>;
  guesses: string[];
  warnings: string[];
}

export interface Evaluated {
  statistics: Statistics;
  source: SourceReport;
}

interface Opened {
  spec: SourceSpec;
  source: OpenSource;
  roles: BoundRoles;
  table: Table;
}

/** Rows at rest → statistics: the whole way of the data through the embedded engine. */
export async function evaluateSources(request: EvaluateRequest, options: SessionOptions): Promise<Evaluated> {
  checkPolicies(request.policies);
  return withSession(options, async (session) => {
    try {
      return await evaluateIn(session, request);
    } catch (error) {
      throw engineError(error, request.sources.map(({ path }) => path).join(", "));
    }
  });
}

function checkPolicies({ tolerance = 0, floor = 0 }: PolicyOptions): void {
  if (!(tolerance >= 0 && tolerance < 1))
    throw new XentError("option", `--tolerance is ${tolerance}; it must be at least 0 and below 1`);
  if (!(floor >= 0 && floor < 1))
    throw new XentError("option", `--floor is ${floor}; it must be at least 0 and below 1`);
}

async function evaluateIn(session: Session, request: EvaluateRequest): Promise<Evaluated> {
  const opened: Opened[] = [];
  for (const spec of request.sources) opened.push(await open(session, spec, request));
  const { task } = opened[0].roles;
  const classes = await classesOf(session, opened, request.roles);
  const names = modelNames(opened);

  const report: SourceReport = {
    rows: 0,
    badRows: 0,
    policies: {},
    guesses: [...new Set(opened.flatMap(({ roles }) => roles.guesses))],
    warnings: [],
  };
  if (classes.guess) report.guesses.push(classes.guess);
  const models: ModelStatistics[] = [];
  const scanned: ScannedModel[] = [];
  for (const [s, one] of opened.entries()) {
    report.badRows += one.table.unreadable;
    for (const [f, family] of one.roles.families.entries()) {
      const scan = scanOf(one, family, classes.names, names[s][f], request, opened[0].roles.families[0]);
      scan.rows = await countRows(session, scan.table);
      const own = await modelsOf(session, scan);
      session.size.rows = scan.rows;
      if (f === 0) report.rows += scan.rows + one.table.unreadable;
      const collected = await guarded(one, () => collectRows(session, scan, own));
      const good = collected.reduce((sum, model) => sum + rowsOf(model), 0);
      if (good < scan.rows) {
        const skip = request.policies.skipBadRows ?? false;
        report.warnings.push(...(await guarded(one, () => checkFaults(session, duckdb, scan, skip))));
        report.badRows += scan.rows - good;
      }
      for (const model of collected) checkRows(one, model);
      models.push(...collected);
      scanned.push(...collected.map((model) => ({ name: model.model, scan })));
    }
  }
  const { tolerance, normalize, floor } = scanned[0].scan.policies;
  report.policies = { normalize, tolerance, floor, skipBadRows: request.policies.skipBadRows ?? false };
  checkNames(models);
  const weighted = scanned[0].scan.weight !== undefined;
  if (weighted || scanned[0].scan.cluster) {
    for (const [m, model] of models.entries()) {
      model.dependence = await collectDependence(session, duckdb, scanned[m].scan, model);
      model.meanSquares = await collectMeanSquares(session, duckdb, scanned[m].scan, model);
    }
  }
  const statistics: Statistics = { version: 1, task, classes: classes.names, weighted, models, pairs: [] };
  if (models.length > 1) {
    const baseline = baselineOf(models, request.baseline);
    const paired = await guarded(opened[0], () => collectPairs(session, duckdb, scanned, baseline));
    statistics.pairs = paired.pairs;
    report.warnings.push(...paired.warnings);
  } else if (request.baseline !== undefined) {
    baselineOf(models, request.baseline);
  }
  return { statistics, source: report };
}

/** The first pass in the hope that numbers are as they should be; again, with care, where it fails. */
async function collectRows(session: Session, scan: Scan, names: string[]): Promise<ModelStatistics[]> {
  try {
    return await collectModels(session, duckdb, scan, names);
  } catch (error) {
    if (!/can not contain NULL values|dimensions must be equal|cannot take logarithm/.test(String(error)))
      throw error;
    scan.careful = true;
    return collectModels(session, duckdb, scan, names);
  }
}

async function guarded<T>({ source }: Opened, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw engineError(error, source.name);
  }
}

async function open(session: Session, spec: SourceSpec, request: EvaluateRequest): Promise<Opened> {
  const { roles } = request;
  const extra = [
    roles.label,
    roles.cluster,
    roles.weight,
    roles.targets,
    ...(roles.slices ?? []),
    ...(roles.key ?? []),
  ];
  const source = await openSource(
    session,
    spec,
    extra.filter((name) => name !== undefined),
  );
  const named = spec.array === undefined ? roles : { ...roles, ...arrayRole(roles, spec.array) };
  const bound = bindRoles(source, named);
  try {
    const table = await source.load(needsOf(bound), { skipBadRows: request.policies.skipBadRows ?? false });
    return { spec, source, roles: bound, table };
  } catch (error) {
    throw engineError(error, source.name);
  }
}

/** `FILE.npz#array` names the predictions; the flags still say what they are. */
function arrayRole(roles: RoleOptions, array: string): RoleOptions {
  const form = roles.logits ? "logits" : roles.logProbabilities ? "logProbabilities" : "probabilities";
  return { [form]: [array] };
}

function needsOf(roles: BoundRoles): Need[] {
  const needs: Need[] = [];
  const add = (column: Need["column"] | undefined, as: Need["as"]) => {
    if (column) needs.push({ column, as });
  };
  const numbers = (of: Numbers) => {
    if (of.layout === "columns") for (const column of of.columns) add(column, "number");
    else add(of.column, of.layout === "array" ? "numbers" : "number");
  };
  for (const family of roles.families) numbers(family.numbers);
  if (roles.targets) numbers(roles.targets);
  for (const column of [roles.label, roles.model, roles.cluster, ...roles.key, ...roles.slices])
    add(column, "text");
  add(roles.weight, "number");
  return needs;
}

/** The classes of all models: from the first model's columns, `--classes`, or the one label beside `--positive`. */
async function classesOf(
  session: Session,
  opened: Opened[],
  options: RoleOptions,
): Promise<{ names: string[]; guess?: string }> {
  const [{ source, roles, table }] = opened;
  const [family] = roles.families;
  const { numbers } = family;
  if (numbers.layout === "label") return { names: [] };
  if (numbers.layout === "binary") return binaryClasses(session, opened[0], options);
  if (numbers.layout === "columns") {
    return { names: classNames(source.name, family.names, options.classes, numbers.columns.length) };
  }
  const length = await arrayLength(session, table, numbers.column.name);
  const names = classNames(source.name, [], options.classes, length);
  return options.classes
    ? { names }
    : { names, guess: `--classes ${countedNames(0, length - 1)} (array positions)` };
}

async function arrayLength(session: Session, table: Table, column: string): Promise<number> {
  const found = table.columns.find(({ name }) => name === column);
  const fixed = found && /\[(\d+)\]$/.exec(found.type);
  if (fixed) return Number(fixed[1]);
  if (found && !isList(found)) {
    throw new XentError(
      "column",
      `${table.name}: the column "${column}" is of type ${found.type}; it must hold arrays of numbers`,
    );
  }
  const value = duckdb.identifier(column);
  const [row] = await session.query(
    "looking",
    `SELECT ${duckdb.length(value)} AS classes FROM ${table.from} WHERE ${value} IS NOT NULL LIMIT 1`,
  );
  if (!row) throw new XentError("source", `${table.name}: there are no rows`);
  const classes = Number(row.classes);
  if (classes < 1) throw new XentError("shape", `${table.name}: the first array of "${column}" is empty`);
  return classes;
}

async function binaryClasses(
  session: Session,
  { source, roles, table }: Opened,
  { positive, classes }: RoleOptions,
): Promise<{ names: string[]; guess?: string }> {
  if (!roles.label)
    throw new XentError("option", "--probability needs --label; soft targets need a column a class");
  const column = roles.label;
  const sql = distinctSql(duckdb, labelText(duckdb, tableColumn(table, column.name)), table.from, 100);
  const labels = (await session.query("looking", sql)).map((row) => String(row.value));
  const yes = positive ?? ["1", "true", "True"].find((name) => labels.includes(name));
  const shown = labels
    .slice(0, 5)
    .map((name) => `"${name}"`)
    .join(", ");
  if (yes === undefined) {
    throw new XentError(
      "option",
      `${source.name}: it is not clear which label "${roles.families[0].numbers.layout === "binary" ? roles.families[0].numbers.column.name : ""}" is the probability of`,
      `name it with --positive; the labels are ${shown}`,
    );
  }
  const others = (classes ?? labels).filter((name) => name !== yes);
  if (others.length > 1 || (labels.length > 1 && !labels.includes(yes))) {
    throw new XentError(
      "label",
      `${source.name}: "${column.name}" must have two classes, "${yes}" and one other; it has ${shown}${labels.length > 5 ? ", …" : ""}`,
    );
  }
  const guess = positive === undefined ? `--positive ${yes}` : undefined;
  return { names: [others[0] ?? `not ${yes}`, yes], guess };
}

const tableColumn = (table: Table, name: string) =>
  table.columns.find((column) => column.name === name) ?? { name, type: "VARCHAR" };

/** Names of the models: theirs, or their files'. A name for each family of each source. */
function modelNames(opened: Opened[]): (string | undefined)[][] {
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

function checkNames(models: ModelStatistics[]): void {
  const names = models.map(({ model }) => model);
  const twice = names.find((name, m) => names.indexOf(name) !== m);
  if (twice !== undefined) {
    throw new XentError("option", `two models are called "${twice}"`, "name each source: one=FILE two=FILE");
  }
}

function scanOf(
  { table, roles }: Opened,
  family: Family,
  classes: string[],
  name: string | undefined,
  request: EvaluateRequest,
  first: Family,
): Scan {
  const typed = (column: { name: string }) => tableColumn(table, column.name);
  const retyped = (numbers: Numbers): Numbers =>
    numbers.layout === "columns"
      ? { layout: "columns", columns: numbers.columns.map(typed) }
      : { ...numbers, column: typed(numbers.column) };
  const renamed = first.names.length > 0 && !first.names.every((one) => classes.includes(one));
  const numbers = retyped(inOrder(table.name, family, classes, renamed));
  const targets =
    roles.targets &&
    retyped(
      inOrder(
        table.name,
        { form: "probabilities", numbers: roles.targets, names: roles.targetNames },
        classes,
        renamed,
      ),
    );
  const single = numbers.layout === "columns" ? numbers.columns.some(isSingle) : isSingle(numbers.column);
  checkNumbers(table, numbers);
  const { normalize = false, floor = 0, tolerance = single ? 1e-5 : 1e-9 } = request.policies;
  return {
    table,
    task: roles.task,
    classes,
    form: family.form as Form,
    numbers,
    targets,
    label: roles.label && typed(roles.label),
    model: roles.model ? { column: typed(roles.model) } : { name: name as string },
    weight: roles.weight && typed(roles.weight),
    cluster: roles.cluster && typed(roles.cluster),
    slices: roles.slices.map(typed),
    key: roles.key.map(typed),
    rows: 0,
    careful: false,
    policies: { normalize, floor, tolerance },
  };
}

function checkNumbers(table: Table, numbers: Numbers): void {
  const columns = numbers.layout === "columns" ? numbers.columns : [numbers.column];
  const text = columns.find(({ type }) => type === "VARCHAR");
  if (text) {
    throw new XentError(
      "column",
      `${table.name}: the column "${text.name}" is text; it must hold ${numbers.layout === "array" ? "arrays of numbers" : "numbers"}`,
    );
  }
}

async function countRows(session: Session, table: Table): Promise<number> {
  const [row] = await session.query("counting", `SELECT count(*) AS all_rows FROM ${table.from}`);
  if (Number(row.all_rows) === 0) throw new XentError("source", `${table.name}: there are no rows`);
  return Number(row.all_rows);
}

/** The models of a scan, in order of first appearance. */
async function modelsOf(session: Session, { table, model }: Scan): Promise<string[]> {
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

const rowsOf = (model: ModelStatistics): number => model.byClass.reduce((sum, rows) => sum + rows.rows, 0);

function checkRows({ source }: Opened, model: ModelStatistics): void {
  if (rowsOf(model) === 0)
    throw new XentError("source", `${source.name}: no row of "${model.model}" can be used`);
  if (model.byClass.every((rows) => rows.weight === 0)) {
    throw new XentError("value", `${source.name}: all weights of "${model.model}" are zero`);
  }
}
