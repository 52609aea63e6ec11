import type { Estimate } from "xent";
import type { Calibrator } from "xent/fit/calibrators";
import { describeCalibrator } from "./describe-calibrator.ts";
import { count, figure, range, withError } from "./format.ts";
import type { SourceSummary } from "./source.ts";
import { cut, printable, table, wrap } from "./table.ts";

/** A calibrator on rows that it was not fitted to, beside the predictions as they are on the same rows. */
export interface HeldOut {
  method: string;
  /** Null where the method could not be fitted. */
  crossEntropy: Estimate | null;
  /** Held out − uncalibrated, paired: below zero where the calibrator is better. */
  difference: Estimate | null;
  /** Why it could not be fitted, or what is to be said of a fit. */
  message?: string;
}

/** Everything that `xent calibrate` found. Losses in nats. */
export interface Calibration {
  model: string;
  classes: string[];
  /** Rows that the calibrator was fitted to, and how many there were where that is a sample of them. */
  rows: number;
  sampledOf?: number;
  level: number;
  seed: number;
  cluster?: string;
  calibrator?: Calibrator;
  /** Whether several methods were to be compared. */
  compared: boolean;
  folds?: number;
  /** The predictions as they are. */
  before?: Estimate;
  heldOut: HeldOut[];
  /** The method that is better than no recalibration by more than its error, if one is. */
  recommended: string | null;
  source: SourceSummary;
}

/** What was fitted, what it does and what it is worth, as text for people, in lines of at most `width`. */
export function renderCalibration(
  calibration: Calibration,
  { width, bold = (text) => text }: { width: number; bold?: (text: string) => string },
): string {
  const { calibrator, heldOut, compared } = calibration;
  const sections: { title?: string; lines: string[] }[] = [{ lines: heading(calibration, width) }];
  if (compared) {
    sections.push({
      title: `cross-entropy in nats, held out in ${calibration.folds} folds`,
      lines: comparison(calibration, width),
    });
    sections.push({ lines: wrap(verdict(calibration), width, "  ") });
  }
  if (calibrator) {
    const { sentences, head, rows } = describeCalibrator(calibrator);
    sections.push({
      title: calibrator.method,
      lines: [
        ...sentences.flatMap((sentence) => wrap(`${upper(sentence)}.`, width, "  ")),
        ...(head && rows ? ["", ...table(head, rows, { width })] : []),
      ],
    });
    if (!compared) sections.push({ title: "cross-entropy in nats", lines: losses(calibration, width) });
  }
  if (!compared && heldOut.length > 0) sections.push({ lines: wrap(verdict(calibration), width, "  ") });
  sections.push({ lines: footer(calibration, width) });
  return `${sections
    .filter(({ lines }) => lines.length > 0)
    .map(({ title, lines }) => (title ? [bold(cut(title, width)), ...lines] : lines).join("\n"))
    .join("\n\n")}\n`;
}

const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function heading(
  { model, classes, rows, sampledOf, source, cluster, seed }: Calibration,
  width: number,
): string[] {
  const parts = [
    sampledOf === undefined
      ? `${count(rows)} rows`
      : `${count(rows)} of ${count(sampledOf)} rows, a sample (seed ${seed})`,
    `${count(classes.length)} classes`,
    ...(model === "model" ? [] : [cut(model, 40)]),
    ...(cluster === undefined ? [] : [`clustered by ${cut(cluster, 40)}`]),
  ];
  const policies = Object.entries(source.policies).flatMap(([name, value]) => (value === true ? [name] : []));
  return [
    ...wrap(parts.join(", "), width, "  "),
    ...(source.guesses.length > 0
      ? wrap(printable(`guessed: ${source.guesses.join(", ")}`), width, "  ")
      : []),
    ...(policies.length > 0 ? wrap(`by request: ${policies.join(", ")}`, width, "  ") : []),
    ...source.warnings.flatMap((warning) => wrap(printable(`note: ${warning}`), width, "  ")),
  ];
}

function comparison({ heldOut, before, recommended }: Calibration, width: number): string[] {
  const rows = heldOut.map(({ method, crossEntropy, difference }) => [
    method,
    crossEntropy ? withError(crossEntropy) : "not fitted",
    difference ? figure(difference.estimate) : "",
    difference?.interval ? range(difference.interval) : "",
    method === recommended ? "recommended" : judged(difference),
  ]);
  const none = before ? [["(as it is)", withError(before), "", "", ""]] : [];
  const failed = heldOut.filter(({ crossEntropy, message }) => crossEntropy === null && message);
  return [
    ...table(["method", "cross-entropy", "difference", "interval", ""], [...rows, ...none], {
      left: [0, 4],
      width,
    }),
    ...failed.flatMap(({ method, message }) =>
      wrap(printable(`${method}: ${message?.replace(/^\w+: /, "")}`), width, "  "),
    ),
  ];
}

const judged = (difference: Estimate | null): string => {
  if (difference === null) return "";
  if (difference.estimate === Number.NEGATIVE_INFINITY) return "better";
  if (!difference.interval) return "";
  const [low, high] = difference.interval;
  return high < 0 ? "better" : low > 0 ? "worse" : "open";
};

function losses(
  { calibrator, heldOut: [one], before, folds, rows: read }: Calibration,
  width: number,
): string[] {
  const { crossEntropyAfter: after, rows: fitted = 0 } = calibrator?.fitted ?? {};
  const rows: string[][] = [];
  const where =
    fitted > read ? `on all ${count(fitted)} rows, which it was fitted to` : "on the rows it was fitted to";
  if (before) rows.push(["before", ...valueAndError(before), ""]);
  if (after !== undefined) rows.push(["after", figure(Number(after)), "", where]);
  if (one?.crossEntropy) {
    const how = `each fold by a calibrator of the other ${(folds ?? 2) - 1}`;
    rows.push(["held out", ...valueAndError(one.crossEntropy), how]);
  }
  if (one?.difference) {
    rows.push(["difference", ...valueAndError(one.difference), "held out − before, paired: < 0 is better"]);
  }
  return table(["", "", "", ""], rows, { left: [0, 2, 3], width }).slice(1);
}

/** 0.4056 and ± 0.0412, apart, for values below each other. */
const valueAndError = ({ estimate, interval }: Estimate): [string, string] => [
  figure(estimate),
  interval ? `± ${figure((interval[1] - interval[0]) / 2)}` : "",
];

function verdict({ heldOut, recommended, compared, calibrator }: Calibration): string {
  if (recommended !== null) {
    const one = heldOut.find(({ method }) => method === recommended);
    const gain = one?.difference ? -one.difference.estimate : Number.NaN;
    const worth = Number.isFinite(gain)
      ? `it takes ${figure(gain)} nats off rows it has not seen, more than the error`
      : "it makes an infinite loss finite";
    return compared ? `Recommended: ${recommended}; ${worth}.` : `It is worth it: ${worth}.`;
  }
  const unseen = "No recalibration: on rows it has not seen,";
  if (compared) return `${unseen.replace("it has", "they have")} no method is better by more than its error.`;
  const what = judged(heldOut[0]?.difference ?? null) === "worse" ? "worse" : "not better";
  return `${unseen} ${calibrator?.method ?? "the method"} is ${what} by more than its error.`;
}

function footer({ level, heldOut, before }: Calibration, width: number): string[] {
  if (heldOut.length === 0 && !before) return [];
  const share = figure(level * 100, Number.isInteger(level * 100) ? 0 : 1);
  return wrap(`± is half of the ${share} % interval; --json has every figure.`, width);
}
