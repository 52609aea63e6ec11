import { type Form, XentError } from "xent";
import type { Calibrator } from "xent/fit/calibrators";
import type { RoleOptions } from "xent/tables";
import type { SessionOptions } from "./duckdb/session.ts";
import { withScans } from "./open-scans.ts";
import type { SourcesRequest } from "./open-sources.ts";
import { pickModel } from "./pick-model.ts";
import { calibratorToSql } from "./sql/calibrator.ts";
import type { CalibratorDialectName } from "./sql/calibrator-dialect.ts";

export interface CalibratorSqlRequest extends Omit<SourcesRequest, "unlabelled" | "keep" | "expected"> {
  calibrator: Calibrator;
  dialect: CalibratorDialectName;
  /** What stands in FROM, as it is. */
  from: string;
  /** Columns that come along, where no source says which there are. */
  along: string[];
  pick?: string;
}

/** Where the predictions stand, by name. */
interface NamedNumbers {
  form: Form;
  numbers: { layout: "columns"; columns: string[] } | { layout: "array" | "binary"; column: string };
  keep: string[];
}

/**
 * The statement that calibrates predictions where they are: for another engine, or to look at.
 *
 * @returns a SELECT of the calibrated predictions, under the names and in the layout that they have, and of the
 *   columns beside them: those of the source, where there is one, or those that are named.
 * @throws `XentError` `option` or `column` for predictions of other classes, or of several models.
 */
export async function calibratorSql(request: CalibratorSqlRequest, options: SessionOptions): Promise<string> {
  const { calibrator, dialect, from } = request;
  const { form, numbers, keep } =
    request.sources.length > 0 ? await sourceNumbers(request, options) : flaggedNumbers(request);
  const linear = form === "probabilities";
  const written: Form = linear ? "probabilities" : "log-probabilities";
  const output =
    numbers.layout === "columns"
      ? { layout: numbers.layout, form: written, names: numbers.columns }
      : { layout: numbers.layout, form: written, name: numbers.column };
  return `${calibratorToSql(calibrator, dialect, { from, form, numbers, keep, output })}\n`;
}

function sourceNumbers(request: CalibratorSqlRequest, options: SessionOptions): Promise<NamedNumbers> {
  const expected = { names: request.calibrator.classes, by: "the calibrator was fitted for" };
  return withScans(
    { ...request, unlabelled: true, keep: true, expected },
    options,
    async (_session, open) => {
      const { scan } = pickModel(open, request.pick).open;
      const { numbers, form, table } = scan;
      const names =
        numbers.layout === "columns" ? numbers.columns.map(({ name }) => name) : [numbers.column.name];
      const keep = table.columns.map(({ name }) => name).filter((name) => !names.includes(name));
      if (numbers.layout === "columns") return { form, numbers: { layout: "columns", columns: names }, keep };
      const layout = numbers.layout === "binary" ? "binary" : "array";
      return { form, numbers: { layout, column: names[0] }, keep };
    },
  );
}

/** The columns that the flags speak of, `*` being each of the calibrator's classes. */
function flaggedNumbers({ roles, calibrator: { classes }, along }: CalibratorSqlRequest): NamedNumbers {
  if (roles.probability !== undefined) {
    if (classes.length !== 2 || (roles.positive ?? classes[1]) !== classes[1]) {
      throw new XentError(
        "option",
        `--probability is of two classes, --positive the second; the calibrator was fitted for ${classes.join(", ")}`,
      );
    }
    return { form: "probabilities", numbers: { layout: "binary", column: roles.probability }, keep: along };
  }
  const given = familiesOf(roles);
  if (given.length > 1) throw new XentError("option", "the SQL is of one model: name its columns once");
  const [[form, pattern]] = given.length > 0 ? given : ([["probabilities", "p_*"]] as [Form, string][]);
  if (!pattern.includes("*")) return { form, numbers: { layout: "array", column: pattern }, keep: along };
  const columns = classes.map((name) => pattern.replace("*", () => name));
  return { form, numbers: { layout: "columns", columns }, keep: along };
}

const familiesOf = ({
  probabilities = [],
  logits = [],
  logProbabilities = [],
}: RoleOptions): [Form, string][] => [
  ...probabilities.map((pattern): [Form, string] => ["probabilities", pattern]),
  ...logits.map((pattern): [Form, string] => ["logits", pattern]),
  ...logProbabilities.map((pattern): [Form, string] => ["log-probabilities", pattern]),
];
