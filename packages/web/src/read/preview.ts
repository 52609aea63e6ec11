/** As many rows as are shown before anything is computed. */
export const previewRows = 20;

const longest = 120;

/** A cell as it is shown: long arrays and texts are cut. */
export function previewText(text: string): string {
  if (text.length <= longest) return text;
  const cut = text.slice(0, longest);
  // Not within a number.
  const end = text.startsWith("[") ? cut.lastIndexOf(",") + 1 : 0;
  return end > 0 ? `${cut.slice(0, end)} …` : `${cut}…`;
}
