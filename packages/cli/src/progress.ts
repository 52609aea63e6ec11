import type { Progress } from "@xent/engine";

/** Nothing is shown before this: a line that flashes by tells nobody anything. */
const quietFor = 500;

/** One line on a terminal that says what is being done, how far, and how long it will take; nothing on a pipe. */
export function progressLine(stream: NodeJS.WriteStream, quiet: boolean) {
  const started = Date.now();
  let step = "";
  let stepStarted = started;
  let shown = false;

  function clear(): void {
    if (shown) stream.write("\r\x1b[K");
    shown = false;
  }

  function show(progress: Progress): void {
    const now = Date.now();
    if (progress.step !== step) {
      step = progress.step;
      stepStarted = now;
    }
    if (now - started < quietFor) return;
    stream.write(`\r${progressText(progress, now - stepStarted).slice(0, (stream.columns || 80) - 1)}\x1b[K`);
    shown = true;
  }

  return { show: stream.isTTY && !quiet ? show : undefined, clear };
}

/** `scoring  42 %  2,100,000 of 5,000,000 rows  3 s left` */
export function progressText({ step, done, rows }: Progress, elapsed: number): string {
  const parts = [step, `${Math.floor(done * 100)} %`];
  if (rows !== undefined && rows > 0) {
    parts.push(`${Math.floor(done * rows).toLocaleString("en-US")} of ${rows.toLocaleString("en-US")} rows`);
  }
  if (done > 0.02 && elapsed > 300) parts.push(`${duration((elapsed / done) * (1 - done))} left`);
  return parts.join("  ");
}

function duration(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  return seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}
