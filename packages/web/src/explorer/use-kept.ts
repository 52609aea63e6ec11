import { useState } from "preact/hooks";

const kept = new Map<string, unknown>();

/** `useState` that outlives the component: what was set stays when the tab changes. */
export function useKept<Value>(key: string, initial: () => Value): [Value, (next: Value) => void] {
  const [value, set] = useState(() => (kept.has(key) ? (kept.get(key) as Value) : initial()));
  return [
    value,
    (next) => {
      kept.set(key, next);
      set(() => next);
    },
  ];
}
