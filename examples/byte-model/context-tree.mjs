/** A table from whole numbers below 2⁵³ to small ones: open addressing, grown where it is two thirds full. */
function numberTable(slots) {
  let keys = new Float64Array(slots).fill(-1);
  let values = new Int32Array(slots);
  let used = 0;

  function slotOf(key) {
    const mask = keys.length - 1;
    let slot =
      (Math.imul((key % 0x100000000) | 0, 0x9e3779b1) ^ Math.imul((key / 0x100000000) | 0, 0x85ebca6b)) >>> 0;
    slot = (slot ^ (slot >>> 15)) & mask;
    while (keys[slot] !== key && keys[slot] !== -1) slot = (slot + 1) & mask;
    return slot;
  }

  function grow() {
    const [oldKeys, oldValues] = [keys, values];
    keys = new Float64Array(2 * oldKeys.length).fill(-1);
    values = new Int32Array(2 * oldKeys.length);
    oldKeys.forEach((key, i) => {
      if (key === -1) return;
      const slot = slotOf(key);
      keys[slot] = key;
      values[slot] = oldValues[i];
    });
  }

  return {
    /** The value of a key, or −1. */
    get(key) {
      const slot = slotOf(key);
      return keys[slot] === key ? values[slot] : -1;
    },
    /** Adds to the value of a key, from 0, and returns the sum. */
    add(key, amount) {
      const slot = slotOf(key);
      if (keys[slot] === key) {
        values[slot] += amount;
        return values[slot];
      }
      keys[slot] = key;
      values[slot] = amount;
      used += 1;
      if (used * 3 > keys.length * 2) grow();
      return amount;
    },
    clear() {
      keys.fill(-1);
      used = 0;
    },
  };
}

/**
 * How often each byte followed each context of 0 to `order` bytes: a tree that is walked backwards from the byte to
 * be predicted. A node is a context; its children are the contexts that are one byte longer.
 */
export function contextTree(order, slots = 1024) {
  const children = numberTable(slots);
  const follows = numberTable(slots);
  let total = new Int32Array(slots);
  let distinct = new Uint16Array(slots);
  let nodes = 1;

  function childOf(node, byte) {
    const key = node * 256 + byte;
    const child = children.get(key);
    if (child !== -1) return child;
    if (nodes === total.length) {
      const [oldTotal, oldDistinct] = [total, distinct];
      total = new Int32Array(2 * nodes);
      total.set(oldTotal);
      distinct = new Uint16Array(2 * nodes);
      distinct.set(oldDistinct);
    }
    children.add(key, nodes);
    return nodes++;
  }

  return {
    order,
    /** Counts the bytes from `start` on, each after the bytes before it. */
    add(bytes, start = 0) {
      for (let i = start; i < bytes.length; i++) {
        let node = 0;
        for (let k = 0; ; k++) {
          total[node] += 1;
          if (follows.add(node * 256 + bytes[i], 1) === 1) distinct[node] += 1;
          if (k === order || k === i) break;
          node = childOf(node, bytes[i - 1 - k]);
        }
      }
    },
    /** Writes the node of each context of the byte at `i` into `found`: −1 from the first on that never occurred. */
    contexts(bytes, i, found) {
      let node = total[0] > 0 ? 0 : -1;
      for (let k = 0; k <= order; k++) {
        if (k > i) node = -1;
        else if (k > 0 && node !== -1) node = children.get(node * 256 + bytes[i - k]);
        found[k] = node;
      }
    },
    /** How often a byte followed a context. */
    count: (node, byte) => Math.max(follows.get(node * 256 + byte), 0),
    /** How often the context occurred, and how many different bytes followed it. */
    total: (node) => total[node],
    distinct: (node) => distinct[node],
    clear() {
      children.clear();
      follows.clear();
      total.fill(0);
      distinct.fill(0);
      nodes = 1;
    },
  };
}
