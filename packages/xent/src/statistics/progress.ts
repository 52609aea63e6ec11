/** What is being done and how far it is, from 0 to 1. */
export type OnProgress = (progress: { step: string; done: number }) => void;

/** Told of each row that a pass is done with. */
export type Report = (row: number) => void;

/** Numbers that are read between two calls: some ten a second. */
const numbersBetween = 2 ** 20;

/** Passes on the progress of one part of a step, so seldom that it costs nothing. */
export function reportOf(
  onProgress: OnProgress | undefined,
  step: string,
  size: { rows: number; classes: number },
  { part, parts }: { part: number; parts: number },
): Report {
  if (!onProgress) return () => {};
  const between = Math.max(Math.floor(numbersBetween / Math.max(size.classes, 1)), 1);
  return (row) => {
    if (row % between === 0) onProgress({ step, done: (part + row / size.rows) / parts });
  };
}
