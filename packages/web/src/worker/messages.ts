import type { SourceSummary } from "@xent/report";
import type { Statistics } from "xent";
import type { Column } from "xent/tables";
import type { Problem } from "../evaluate/problem.ts";
import type { EvaluationRequest } from "../evaluate/request-of.ts";

/** A file to read, and the model that it is. */
export interface Source {
  file: File;
  model?: string;
}

/** What the page asks of a worker: one job, and then it ends. */
export type Job =
  | { kind: "look"; file: File }
  | { kind: "evaluate"; sources: Source[]; beside: File[]; request: EvaluationRequest };

/** A file at first sight: its columns, and its first rows as text. */
export interface Look {
  columns: Column[];
  preview: string[][];
  rows?: number;
}

export interface Evaluated {
  statistics: Statistics;
  source: SourceSummary;
}

export interface Progress {
  step: string;
  /** From 0 to 1. */
  done: number;
}

export type Answer<T = Look | Evaluated> =
  | ({ kind: "progress" } & Progress)
  | { kind: "done"; result: T }
  | { kind: "failed"; problem: Problem };
