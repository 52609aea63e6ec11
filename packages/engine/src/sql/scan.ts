import type { Column, ScanPlan } from "xent/tables";

/** Rows at rest, ready to be named in FROM. */
export interface Table {
  from: string;
  columns: Column[];
  /** What messages call it: the file. */
  name: string;
  /** SQL that numbers rows from 1 as they stand in the file, and what the message calls that number. */
  row: string;
  /** The key that tells rows apart where they have no numbers; empty where only what they say does. */
  key?: string;
  /** Cells or lines that could not be read at all, and were left out. */
  unreadable: number;
  /** Where the source has no types of its own, of which kind of text it is. */
  textual?: "csv" | "jsonl";
}

/** One pass over one table for one family of numbers: everything the SQL of a row depends on. */
export interface Scan extends ScanPlan {
  table: Table;
  /** Rows of the table, good or bad; 0 while they are not counted. */
  rows: number;
  /** Whether numbers may be negative or null, or arrays of different lengths: checking costs more than scoring. */
  careful: boolean;
}
