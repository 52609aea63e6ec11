import type { TextStyle } from "@xent/report";
import pc from "picocolors";

/** How wide text for people may be here, and how it is set off: only on a terminal, and not where NO_COLOR says so. */
export function terminal(): { width: number } & TextStyle {
  const { isTTY, columns } = process.stdout;
  const width = isTTY ? Math.max(40, Math.min(columns || 80, 100)) : 80;
  if (!isTTY || process.env.NO_COLOR) return { width };
  const { bold, dim, green, red } = pc.createColors(true);
  return { width, bold, dim, good: green, bad: red };
}
