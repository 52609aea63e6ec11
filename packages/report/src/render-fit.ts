import { count, decimalsFor, figure, percent } from "./format.ts";
import { cut, printable, table, wrap } from "./table.ts";

/** What a fit found: of the engine's model what a person reads. */
export interface FitSummary {
  model: {
    kind: string;
    label: string;
    classes: string[];
    shape: { inputs: number; hidden: number[]; classes: number };
    schema: {
      features: { column: string; type: string; vocabulary?: string[]; reference?: boolean }[];
      dropped: { column: string; elements?: number }[];
    };
    split: { cluster: string | null; seed: number } | null;
    data: { rows: number; badRows: number; trainingRows: number; validationRows: number };
    training: {
      method: string;
      converged: boolean;
      reason: string;
      message: string;
      crossEntropy: number;
      iterations?: number;
      bestEpoch?: number;
    };
    validation: { crossEntropy: number; standardError: number; baseRate: number } | null;
    coefficients?: { reference: string; errors: string | null; level: number; rows: CoefficientSummary[] };
  };
  guesses: string[];
  warnings: string[];
}

export interface CoefficientSummary {
  class: string;
  feature: string;
  coefficient: number;
  standardError: number | null;
  z: number | null;
  oddsRatio: number;
  oddsRatioInterval: [number, number] | null;
}

export interface FitTextOptions {
  width: number;
  bold?: (text: string) => string;
  /** Where the model was written. */
  file: string;
  /** Commands that come next. */
  next: string[];
}

/** Coefficients that are shown; more are in the model's file. */
const mostCoefficients = 30;

/** A fit as text for people, in lines of at most `width` where names allow. */
export function renderFit({ model, guesses, warnings }: FitSummary, options: FitTextOptions): string {
  const { width, bold = (text) => text } = options;
  const sections: { title?: string; lines: string[] }[] = [
    { lines: heading(model, guesses, warnings, width) },
    { title: "cross-entropy in nats", lines: figures(model, width) },
    { lines: why(model, width) },
    {
      title: `coefficients against "${cut(model.coefficients?.reference ?? "", 24)}", in the features' own units`,
      lines: coefficients(model, width),
    },
    {
      lines: [
        ...wrap(`${options.file} holds the model. Next:`, width),
        ...options.next.map((one) => `  ${one}`),
      ],
    },
  ];
  return `${sections
    .filter(({ lines }) => lines.length > 0)
    .map(({ title, lines }) => (title ? [bold(cut(title, width)), ...lines] : lines).join("\n"))
    .join("\n\n")}\n`;
}

function heading(
  { data, classes, shape, schema, split, kind }: FitSummary["model"],
  guesses: string[],
  warnings: string[],
  width: number,
): string[] {
  const held =
    split === null
      ? "none held out"
      : `${count(data.validationRows)} held out by ${split.cluster === null ? "row" : `"${cut(split.cluster, 24)}"`}`;
  const layers = [shape.inputs, ...shape.hidden, shape.classes].join("-");
  const name = kind === "mlp" ? `mlp ${layers}` : "softmax regression";
  const rows = `${count(data.rows)} rows: ${count(data.trainingRows)} to train on, ${held}`;
  const what = `${name} of ${count(shape.inputs)} numbers from ${count(schema.features.length)} columns, ${count(classes.length)} classes`;
  const dropped = schema.dropped.map(({ column, elements }) =>
    elements === undefined ? `"${column}"` : `${count(elements)} elements of "${column}"`,
  );
  const notes = [
    ...(data.badRows > 0 ? [`left out ${count(data.badRows)} rows that cannot be used`] : []),
    ...(dropped.length > 0
      ? [
          `left out as constant: ${dropped.slice(0, 8).join(", ")}${dropped.length > 8 ? ` and ${count(dropped.length - 8)} more` : ""}`,
        ]
      : []),
    ...warnings,
  ];
  return [
    ...wrap(rows, width, "  "),
    ...wrap(what, width, "  "),
    ...(guesses.length > 0 ? wrap(printable(`guessed: ${guesses.join(", ")}`), width, "  ") : []),
    ...notes.flatMap((note) => wrap(printable(`note: ${note}`), width, "  ")),
  ];
}

function figures({ validation, training }: FitSummary["model"], width: number): string[] {
  const rows: string[][] = [];
  if (validation) {
    const { crossEntropy, standardError, baseRate } = validation;
    const half = 1.96 * standardError;
    const error = half >= 0 ? ` ± ${figure(half, decimalsFor(half))}` : "";
    rows.push([
      "held out",
      `${figure(crossEntropy, decimalsFor(half))}${error}`,
      percent(1 - crossEntropy / baseRate),
    ]);
    rows.push(["base rate, held out", figure(baseRate), "0.0 %"]);
  }
  rows.push(["trained on", figure(training.crossEntropy), ""]);
  return table(["", "cross-entropy", "skill"], rows, { width });
}

function why({ training }: FitSummary["model"], width: number): string[] {
  const { method, converged, reason, message, iterations, bestEpoch } = training;
  if (bestEpoch !== undefined) {
    return wrap(
      printable(`${method} stopped: ${message}; the parameters of epoch ${bestEpoch} are kept.`),
      width,
    );
  }
  if (!converged) return wrap(printable(`${method} did not converge (${reason}): ${message}.`), width);
  return [`${method} converged${iterations === undefined ? "" : ` in ${count(iterations)} iterations`}.`];
}

/** Significant digits: as many in each row, as the features' units differ. */
function digits(value: number | null, significant = 3): string {
  if (value === null || Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return figure(value);
  const size = Math.abs(value);
  const exponential = value !== 0 && (size >= 1e5 || size < 1e-3);
  const text = exponential ? value.toExponential(significant - 1) : value.toPrecision(significant);
  // 2.80e+3 is 2800 to a reader.
  return (exponential || !text.includes("e") ? text : String(Number(text)))
    .replace("e+", "e")
    .replaceAll("-", "−");
}

function coefficients({ coefficients: found, schema }: FitSummary["model"], width: number): string[] {
  if (!found || found.rows.length === 0) return [];
  const known = found.errors !== null;
  const percentage = figure(found.level * 100, Number.isInteger(found.level * 100) ? 0 : 1);
  // Elements of a long array say nothing one by one.
  const arrays =
    found.rows.length > mostCoefficients ? schema.features.filter(({ type }) => type === "array") : [];
  const isElement = ({ feature }: CoefficientSummary) =>
    arrays.some(({ column }) => feature.startsWith(`${column}[`));
  const all = found.rows.filter((one) => !isElement(one));
  const shown = all.slice(0, mostCoefficients);
  const head = [
    "",
    "coefficient",
    ...(known ? ["error", "z"] : []),
    "odds ratio",
    ...(known ? [`${percentage} % interval`] : []),
  ];
  const lines = table(
    head,
    shown.flatMap((one, i) => {
      const row = [
        `  ${one.feature}`,
        digits(one.coefficient, 4),
        ...(known ? [digits(one.standardError), figure(one.z ?? Number.NaN, 2)] : []),
        digits(one.oddsRatio),
        ...(known ? [one.oddsRatioInterval?.map((end) => digits(end)).join(" to ") ?? "–"] : []),
      ];
      // A class is named once, above its features.
      return shown[i - 1]?.class === one.class ? [row] : [[one.class, ...head.slice(1).map(() => "")], row];
    }),
    { width },
  );
  const compared = schema.features.flatMap(({ column, reference, vocabulary = [] }) =>
    reference && vocabulary.length > 1 ? [`"${column}" is compared with "${vocabulary[0]}".`] : [],
  );
  const more = all.length - shown.length;
  return [
    ...lines,
    ...(more > 0 ? [`… and ${count(more)} more, in the model's file`] : []),
    ...arrays.flatMap(({ column }) =>
      wrap(printable(`The elements of "${column}" have theirs in the model's file.`), width),
    ),
    ...(compared.length > 0 ? wrap(printable(compared.join(" ")), width) : []),
    ...(found.errors === "clustered" ? wrap("Errors are those of clusters (the sandwich).", width) : []),
    ...(known ? [] : wrap("Without errors: those of maximum likelihood do not hold for it.", width)),
  ];
}
