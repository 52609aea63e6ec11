import { readFileSync } from "node:fs";
import type { FloatMatrix } from "../src/losses/index.ts";

/** Coefficients of a fit: one list a class, the constant last; and what statsmodels says of each. */
export interface CoefficientTable {
  coefficients: number[][];
  standardErrors: number[][];
  z: number[][];
  p: number[][];
  lower: number[][];
  upper: number[][];
}

/** What bench/peers/softmax_regression.py wrote. */
export const regressions = JSON.parse(
  readFileSync(new URL("./golden/softmax-regression.json", import.meta.url), "utf8"),
) as {
  scikit: {
    features: number[][];
    labels: number[];
    weights: number[];
    cases: Record<string, { coefficients: number[][]; intercepts: number[] }>;
  };
  statsmodels: {
    name: string;
    features: number[][];
    labels: number[];
    clusters: number[];
    classes: number;
    logLikelihood: number;
    plain: CoefficientTable;
    clustered: CoefficientTable;
  }[];
};

export const matrixOf = (rows: number[][]): FloatMatrix<Float64Array> => ({
  data: Float64Array.from(rows.flat()),
  rows: rows.length,
  columns: rows[0].length,
});
