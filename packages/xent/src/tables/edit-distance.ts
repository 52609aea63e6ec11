/**
 * How many characters must be added, removed or replaced to make one text the other.
 *
 * @see Wagner & Fischer, The string-to-string correction problem (1974), algorithm X, a row at a time.
 */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      next.push(Math.min(row[j] + (a[i] === b[j] ? 0 : 1), row[j + 1] + 1, next[j] + 1));
    }
    row = next;
  }
  return row[b.length];
}

/** The name that is nearest to another, the first of several; undefined where there are no names. */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  let nearest: { other: string; distance: number } | undefined;
  for (const other of names) {
    const distance = editDistance(other, name);
    if (!nearest || distance < nearest.distance) nearest = { other, distance };
  }
  return nearest?.other;
}
