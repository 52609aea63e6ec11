/** Positions that are marked, in ascending order. */
export interface Marks {
  push(at: number): void;
  /** Forgets all from position `length` on. */
  cut(length: number): void;
  /** `[length]` 1 at each of them; nothing where there is none. */
  finish(length: number): Uint8Array | undefined;
}

export function marks(): Marks {
  const list: number[] = [];
  return {
    push: (at) => {
      list.push(at);
    },
    cut(length) {
      while (list.length > 0 && list[list.length - 1] >= length) list.pop();
    },
    finish(length) {
      if (list.length === 0) return undefined;
      const marked = new Uint8Array(length);
      for (const at of list) marked[at] = 1;
      return marked;
    },
  };
}
