import { useEffect, useRef, useState } from "preact/hooks";

/** The places of the numbers that changed a moment ago: "row,column" of each. */
export function useLit(rows: ArrayLike<number>[]): Set<string> {
  const before = useRef(rows);
  const [lit, setLit] = useState<Set<string>>(new Set());
  const now = rows.map((row) => Array.from(row).join()).join(";");
  useEffect(() => {
    const changed = new Set<string>();
    rows.forEach((row, r) => {
      for (let k = 0; k < row.length; k++) if (row[k] !== before.current[r]?.[k]) changed.add(`${r},${k}`);
    });
    before.current = rows;
    if (changed.size === 0) return;
    setLit(changed);
    const timer = setTimeout(() => setLit(new Set()), 900);
    return () => clearTimeout(timer);
  }, [now]);
  return lit;
}
