import pc from "picocolors";

/** How wide text for people may be here, and how headings are set off. */
export function terminal(): { width: number; bold?: (text: string) => string } {
  const width = process.stdout.isTTY ? Math.max(40, Math.min(process.stdout.columns || 80, 100)) : 80;
  const colours = process.stdout.isTTY && !process.env.NO_COLOR;
  return { width, bold: colours ? pc.bold : undefined };
}
