/** Named expressions that are computed together, from those of the stage before. */
export type Stage = Record<string, string>;

const columnsOf = (stage: Stage): string[] =>
  Object.entries(stage).map(([name, expression]) => `${expression} AS ${name}`);

export const select = (stage: Stage, from: string): string =>
  `SELECT ${columnsOf(stage).join(", ")} FROM ${from}`;

/** A stage more: its expressions beside all columns of the rows before. */
export const extend = (stage: Stage, from: string): string =>
  `SELECT ${["*", ...columnsOf(stage)].join(", ")} FROM (${from})`;
