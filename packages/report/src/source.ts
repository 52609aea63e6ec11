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

/** The policies that differ from doing nothing, as a person says them. */
export const policiesInForce = ({ policies }: SourceSummary): string[] =>
  Object.entries(policies)
    .filter(([name, value]) => value === true || (name === "floor" && value !== 0))
    .map(([name, value]) => (value === true ? name : `${name} ${value}`));
