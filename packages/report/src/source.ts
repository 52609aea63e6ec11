/** What was read and how: printed with every result. The engine's report of it, and whoever else reads rows. */
export interface SourceSummary {
  rows: number;
  badRows: number;
  policies: Record<string, unknown>;
  guesses: string[];
  warnings: string[];
  seed?: number;
  /** How to do it again: the command line as it was given. */
  command?: string;
}
